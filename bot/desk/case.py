"""One case: thread, summary card, evidence, and the acts of a counsellor. Every act is one conditional job."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.cases import summary, thread
from bot.cases.facts import Case, CaseRef, Holder
from bot.channels.contract import PULLED, ChannelName, Message
from bot.db import cases, chains, evidence, inbox, keyring, outbox, transcript
from bot.db.evidence import Item, Stored
from bot.db.store import Transaction
from bot.desk.deps import Desk
from bot.desk.door import Visit
from bot.desk.queue import shell
from bot.desk.reach import reach
from bot.desk.reader import OpenCase, SealedItem
from bot.dialogue.events import HandoffChange
from bot.evidence.envelope import Place, Tampered, UnsealError, WrongIdentity
from bot.evidence.seal import seal_text
from bot.handoff.rules import Claimed, LostTo, NotOpen, Taken
from bot.logs import get_logger
from bot.turns import takeover
from bot.turns.payload import encode_internal, encode_message

log = get_logger("desk")

TEXT_MAX: Final = 3_500
"""UTF-16 units, as `maxlength` of the field counts them; below the narrowest messenger's limit (Telegram 4096) with
room for a mark of who writes."""
SLOTS: Final = (
    "safe", "about", "age", "age_picture", "country", "real", "where", "who", "wants", "given", "meeting",
    "dark_thoughts", "adult_near", "phone_seen", "own_part", "evidence_ok",
)  # fmt: skip
UNSHOWN: Final = frozenset({"privacy_told"})
EXTENSIONS: Final = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic", "application/pdf": "pdf",
    "audio/ogg": "ogg", "audio/mp4": "m4a", "audio/mpeg": "mp3", "text/plain": "txt", "video/mp4": "mp4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry of the thread; `damaged` stands for a turn that did not open."""

    seq: int
    entry: thread.Entry | None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """All a case page shows, for the length of one request."""

    shown: tuple[Shown, ...]
    card: summary.Summary | None
    items: tuple[Item, ...]
    last_seq: int


