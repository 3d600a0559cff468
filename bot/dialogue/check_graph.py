"""The graph of states: reach, dead ends, loops without input, ways to a human, to help and out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from bot.dialogue.chart import SAFETY, Address, Charts, Condition, Do, Part, State, Target, Transition
from bot.dialogue.findings import Content, Finding
from bot.dialogue.listen import WORDS
from bot.dialogue.uses import EVERYWHERE

CHOICE_ID_MAX: Final = 64
"""Bytes of a button's id; origin: Telegram's limit for callback data."""
MUST: Final = ("human", "emergency", "stop", "back", "restart", "delete", "language", "help", "crisis", "check_in")
HUMAN_ORDERS: Final = frozenset({"request_human", "take_message"})


def check_graph(charts: Charts, content: Content) -> Iterator[Finding]:
    """All findings about the shape of the flows."""
    reached = reachable(charts)
    proved: dict[int, bool] = {}
    for state in charts.states.values():
        if (state.flow, state.name) not in reached:
            yield finding(charts, state, "unreachable", "no way leads here")
        yield from _dead_ends(charts, state)
        yield from _names(charts, state, content)
        if state.waits and (state.flow, state.name) in reached:
            yield from _ways_out(charts, state, proved)
    yield from _loops(charts)


def finding(charts: Charts, state: State, rule: str, what: str) -> Finding:
    """An error at a state."""
    file = charts.flows[state.flow].file if state.flow in charts.flows else f"{state.flow}.yaml"
    return Finding("error", rule, file, max(state.line, 1), state.name, what)


def rows_of(state: State, *, inherited: bool = True) -> Iterator[Transition]:
    """Every transition that can be taken in this state."""
    yield from state.then
    yield from state.otherwise
    for rows in state.on.values():
        yield from (row for row in rows if inherited or row.own)


def targets(state: State, *, inherited: bool = True) -> Iterator[Target]:
    """Every target of this state, of answers, transitions and calls."""
    yield from (row.to for row in rows_of(state, inherited=inherited) if row.to is not None)
    yield from (spec.to for spec in state.choices if spec.to is not None)
    yield from (step.to for step in state.plan)
    yield from state.returns.values()
    if state.call is not None:
        yield state.call


def orders(state: State) -> Iterator[Do]:
    """Every order this state can give by its own words."""
    for region in state.regions:
        yield from region.enter
        yield from region.exit
    for spec in state.choices:
        yield from spec.do
    for row in rows_of(state, inherited=False):
        yield from row.do


def closure(charts: Charts, begin: Iterable[Address], onward: Callable[[State], Iterable[Target]]) -> set[Address]:
    """All states reached from some, by the targets a function names."""
    seen: set[Address] = set()
    waiting = list(begin)
    while waiting:
        address = waiting.pop()
        state = charts.states.get(address)
        if address in seen or state is None:
            continue
        seen.add(address)
        waiting += [(to.flow, to.state) for to in onward(state) if to.flow]
    return seen


def reachable(charts: Charts) -> set[Address]:
    """All states people can come to: from the start, the home menu and every deep link."""
    begin = [(chart.flow, chart.initial) for chart in charts.flows.values() if chart.topic or chart.aliases]
    if (start := charts.flows.get(charts.home[0])) is not None:
        begin.append((start.flow, start.initial))
    begin += [(row.to.flow, row.to.state) for rows in charts.inherited.values() for row in rows if row.to is not None]
    return closure(charts, [charts.home, *begin], lambda state: targets(state, inherited=False))


def _dead_ends(charts: Charts, state: State) -> Iterator[Finding]:
    if state.final is not None:
        return
    if state.waits:
        falls = [spec.name for spec in state.choices if spec.to is None]
        if (falls or state.items) and not state.then:
            yield finding(charts, state, "dead end", "an answer leads nowhere: `then` is missing")
        leads = state.choices or state.plan or state.items or state.otherwise or state.guesses
        if not leads and not any(row.to for rows in state.on.values() for row in rows if row.own):
            yield finding(charts, state, "dead end", "a question without any answer")
    elif not state.then and not (state.call and state.returns):
        yield finding(charts, state, "dead end", "nothing leads on from here")


def _names(charts: Charts, state: State, content: Content) -> Iterator[Finding]:
    """Timers that nobody sets, intents nobody gives, buttons too long to send."""
    running = {name for region in state.regions for name, _ in region.timers}
    heard = {event.removeprefix("timer.") for event in state.on if event.startswith("timer.")}
    for name in sorted(running - heard):
        yield finding(charts, state, "timer", f"nothing answers timer.{name}")
    for name, rows in state.on.items():
        head, _, tail = name.partition(".")
        if head == "timer" and not _timer_somewhere(charts, tail) and any(row.own for row in rows):
            yield finding(charts, state, "timer", f"no state sets timer {tail}")
        if head == "intent" and content.intents and tail not in content.intents and any(row.own for row in rows):
            yield finding(charts, state, "intent", f"unknown intent {tail!r}")
        if head == "intent" and tail in WORDS and any(row.own for row in rows):
            yield finding(charts, state, "intent", f"{tail!r} arrives as the event {WORDS[tail]!r}")
    for spec in state.choices:
        for intent in spec.intents:
            if content.intents and intent not in content.intents:
                yield finding(charts, state, "intent", f"unknown intent {intent!r} at {spec.name}")
    goals = [step.to.state for step in state.plan if step.to.kind == "goto"]
    for name in sorted({goal for goal in goals if goals.count(goal) > 1}):
        yield finding(charts, state, "plan", f"two steps lead to {name!r}: which one is done then?")
    for one in state.offers:
        if len(one.id.encode()) > CHOICE_ID_MAX:
            yield finding(charts, state, "choice id", f"{one.id} is longer than {CHOICE_ID_MAX} bytes")


def _timer_somewhere(charts: Charts, name: str) -> bool:
    return any(
        held == name for state in charts.states.values() for region in state.regions for held, _ in region.timers
    )


def _ways_out(charts: Charts, state: State, proved: dict[int, bool]) -> Iterator[Finding]:
    """`proved`: rows already looked at, so that one inherited by all states is one finding."""
    for event in MUST:
        rows = state.on.get(event, ())
        if not rows or rows[-1].when is not None:
            yield finding(charts, state, "no way out", f"{event!r} does not always work here")
    for event, rule, proof, what in _PROMISES:
        for row in state.on.get(event, ()):
            if id(row) not in proved:
                proved[id(row)] = proof(charts, row)
                if not proved[id(row)]:
                    yield finding(charts, state if row.own else EVERYWHERE, rule, f"{event!r} {what}")


def _to_safety(_: Charts, row: Transition) -> bool:
    return row.to is not None and (row.to.flow == SAFETY or row.to.kind == "again")


def _quick_exit(_: Charts, row: Transition) -> bool:
    return any(order.name == "quick_exit" for order in row.do)


def _leads_to_human(charts: Charts, row: Transition) -> bool:
    if row.to is None or not row.to.flow:
        return False
    met = closure(charts, [(row.to.flow, row.to.state)], lambda state: targets(state, inherited=False))
    return any(order.name in HUMAN_ORDERS for address in met for order in orders(charts.states[address]))


def _shows_card(charts: Charts, row: Transition) -> bool:
    return _card_always(row.say) or (row.to is not None and _enters_card(charts, row.to, frozenset()))


def _enters_card(charts: Charts, target: Target, seen: frozenset[Address]) -> bool:
    address = (target.flow, target.state)
    state = charts.states.get(address)
    if state is None or address in seen:
        return False
    if _card_always(state.say):
        return True
    onward = [state.call] if state.call else [row.to for row in state.then]
    if state.waits or not onward:
        return False
    return all(to is not None and _enters_card(charts, to, seen | {address}) for to in onward)


def _card_always(parts: Iterable[Part]) -> bool:
    """Whatever the guards say, one of these parts is a card."""
    whens = [part.when for part in parts if part.card]
    if not whens or None in whens:
        return bool(whens)
    atoms = sorted({bare(one) for when in whens if when for clause in when.clauses for one in clause})
    return all(
        any(when and holds(when, dict(zip(atoms, values, strict=True))) for when in whens)
        for values in product((True, False), repeat=len(atoms))
    )


def bare(literal: str) -> str:
    """A guard's name without `not`."""
    return literal.removeprefix("not ")


