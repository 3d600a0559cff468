"""Entering, leaving, saying, asking, coming back: how a walk gets from one waiting state to the next.

Every move ends in a state that waits, or stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.dialogue.chart import ROOT, START, ChoiceSpec, Part, PlanStep, Region, Shown, State, Target, Transition
from bot.dialogue.effects import CancelTimer, Choice, Say, SetTimer, ShowCard, ShowItems
from bot.dialogue.events import ItemReceived
from bot.dialogue.orders import carry
from bot.dialogue.session import EMPTY, ChoiceId, CrisisKind, Frame
from bot.dialogue.walk import CardKind, Walk

MAX_HOPS: Final = 60
"""States entered in one step. No checked chart comes near; beyond it the person lands at the start menu."""
GUESS: Final = "guess."
ITEM: Final = "item_"
ITEM_LABEL: Final = "evidence.item.label"
ITEMS_MAX: Final = 9
"""Items of a long list that get a button, the newest: with one more answer it fits the shortest list of a channel.
Older ones are named by typing their number."""
RESUMED: Final = "resume"
DONE: Final = "done"

CARD_OF: Final[dict[CrisisKind, CardKind]] = {
    "suicide": "suicide",
    "self_harm": "suicide",
    "other_at_risk": "suicide",
    "violence": "violence",
    "meeting": "violence",
    "unsafe_home": "violence",
    "assault": "assault",
    "coercion": "assault",
    "panic": "talk",
}
"""Which emergency card answers which danger (paths.md 2.3)."""

Onward = tuple[Transition, str]
"""A transition still to be taken, and the `via` of the frame it leaves."""


def fitting(walk: Walk, rows: Iterable[Transition]) -> Transition | None:
    """The first row whose guard holds."""
    for row in rows:
        if row.when is None or row.when.test(walk):
            return row
    return None


def take(walk: Walk, transition: Transition, via: str = "") -> None:
    """Follow one transition to the next waiting state. Without a target the walk stays."""
    onward: Onward | None = (transition, via)
    for _ in range(MAX_HOPS):
        if onward is None:
            return
        row, via = onward
        for slot, value in row.set:
            walk.set_slot(slot, value)
        for order in row.do:
            carry(walk, order)
        say(walk, row.say)
        onward = _go(walk, row, via) if row.to is not None else None
    _strand(walk)


def arrive(walk: Walk, *, ask_anyway: bool = False) -> None:
    """Enter the state in front and go on to the next waiting state."""
    onward = _enter(walk, ask_anyway=ask_anyway)
    if onward is not None:
        take(walk, *onward)


def choose(walk: Walk, state: State, spec: ChoiceSpec | PlanStep) -> None:
    """Take an answer of the state in front."""
    walk.answered = spec.id
    if isinstance(spec, PlanStep):
        walk.skipped = walk.skipped - {spec.mark}
        take(walk, Transition(to=spec.to), f"plan.{spec.name}")
        return
    for slot, value in spec.set:
        walk.set_slot(slot, value)
    for order in spec.do:
        carry(walk, order)
    if spec.to is not None:
        take(walk, Transition(to=spec.to))
    else:
        _then(walk, state)


def pick(walk: Walk, state: State, number: int) -> None:
    """Take one evidence item of a list."""
    walk.answered = ChoiceId(f"{state.where}.{ITEM}{number}")
    walk.picked = number
    _then(walk, state)


def ask(walk: Walk) -> None:
    """Ask the question of the state in front again; its timers start anew.

    A state that waits in silence (the very first) has nothing to ask: the start menu asks.
    """
    state = walk.state
    if not state.waits:
        arrive(walk, ask_anyway=True)
        return
    if state.ask is None:
        walk.stack = [home_frame(walk)]
        arrive(walk, ask_anyway=True)
        return
    for region in reversed(walk.regions):
        if region not in state.regions:
            leave(walk, region)
    for region in state.regions:
        _set_timers(walk, region)
    _ask(walk, state)


def open_choices(walk: Walk, state: State, *, all_items: bool = False) -> tuple[Choice, ...]:
    """The answers open in this state now: guesses, plan steps, items (the newest of a long list, or all), choices."""
    if state.always is not None:
        return state.always
    offered = guesses(walk) if state.guesses else []
    steps = len(state.plan)
    offered += [_as_open(walk, one) for one in state.shown[:steps] if one.when is None or one.when.test(walk)]
    if state.items:
        held = walk.moment.items if all_items else walk.moment.items[-ITEMS_MAX:]
        offered += [Choice(ChoiceId(f"{state.where}.{ITEM}{number}"), ITEM_LABEL, number=number) for number, _ in held]
    offered += [one.open for one in state.shown[steps:] if one.when is None or one.when.test(walk)]
    return tuple(offered)


def _as_open(walk: Walk, one: Shown) -> Choice:
    return one.ticked if one.ticked is not None and one.mark in walk.done else one.open


def guesses(walk: Walk) -> list[Choice]:
    """What the last text or link may have meant, best first; ids `root.intent.x`, `root.topic.x`."""
    held = sorted((rank, name.removeprefix(GUESS)) for name, rank in walk.extra.items() if name.startswith(GUESS))
    confirms = ("yes",) if len(held) == 1 else ()
    return [Choice(ChoiceId(f"{ROOT}.{name}"), name, intents=(name.partition(".")[2], *confirms)) for _, name in held]


def say(walk: Walk, parts: Iterable[Part]) -> None:
    """Say what of these parts fits now."""
    for part in parts:
        if part.when is not None and not part.when.test(walk):
            continue
        if part.key:
            walk.effects.append(Say(key_of(walk, part), values=_values(walk), paper=part.paper))
        elif part.items:
            walk.effects.append(ShowItems())
        elif part.card:
            show_card(walk, present_card(walk) if part.card == "danger" else part.card)


def show_card(walk: Walk, kind: CardKind) -> None:
    """The emergency card; counts as shown for the repetition rule."""
    walk.effects.append(ShowCard(kind, adult=walk.adult))
    walk.card_shown = True


def present_card(walk: Walk) -> CardKind:
    """The card for the danger noticed; for a danger nobody named, the one that starts with the ambulance."""
    kind = walk.danger_kind
    return "suicide" if kind is None or kind == "panic" else CARD_OF[kind]


def key_of(walk: Walk, part: Part) -> str:
    """The catalogue key of a part, variants resolved."""
    if not part.select:
        return part.key
    first = part.select[0](walk)
    if part.only and first not in part.only:
        return f"{part.key}.else"
    return ".".join((part.key, first, *(select(walk) for select in part.select[1:])))


def _values(walk: Walk) -> dict[str, str | int]:
    number = walk.event.number if isinstance(walk.event, ItemReceived) else walk.picked
    return EMPTY if number is None else {"n": number}  # type: ignore[return-value]


def _enter(walk: Walk, *, ask_anyway: bool = False) -> Onward | None:
    state = walk.state
    walk.entered.append(state)
    if len(walk.entered) > MAX_HOPS:
        _strand(walk)
        return None
    if not ask_anyway and _passes(walk, state):
        return _row(walk, state)
    _activate(walk, state.regions)
    _mark_danger(walk, state)
    say(walk, state.say)
    if state.waits:
        _ask(walk, state)
        return None
    if state.final is not None:
        return _give_back(walk, state.final)
    if state.call is not None:
        return Transition(to=state.call), "call"
    return _row(walk, state)


def _passes(walk: Walk, state: State) -> bool:
    """Whether the state's question is answered already, so that it is not asked."""
    slot = state.answers
    if slot is None or state.again or slot not in walk.slots:
        return False
    if walk.charts.slots[slot].sticky:
        return True
    return slot == "dark_thoughts" and walk.wellbeing_asked