class CaseScreens:
    """Opening, taking, answering, giving back, closing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- reading ----------------------------------------------------------------------------------------------------

    async def page(self, visit: Visit) -> Response:
        """The whole case. Opening it is written down (S30)."""
        values = await self._view(visit, after=0, audited="case.opened")
        note = visit.request.query_params.get("note", "")
        return self._desk.pages.render(
            "case.html", visit.language, note=note if note in ("lost", "stale", "gone") else "", **values
        )

    async def parts(self, visit: Visit) -> Response:
        """What is new since a turn the page knows: head, side, and the entries after it."""
        after = visit.request.query_params.get("after", "")
        if not after.isdecimal() or len(after) > 9:
            raise HTTPException(404)
        values = await self._view(visit, after=int(after), audited="case.followed")
        return self._desk.pages.render("_case.html", visit.language, **values)

    async def open_item(self, visit: Visit) -> Response:
        """One original as a download; a custody and an audit entry stand before the first byte leaves."""
        case, keys = await self._open(visit)
        number, me, now = visit.request.path_params["number"], visit.me.member, self._desk.clock()
        item = await self._desk.main.read(lambda tx: _find_item(tx, case, number))
        if item is None:
            raise HTTPException(404)
        header = await self._desk.keyring.read(lambda keys: keyring.header_of(keys, item.ref))
        if header is None:
            raise HTTPException(404)

        def record(tx: Transaction) -> None:
            sealed = item.sealed_sha256.hex()
            chains.append(tx, "custody", "opened", now, staff=me.ref, item=item.ref, sealed_sha256=sealed)
            chains.append(tx, "audit", "item.opened", now, staff=me.ref, case=case.ref, item=item.ref)

        await self._desk.main.write(record)
        try:
            body, kind = await asyncio.to_thread(self._original, keys, item, header)
        except WrongIdentity:
            raise HTTPException(404) from None  # no grant for its epoch: nothing is wrong with the item
        except (UnsealError, FileNotFoundError) as error:
            log.error("item.damaged", item=item.ref, error=type(error).__name__)
            await self._desk.main.write(lambda tx: evidence.mark_damaged(tx, item.ref, now))
            return self._refuse(visit, "case.item_damaged", 410)
        name = f"evidence-{case.code}-{number}.{EXTENSIONS.get(kind, 'bin')}"
        return Response(
            body,
            media_type=kind if kind in EXTENSIONS else "application/octet-stream",
            headers={
                "content-disposition": f'attachment; filename="{name}"',
                "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            },
        )

    async def seen(self, visit: Visit) -> Response:
        """The page was on screen with its last turn: no longer marked as new, unless a newer one has arrived."""
        case, _ = await self._open(visit)
        last = _number(visit.form.get("last", ""))
        if case.unread and await self._desk.main.write(lambda tx: cases.read_up_to(tx, case.ref, last)):
            self._desk.wake.notify("desk", case.ref)
        return Response(status_code=204)

    # --- acting -----------------------------------------------------------------------------------------------------

    async def claim(self, visit: Visit) -> Response:
        me, now = visit.me.member, self._desk.clock()
        return await self._change(visit, "joined", lambda tx, ref, _: cases.claim(tx, ref, me.id, now))

    async def hand_back(self, visit: Visit) -> Response:
        return await self._give(visit, "bot")

    async def requeue(self, visit: Visit) -> Response:
        return await self._give(visit, "waiting")

    async def close(self, visit: Visit) -> Response:
        me, now = visit.me.member, self._desk.clock()
        return await self._change(visit, "closed", lambda tx, ref, fence: cases.close(tx, ref, me.id, fence, now))

    async def say(self, visit: Visit) -> Response:
        """One message to the person: refused unless this counsellor, on this page's fence, has the chat now."""
        case, _ = await self._open(visit)
        text = clean(visit.form.get("text", ""))
        if not text or len(text.encode("utf-16-le")) // 2 > TEXT_MAX:
            return self._refuse(visit, "case.too_long" if text else "case.empty", 422)
        fence = _number(visit.form.get("fence", ""))
        once = self._desk.find_by("message", f"{visit.me.member.ref} {case.ref} {visit.form.get('id', '')}")
        sent = await self._desk.main.write(self._message(visit, case, text, fence, once))
        match sent:
            case "again":
                return self._answer(visit, case)
            case LostTo(handle):
                return self._refuse(visit, "case.note.lost", 409, handle=handle)
            case NotOpen():
                return self._refuse(visit, "case.note.stale", 409)
            case None:
                return self._refuse(visit, "case.note.gone", 410)
        if sent in PULLED:
            self._desk.wake.notify("web", case.conversation)
        else:
            self._desk.wake.notify("outbox")
        self._desk.wake.notify("desk", case.ref)
        return self._answer(visit, case)

    def _message(
        self, visit: Visit, case: Case, text: str, fence: int, once: bytes
    ) -> Callable[[Transaction], ChannelName | LostTo | NotOpen | str | None]:
        me, now = visit.me.member, self._desk.clock()
        outgoing = encode_message(Message(speaker="counsellor", text=text))
        sealed = self._desk.keys.seal_for_public(outgoing, row=case.conversation)
        body = thread.encode([thread.Entry(speaker="counsellor", at=now, text=text, by=me.handle)])

        def job(tx: Transaction) -> ChannelName | LostTo | NotOpen | str | None:
            if cases.may_speak(tx, case.ref, me.id, fence) is None:
                return cases.whose(tx, case.ref, me.id)
            if not inbox.remember(tx, [once], now):
                return "again"
            channel = outbox.add_counsellor(tx, case.conversation_id, sealed=sealed, fence=fence, now=now)
            key = evidence.newest_key(tx, case.conversation_id)
            if channel is None or key is None:
                return None
            seq = transcript.take_seq(tx, case.conversation_id)
            place = Place(case.conversation, key[0], "turn", seq=seq)
            envelope = seal_text(key[1], place, body, now)
            transcript.add(tx, case.conversation_id, seq=seq, epoch=key[0], sealed=envelope, now=now)
            cases.read(tx, case.ref)
            return channel

        return job

    async def _give(self, visit: Visit, to: Holder) -> Response:
        me = visit.me.member
        return await self._change(
            visit, "returned", lambda tx, ref, fence: cases.hand_back(tx, ref, me.id, fence, to=to)
        )

    async def _change(
        self,
        visit: Visit,
        change: HandoffChange,
        act: Callable[[Transaction, CaseRef, int], Taken],
    ) -> Response:
        """Change who speaks, tell the next turn, write it down – one job. Who lost is told to whom."""
        case, _ = await self._open(visit)
        me, now, fence = visit.me.member, self._desk.clock(), _number(visit.form.get("fence", ""))
        event = self._desk.keys.seal_for_public(encode_internal(change), row=case.conversation)

        def job(tx: Transaction) -> Taken:
            return takeover.complete(tx, act(tx, case.ref, fence), case, change, sealed=event, by=me.ref, now=now)

        taken = await self._desk.main.write(job)
        if isinstance(taken, Claimed):
            takeover.announce(self._desk.wake, case)
            return self._answer(visit, case)
        if visit.by_script:
            handle = taken.handle if isinstance(taken, LostTo) else ""
            return self._refuse(visit, "case.note.lost" if handle else "case.note.stale", 409, handle=handle)
        note = "lost" if isinstance(taken, LostTo) else "stale"
        return RedirectResponse(f"/cases/{case.ref}?note={note}", status_code=303)

    # --- inside -----------------------------------------------------------------------------------------------------

    async def _open(self, visit: Visit) -> tuple[Case, OpenCase]:
        """The case and its keys. Not there, erased, or no grant: the same 404 (S16, S17)."""
        ref = CaseRef(visit.request.path_params["ref"])
        me = visit.me
        case = await self._desk.main.read(lambda tx: cases.find(tx, ref))
        wanted = case.conversation if case is not None else ""
        grants = await self._desk.keyring.read(lambda keys: keyring.grants_of(keys, wanted, me.member.ref))
        if case is None or not grants:
            log.warning("case.refused", staff=me.member.ref)
            raise HTTPException(404)
        try:
            return case, self._desk.holder.open_case(me.member.ref, me.secret, me.identity, case.conversation, grants)
        except UnsealError as error:
            log.error("grant.damaged", case=case.ref, staff=me.member.ref, error=type(error).__name__)
            raise HTTPException(404) from None

    async def _view(self, visit: Visit, *, after: int, audited: str) -> dict[str, Any]:
        case, keys = await self._open(visit)
        me, now = visit.me.member, self._desk.clock()
        await self._desk.main.write(lambda tx: chains.append(tx, "audit", audited, now, staff=me.ref, case=case.ref))
        opened = await self._read(case, keys, after)
        reached = await self._desk.main.read(lambda tx: reach(tx, case.conversation_id, now))
        values = await shell(self._desk, visit, case.ref)
        return {
            **values,
            "case": case,
            "opened": opened,
            "facts": facts(opened.card),
            "mine": case.holder == "counsellor" and case.counsellor_id == me.id,
            "text_max": TEXT_MAX,
            "reach": reached,
        }

    async def _read(self, case: Case, keys: OpenCase, after: int) -> Opened:
        def look(tx: Transaction) -> tuple[list[transcript.Sealed], tuple[bytes, int] | None, tuple[Item, ...]]:
            turns = transcript.read(tx, case.conversation_id, after=after)
            return turns, cases.summary(tx, case.id), tuple(evidence.held(tx, case.conversation_id))

        turns, card, items = await self._desk.main.read(look)
        return await asyncio.to_thread(_open_all, keys, case, turns, card, items, after)

    def _original(self, keys: OpenCase, item: Stored, header: bytes) -> tuple[bytes, str]:
        if item.blob is None:
            raise FileNotFoundError(item.ref)
        opened = keys.item(
            SealedItem(
                ref=item.ref,
                epoch=item.epoch,
                kind=item.kind,
                sealed_bytes=item.sealed_bytes,
                sealed_sha256=item.sealed_sha256,
                header=header,
                payload=self._desk.read_blob(item.blob),
            )
        )
        return opened.body, opened.media_type or "text/plain"

    def _answer(self, visit: Visit, case: Case) -> Response:
        if visit.by_script:
            return Response(status_code=204)
        return RedirectResponse(f"/cases/{case.ref}", status_code=303)

    def _refuse(self, visit: Visit, key: str, status: int, **values: object) -> Response:
        words = self._desk.pages.say(key, visit.language, **values)
        if visit.by_script:
            return PlainTextResponse(words, status_code=status)
        return self._desk.pages.render("error.html", visit.language, status=status, me=None, problem="", words=words)