def holds(when: Condition, told: Mapping[str, bool]) -> bool:
    """Does a guard hold if its names are as told?"""
    return all(any(told[bare(one)] != one.startswith("not ") for one in clause) for clause in when.clauses)


_PROMISES: Final[tuple[tuple[str, str, Callable[[Charts, Transition], bool], str], ...]] = (
    ("human", "no human", _leads_to_human, "does not lead to a counsellor or the message box"),
    ("emergency", "no emergency", _shows_card, "does not show a card at once"),
    ("stop", "no exit", _quick_exit, "does not end at once (quick_exit)"),
    ("crisis", "no safety", _to_safety, "does not lead to the safety flow"),
    ("check_in", "no safety", _to_safety, "does not lead to the safety flow"),
)


# --- loops without input ----------------------------------------------------------------------------------------------


def _loops(charts: Charts) -> Iterator[Finding]:
    """Circles of states none of which waits for the person."""
    silent = _silent_flows(charts)
    onward = {address: list(_automatic(charts, state, silent)) for address, state in charts.states.items()}
    done: set[Address] = set()
    for begin in onward:
        if begin not in done and (circle := _circle(onward, begin, done)):
            state = charts.states[circle[0]]
            names = " → ".join(f"{flow}.{name}" for flow, name in circle)
            yield finding(charts, state, "loop", f"a loop without input: {names}")