def _row(walk: Walk, state: State, after: int = -1) -> Onward | None:
    for number, row in enumerate(state.then):
        if number > after and (row.when is None or row.when.test(walk)):
            return row, f"then.{number}"
    return None


def _then(walk: Walk, state: State) -> None:
    onward = _row(walk, state)
    if onward is None:
        ask(walk)
    else:
        take(walk, *onward)


def _go(walk: Walk, row: Transition, via: str) -> Onward | None:
    target = row.to
    if target is None:
        return None
    match target.kind:
        case "goto" | "leave" | "call":
            if row.own and target.kind != "call":
                _tick(walk)
            _place(walk, target, via)
            return _enter(walk)
        case "back":
            return _back(walk)
        case "again":
            ask(walk)
            return None
        case "resume":
            return _give_back(walk, RESUMED)


def _place(walk: Walk, target: Target, via: str) -> None:
    """Put the target's flow in front. A flow stands on the stack once, so its depth is bounded."""
    front = walk.stack[-1]
    chart = walk.charts.flows[target.flow]
    frame = Frame(target.flow, chart.version, target.state)
    if target.kind == "goto" or (target.kind == "leave" and target.flow == front.flow):
        walk.stack[-1] = frame
        return
    if target.kind == "leave":
        walk.stack.pop()
        if target.flow == START:
            walk.stack.clear()
    else:
        walk.stack[-1] = Frame(front.flow, front.version, front.state, via)
    walk.stack = [held for held in walk.stack if held.flow != target.flow]
    walk.stack.append(frame)
    if chart.topic is not None:
        walk.note_topic(chart.topic)


