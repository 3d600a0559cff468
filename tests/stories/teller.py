"""Plays a golden story in a messenger's chat: by buttons, or by typing what stands on them.

After each step the chat must show what the engine says for exactly this moment (`expecting`), and – wherever the house
can really be in the moment the story is written for – what stands in the story's file.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from bot.cases.facts import Staff
from bot.db import cases, evidence, inbox, staff
from bot.db.evidence import NewItem
from bot.db.store import Transaction
from bot.dialogue.effects import SetTimer, ShowCard
from bot.dialogue.events import Event, Started, Tapped, TimerFired
from bot.dialogue.session import ChoiceId, Language
from bot.dialogue.step import trace
from bot.turns import events
from bot.turns.payload import encode_internal
from tests.desk.house import House as DeskHouse
from tests.simulators.telegram import Shown
from tests.stories.expecting import Brought, Standing, brings, standing, understood
from tests.stories.house import House
from tests.stories.telegram_house import Mode, TelegramHouse, helpline
from tests.stories.whatsapp_house import whatsapp_helpline
from tests.stories.wording import Taught, words_for
from tests.transcripts.player import PAUSE, Seen, duration, event_of, line, play, stories

By = Literal["buttons", "typing"]
Condition = Literal["normal", "repeated", "reordered", "restarted"]
GREETING: Final = "hallo"
CANDIDATES: Final = 150
"""Sentences tried for one meaning."""
OPEN_DAY, CLOSED_DAY = 2, 5
COMMANDS: Final[Mapping[str, Mapping[Language, tuple[str, str]]]] = {
    "root.emergency": {"de": ("/notfall", "Notfall"), "nl": ("/nood", "nood")},
    "root.human": {"de": ("/mensch", "Mensch"), "nl": ("/mens", "mens")},
    "root.help": {"de": ("/hilfe", "Hilfe"), "nl": ("/hulp", "hulp")},
    "root.delete": {"de": ("/loeschen", "Daten löschen"), "nl": ("/wissen", "gegevens wissen")},
}
"""What the frame around the web chat has as buttons: a command, or plain words."""
PICTURE: Final = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
"""A photo begins like this; Telegram makes every photo a JPEG."""


@dataclass
class Team:
    """The counsellor of this house. `words` is what was found to say for a meaning at a place."""

    house: House
    member: Staff
    bundle: bytes = field(repr=False)
    taught: Taught = field(default_factory=Taught)
    words: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @classmethod
    async def join(cls, house: House) -> Team:
        member, bundle = await DeskHouse(house.place.stores, house.clock, house.folder).member()
        return cls(house, member, bundle)

    def desk(self) -> DeskHouse:
        """The desk of the same installation; after a restart of the house, ask again."""
        return DeskHouse(self.house.place.stores, self.house.clock, self.house.folder)

    async def here(self, present: bool) -> None:
        """With the page open all day, or away."""
        later = self.house.clock() + timedelta(days=2)

        def note(tx: Transaction) -> None:
            staff.left(tx, self.member.id)
            if present:
                staff.seen(tx, self.member, later)

        await self.house.place.stores.main.write(note)


@dataclass
class Stage:
    """One house for many stories; everybody in it is somebody new."""

    house: Any
    team: Team
    runner: asyncio.Runner


@contextmanager
def staged(folder: Path, at_head: Sequence[Path], mode: Mode | Literal["whatsapp"]) -> Iterator[Stage]:
    """On Telegram in one of its modes, or on WhatsApp."""
    opened: Any = whatsapp_helpline(folder, at_head) if mode == "whatsapp" else helpline(folder, at_head, mode)
    with opened as (house, runner), pytest.MonkeyPatch.context() as patch:
        team = runner.run(Team.join(house))
        patch.setattr(events, "understand", team.taught)
        yield Stage(house, team, runner)


def told_in_a_house() -> dict[str, dict[str, Any]]:
    """All stories but those that pass days, or hold a check-in: a house keeps to real hours, a story says them."""

    def keeps(step: Mapping[str, Any]) -> bool:
        return "due" not in step and not str(step.get("wait", "")).endswith("d")

    return {name: story for name, story in stories().items() if all(map(keeps, story["steps"]))}


class Told(AssertionError):
    """Something else came than should have; the text says where."""


class Teller:
    """One person with one story."""

    def __init__(self, house: Any, team: Team, language: Language, by: By, condition: Condition = "normal") -> None:
        self.house = house
        self.team = team
        self.language = language
        self.by = by
        self.condition = condition
        self.person: Any = house.person(language)
        self.timers: dict[str, datetime] = {}
        self.diverged: list[str] = []
        self.overtaken = 0
        if isinstance(house, TelegramHouse):
            house.platform.faults.repeat(on=condition == "repeated")
            house.platform.faults.reorder(on=condition == "reordered")

    @property
    def address(self) -> str:
        return self.house.address_of(self.person)

    # --- a whole story -----------------------------------------------------------------------------------------------

    async def plays(self, story: Mapping[str, Any]) -> None:
        """Everything that happens in this chat; what another channel would see is not played here."""
        moment = {**(story.get("moment") or {}), "channel": self.house.channel}
        moment["batch"] = "items" in moment  # what was handed in was handed in together
        await self.be_at(moment)
        golden = play(self.house.known.charts, {**story, "moment": moment}, self.language)
        steps = list(takewhile(lambda step: not step.get("carried_on"), story["steps"]))
        for number, (step, seen) in enumerate(zip(steps, golden, strict=False)):
            await self.does(step, seen, middle=number == len(steps) // 2)
            if number == 0:
                await self._prepare(moment)

    async def does(self, step: Mapping[str, Any], seen: Seen | None = None, *, middle: bool = False) -> None:
        """One step, and what it brings. `seen` is what the story's file says about it. In the `middle` of a story
        the house begins anew, if that is the condition."""
        where = f"{next(iter(step))} {next(iter(step.values()))}"
        if "fire" not in step:
            self.house.clock.now += duration(step["wait"]) if "wait" in step else PAUSE
            await self.house.settle()
        here = await standing(self.house, self.address, self.language)
        before, sent = len(self.person.chat), len(self.house.came())
        if "fire" in step:
            brought = brings(self.house, here, TimerFired(step["fire"]))
            self.house.clock.now = max(self.timers[step["fire"]], self.house.clock.now)
        elif self.condition == "reordered" and "tap" in step:
            brought = await self._greets_and_taps(step["tap"], here)
        else:
            brought = brings(self.house, here, await self._acts(step, here))
        if middle and self.condition == "restarted":
            await self.outlives_a_restart()
        await self.house.settle()
        if self.condition == "repeated":
            await self.house.way.again(self.house.came()[sent:])
            await self.house.settle()
        self._note_timers(brought)
        there = await standing(self.house, self.address, self.language)
        self.compare(brought, tuple(self.person.chat[before:]), where)
        if there.at != brought.at:
            raise Told(f"{where}: at {there.at}, not {brought.at}")
        # With a counsellor the engine is not asked, which only the house knows.
        if seen is not None and here.moment.holder != "counsellor" and _visible(brought.lines) != _visible(seen.see):
            self.diverged.append(f"{where}: {brought.lines} / {seen.see}")

    async def _greets_and_taps(self, choice: str, here: Standing) -> Brought:
        """An impatient person writes a greeting and taps; the tap overtakes the words. Where a greeting would not just
        have the question asked again, they only tap."""
        brought = brings(self.house, here, Tapped(ChoiceId(choice)))
        then = brings(self.house, brought.there, understood(self.house, brought.there, GREETING))
        shown = any(data == choice for one in self._live() for _, data in one.buttons)
        urgent = any(isinstance(one, ShowCard) for one in brought.effects)
        if not shown or urgent or then.at != brought.at or then.lines != brought.lines[-1:]:
            return brings(self.house, here, self.taps(choice, here))
        self.person.says(GREETING)
        self.person.taps(data=choice)
        await self.house.arrived()
        *_, first, second = self.house.came()
        if "callback_query" in first and "message" in second:
            self.overtaken += 1
        return replace(brought, wanted=[*(one for one in brought.wanted if not one.data), *then.wanted])

    async def outlives_a_restart(self) -> None:
        """Door and office end and begin anew: between what they keep and the turn, and between the turn and sending."""
        await self.house.arrived()
        await self.house.restart()
        await self.house.take_turns()
        await self.house.restart()

    def compare(self, brought: Brought, chat: tuple[Any, ...], where: str) -> None:
        """What came since is what was wanted, in order, and nothing else."""
        came = [one for one in chat if one.by == "bot"]
        if self.house.limits.joins and came:
            texts = "\n".join(one.text for one in came)
            came = [replace(came[-1], text=texts, buttons=tuple(each for one in came for each in one.buttons))]
        for want, shown in zip(brought.wanted, came, strict=False):
            if not want.fits(shown):
                raise Told(f"{where}: {want} / {shown}")
        if len(came) != len(brought.wanted):
            raise Told(f"{where}: {len(came)} messages for {brought.lines}: {[one.text for one in came]}")
        if self.house.channel == "telegram":
            self._as_telegram_should(came, where)

    def _as_telegram_should(self, came: Sequence[Shown], where: str) -> None:
        for shown in came:
            if shown.previews or shown.protected == shown.block:
                raise Told(f"{where}: a preview, or words that can be forwarded and are no paper")
        asking = [one for one in self.person.chat if not one.deleted and any("." in data for _, data in one.buttons)]
        if len(asking) > 1:
            raise Told(f"{where}: {len(asking)} messages still have buttons")

    # --- doing -------------------------------------------------------------------------------------------------------

    async def _acts(self, step: Mapping[str, Any], here: Standing) -> Event:
        """Do in the messenger what a step says; returns the event it should become."""
        match step:
            case {"start": topic}:
                self.person.starts(topic or "")
                return Started(topic)
            case {"tap": choice}:
                return self.taps(choice, here)
            case {"type": _}:
                text = self._words(step, here)
                self.person.says(text)
                return understood(self.house, here, text)
            case {"offered": kind}:
                self._offers(kind)
            case {"handoff": change}:
                await self._hears(change, here)
            case _:
                raise Told(f"no way to do {step} here")
        return event_of(step)

    def taps(self, choice: str, here: Standing) -> Event:
        label = next((label for one in self._live() for label, data in one.buttons if data == choice), None)
        command = COMMANDS.get(choice, {}).get(self.language)
        if label is None and command is not None:
            self.person.says(command[self.by == "typing" or self.house.channel != "telegram"])
            return understood(self.house, here, command[1])
        if label is None or self.by == "buttons":
            self.person.taps(data=choice)
            return Tapped(ChoiceId(choice))
        typed = understood(self.house, here, label)
        if self._outcome(here, typed) != self._outcome(here, Tapped(ChoiceId(choice))):
            raise Told(f"{choice}: typing its label {label!r} is understood as {typed.understood}")
        self.person.says(label)
        return typed

    def _live(self) -> Iterator[Shown]:
        """Newest first. Where nothing can be retired only the last question is open, whatever still looks like it."""
        shown = (one for one in reversed(self.person.chat) if one.by == "bot")
        if self.house.limits.takes_back is None:
            return islice((one for one in shown if one.buttons), 1)
        return (one for one in shown if not one.deleted)

    def _words(self, step: Mapping[str, Any], here: Standing) -> str:
        """A sentence with the same consequences as the meaning in the story."""
        wanted = self._outcome(here, event_of(step))
        candidates = words_for(step["type"] or {}, self.language, self.house.known.catalogs)
        known = (repr(step["type"]), here.at, self.language)
        for text in islice(chain(filter(None, [self.team.words.get(known)]), candidates), CANDIDATES):
            if self._outcome(here, understood(self.house, here, text)) == wanted:
                self.team.words[known] = text
                return text
        text = self.team.words[known] = self.team.taught.teach(step["type"] or {}, self.language)
        return text

    def _outcome(self, here: Standing, event: Event) -> object:
        """What a person sees, and where it leads."""
        after, effects, _ = trace(self.house.known.charts, here.session, event, here.moment)
        stack = [(frame.flow, frame.state) for frame in after.stack]
        return _visible([line(one) for one in effects]), stack, after.slots, after.language, after.adult_form

    def _offers(self, kind: str) -> None:
        match kind:
            case _ if self.house.channel == "whatsapp":
                mime = {"image": "image/jpeg", "voice": "audio/ogg"}[kind]
                self.person.sends_file(PICTURE, "audio" if kind == "voice" else kind, mime)
            case "image":
                self.person.sends_photo(PICTURE)
            case "voice":
                self.person.sends(voice={"file_id": "voice", "file_unique_id": "v", "duration": 3, "file_size": 900})

    async def _hears(self, change: str, here: Standing) -> None:
        """The house itself tells the next turn, as desk and notices do."""
        place = here.conversation
        assert place is not None
        sealed = self.house.keys.seal_queue(place.ref, encode_internal(change))  # type: ignore[arg-type]  # from a story
        now = self.house.clock()
        await self.house.place.stores.main.write(lambda tx: inbox.store_internal(tx, place.id, sealed, now))

    def _note_timers(self, brought: Brought) -> None:
        for effect in brought.effects:
            if isinstance(effect, SetTimer):
                self.timers[effect.name] = self.house.clock() + effect.after

    # --- the moment a story is written for ---------------------------------------------------------------------------

    async def be_at(self, moment: Mapping[str, Any]) -> None:
        await self.house.settle()
        self.house.clock.now = self._time(moment)
        await self.house.settle()
        await self.team.here(bool(moment.get("staffed")))

    def _time(self, moment: Mapping[str, Any]) -> datetime:
        """The next noon, UTC, of a day that is as open or closed as it should be."""
        at = self.house.clock()
        day = OPEN_DAY if moment.get("open") else CLOSED_DAY
        if at.weekday() != day or not 9 <= at.hour < 14:
            at = at.replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=1)
        hours = self.house.known.hours
        while at.weekday() != day or any(
            hours.status(team, at).open != bool(moment.get("open")) for team in ("de", "nl")
        ):
            at += timedelta(days=1)
        closes = hours.status(self.language, at).closes_at
        return closes - timedelta(minutes=20) if moment.get("closing") and closes is not None else at

    async def _prepare(self, moment: Mapping[str, Any]) -> None:
        """Pictures handed in before, or a chat that a counsellor has, or will."""
        if not {"items", "holder"} & set(moment):
            return
        place = (await standing(self.house, self.address, self.language)).conversation
        assert place is not None
        now = self.house.clock()
        fresh = [_picture() for _ in range(moment.get("items", 0))]

        def put(tx: Transaction) -> None:
            if fresh:
                evidence.start_batch(tx, place.id, now)
            for item in fresh:
                evidence.add(tx, place.id, item, now)
                evidence.accept(tx, place.id, item.ref, now)
            if "holder" in moment:
                cases.open_case(
                    tx,
                    place.id,
                    ref=secrets.token_hex(16),
                    language=place.language,
                    channel=self.house.channel,
                    now=now,
                )
                cases.request_human(tx, place.id, now)
            if moment.get("holder") == "counsellor":
                held = cases.ref_of(tx, place.id)
                assert held is not None
                cases.claim(tx, held, self.team.member.id, now)

        await self.house.place.stores.main.write(put)


def _visible(lines: list[str]) -> list[str]:
    """What a person sees of it. The words found for a danger may be a level milder than the story's."""
    return [one for one in lines if not one.startswith("[") or one.startswith(("[card", "[items"))]


def _picture() -> NewItem:
    return NewItem(
        ref=secrets.token_hex(16), kind="image", epoch=1, blob=secrets.token_hex(16), size_band="10k", sealed_bytes=900,
        sealed_sha256=b"s" * 32, digest=secrets.token_bytes(32),
    )  # fmt: skip