def _passes(charts: Charts, state: State) -> bool:
    """A question that is not asked again once it is answered."""
    if state.answers is None or state.again:
        return False
    return charts.slots[state.answers].sticky or state.answers == "dark_thoughts"


def _silent_flows(charts: Charts) -> set[Address]:
    """States from which a flow can come to its end without any input."""
    silent: set[Address] = set()
    while True:
        more = {
            address
            for address, state in charts.states.items()
            if address not in silent and _ends_silently(charts, state, silent)
        }
        if not more:
            return silent
        silent |= more


def _ends_silently(charts: Charts, state: State, silent: set[Address]) -> bool:
    if state.final is not None:
        return True
    if state.waits and not _passes(charts, state):
        return False
    if state.call is not None and (state.call.flow, state.call.state) not in silent:
        return False
    ways = [*(row.to for row in state.then), *state.returns.values()]
    return any(to is not None and to.flow and (to.flow, to.state) in silent for to in ways)


def _automatic(charts: Charts, state: State, silent: set[Address]) -> Iterator[Address]:
    """Where the walk can go on from here by itself."""
    if state.final is not None or (state.waits and not _passes(charts, state)):
        return
    if state.call is not None:
        callee = (state.call.flow, state.call.state)
        yield callee
        if callee not in silent:
            return
        yield from ((to.flow, to.state) for to in state.returns.values() if to.flow)
    for row in state.then:
        if row.to is not None and row.to.flow:
            yield (row.to.flow, row.to.state)
            if row.to.kind == "call" and row.when is None and (row.to.flow, row.to.state) not in silent:
                return


def _circle(onward: dict[Address, list[Address]], begin: Address, done: set[Address]) -> list[Address] | None:
    path: list[Address] = []
    waiting: list[tuple[Address, bool]] = [(begin, False)]
    while waiting:
        address, leaving = waiting.pop()
        if leaving:
            path.pop()
            done.add(address)
            continue
        if address in path:
            return path[path.index(address) :]
        if address in done or address not in onward:
            continue
        path.append(address)
        waiting.append((address, True))
        waiting += [(to, False) for to in onward[address]]
    return None