def _back(walk: Walk) -> Onward | None:
    walk.answered = None
    if not walk.trail:
        ask(walk)
        return None
    walk.stack = list(walk.trail[-1])
    walk.trail = walk.trail[:-1]
    walk.origin = None
    return _enter(walk, ask_anyway=True)


def _give_back(walk: Walk, result: str) -> Onward | None:
    """End the flow in front and go on in the one that called it."""
    walk.stack.pop()
    if not walk.stack:
        walk.stack.append(home_frame(walk))
        return _enter(walk)
    caller = walk.stack[-1]
    walk.stack[-1] = Frame(caller.flow, caller.version, caller.state)
    state = walk.state
    kind, _, name = caller.via.partition(".")
    if kind == "call":
        target = state.returns.get(result)
        return (Transition(to=target), "") if target is not None else _row(walk, state)
    if kind == "plan" and result == DONE:
        walk.done = walk.done | {f"{state.flow}.{name}"}
    if kind == "then" and result != RESUMED and (onward := _row(walk, state, int(name))) is not None:
        return onward
    if not state.waits:
        return _enter(walk, ask_anyway=True)
    ask(walk)
    return None


def _tick(walk: Walk) -> None:
    mark = walk.state.ticks
    if mark is not None and mark not in walk.skipped:
        walk.done = walk.done | {mark}


def _activate(walk: Walk, regions: tuple[Region, ...]) -> None:
    """Leave what is left and enter what is entered: exit orders and timers, then enter orders and timers."""
    old = walk.regions
    shared = 0
    for one, other in zip(old, regions, strict=False):
        if one is not other:
            break
        shared += 1
    if shared == len(regions):
        shared -= 1
    for region in reversed(old[shared:]):
        leave(walk, region)
    walk.regions = regions
    for region in regions[shared:]:
        for order in region.enter:
            carry(walk, order)
        _set_timers(walk, region)


def leave(walk: Walk, region: Region) -> None:
    """Cancel what runs while inside, then the exit orders."""
    for name, _ in region.timers:
        if name in walk.timers:
            walk.timers = walk.timers - {name}
            walk.effects.append(CancelTimer(name))
    for order in region.exit:
        carry(walk, order)


def _set_timers(walk: Walk, region: Region) -> None:
    for name, after in region.timers:
        walk.timers = walk.timers | {name}
        walk.effects.append(SetTimer(name, after))


def _mark_danger(walk: Walk, state: State) -> None:
    if state.danger is not None and walk.danger is not None:
        walk.set_danger(resolved=state.danger == "resolved")


def _ask(walk: Walk, state: State) -> None:
    if state.answers == "dark_thoughts":
        walk.asked_wellbeing_at = walk.moment.at
    walk.regions = state.regions
    if state.ask is not None:
        walk.effects.append(Say(key_of(walk, state.ask), open_choices(walk, state), _values(walk)))


def _strand(walk: Walk) -> None:
    """A loop without input in an unchecked chart: stand at the start menu and ask there."""
    walk.stack = [home_frame(walk)]
    walk.entered.clear()
    _ask(walk, walk.state)


def home_frame(walk: Walk) -> Frame:
    """The start menu, where a person stands who stands nowhere else."""
    flow, state = walk.charts.home
    return Frame(flow, walk.charts.flows[flow].version, state)
