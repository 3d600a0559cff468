"""What a button does: an open one is taken, an old one is answered by its meaning, a foreign one kindly."""

from __future__ import annotations

from bot.dialogue.chart import ROOT, SAFETY, ChoiceSpec, State
from bot.dialogue.listen import ALWAYS, answer, follow_guess, handle, start
from bot.dialogue.moves import ask, open_choices
from bot.dialogue.orders import carry
from bot.dialogue.session import ChoiceId, FlowId, Frame, StateId
from bot.dialogue.walk import Walk


def press(walk: Walk, choice: ChoiceId, *, away: bool) -> None:
    """Take a button. `root.<word>` (human, emergency, stop …) works in every state."""
    head, _, word = choice.partition(".")
    if head == ROOT and word in ALWAYS and handle(walk, word):
        walk.answered = choice
        walk.misses = 0
        return
    if away and handle(walk, "returned"):
        return
    walk.misses = 0
    if answer(walk, walk.state, choice):
        return
    if not _old(walk, choice):
        walk.answered = choice
        if walk.first:
            start(walk)
        elif not handle(walk, "stale"):
            ask(walk)


def _old(walk: Walk, choice: ChoiceId) -> bool:
    """A button of another message than the last. In danger, only safety's own buttons lead anywhere."""
    parts = choice.split(".")
    if len(parts) != 3:
        return False
    flow, name, answered = parts
    state = walk.charts.states.get((FlowId(flow), StateId(name)))
    spec = state.by_name.get(answered) if state is not None else None
    held = walk.in_danger and flow not in (SAFETY, walk.stack[-1].flow)
    if flow == ROOT and name in ("intent", "topic"):
        return not held and follow_guess(walk, choice)
    if state is None or (spec is None and not state.items):
        return False
    slots = [slot for slot, _ in spec.set] if isinstance(spec, ChoiceSpec) else []
    if isinstance(spec, ChoiceSpec) and slots and (held or all(walk.charts.slots[slot].sticky for slot in slots)):
        _correct(walk, spec)
        return True
    if held:
        return False
    return _on_trail(walk, state, choice) or ((bool(slots) or _is_home(walk, state)) and _there(walk, state, choice))


def _correct(walk: Walk, spec: ChoiceSpec) -> None:
    """An answer given earlier is changed, and the present question asked again."""
    walk.answered = spec.id
    for slot, value in spec.set:
        walk.set_slot(slot, value)
    for order in spec.do:
        carry(walk, order)
    ask(walk)


def _on_trail(walk: Walk, state: State, choice: ChoiceId) -> bool:
    """Go back to where this button was, and take it there."""
    for place in range(len(walk.trail) - 1, -1, -1):
        front = walk.trail[place][-1]
        if (front.flow, front.state) == (state.flow, state.name):
            kept = walk.stack, walk.trail, walk.origin
            walk.stack, walk.trail, walk.origin = list(walk.trail[place]), walk.trail[:place], None
            if answer(walk, state, choice):
                return True
            walk.stack, walk.trail, walk.origin = kept
            return False
    return False


def _there(walk: Walk, state: State, choice: ChoiceId) -> bool:
    """A question about safety, or the start menu, is answered wherever one is now."""
    if choice not in {one.id for one in open_choices(walk, state)}:
        return False
    version = walk.charts.flows[state.flow].version
    home = _is_home(walk, state)
    below = [] if home else [frame for frame in walk.stack if frame.flow != state.flow]
    walk.stack = [*below, Frame(state.flow, version, state.name)]
    return answer(walk, state, choice)


def _is_home(walk: Walk, state: State) -> bool:
    return (state.flow, state.name) == walk.charts.home