def _find_item(tx: Transaction, case: Case, number: int) -> Stored | None:
    """An item of this case that opens; locked, erased and damaged ones do not (S37, R21)."""
    listed = evidence.held(tx, case.conversation_id)
    ref = next((each.ref for each in listed if each.number == number and each.state == "held"), None)
    return None if ref is None else evidence.stored(tx, ref)


def _open_all(
    keys: OpenCase,
    case: Case,
    turns: list[transcript.Sealed],
    card: tuple[bytes, int] | None,
    items: tuple[Item, ...],
    after: int,
) -> Opened:
    shown: list[Shown] = []
    for turn in turns:
        try:
            opened = keys.text(turn.sealed, epoch=turn.epoch, kind="turn", seq=turn.seq)
            shown += [Shown(turn.seq, entry) for entry in thread.decode(opened.body)]
        except (UnsealError, thread.NotATurn) as error:
            _alarm(error, case, turn.seq)
            shown.append(Shown(turn.seq, None, damaged=True))
    return Opened(tuple(shown), _card(keys, case, card), items, turns[-1].seq if turns else after)


def _card(keys: OpenCase, case: Case, card: tuple[bytes, int] | None) -> summary.Summary | None:
    if card is None:
        return None
    try:
        return summary.decode(keys.text(card[0], epoch=card[1], kind="summary").body)
    except (UnsealError, ValueError) as error:
        _alarm(error, case, 0)
        return None


def _alarm(error: Exception, case: Case, seq: int) -> None:
    """What was swapped is another matter than what was damaged (security.md section 3)."""
    event = "case.tampered" if isinstance(error, Tampered) else "case.damaged"
    log.error(event, case=case.ref, row=seq, error=type(error).__name__)


def facts(card: summary.Summary | None) -> list[tuple[str, str]]:
    """The answers in the order a counsellor asks for them; slots that flows added later come last."""
    if card is None:
        return []
    known = [(slot, card.slots[slot]) for slot in SLOTS if slot in card.slots]
    return known + [(slot, value) for slot, value in card.slots.items() if slot not in SLOTS and slot not in UNSHOWN]


def clean(text: str) -> str:
    """What a counsellor typed, without what no channel can carry (S47)."""
    kept = "".join(c for c in text if c in "\n\t\u200d" or (c.isprintable() and not "\ud800" <= c <= "\udfff"))
    return kept.replace("\r\n", "\n").strip()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1
