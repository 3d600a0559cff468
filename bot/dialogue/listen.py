"""What a text does. Order: crisis, plain words (stop, delete …), open answers, free text, intents, not understood."""

from __future__ import annotations

from typing import Final

from bot.dialogue.chart import SAFETY, State, Target, Transition
from bot.dialogue.effects import Order
from bot.dialogue.events import Crisis, Started, Understood
from bot.dialogue.moves import GUESS, ITEM, arrive, ask, choose, fitting, guesses, pick, take
from bot.dialogue.orders import acuteness, alert, open_danger
from bot.dialogue.session import KINDS, ChoiceId, FlowId, StateId
from bot.dialogue.walk import CHECK_IN, Walk

SURE: Final = 0.6
"""From this score an intent is followed without asking back."""
LIKELY: Final = 0.5
"""From this score an intent is followed where the state itself names it."""
PLAIN: Final = 0.95
"""From this score the message is nothing but that word."""
TERMS: Final = FlowId("terms")
"""The flow whose states explain one word each."""
MAYBE: Final = 0.2
"""Below this score an intent is not even worth a guess."""
GUESSES_MAX: Final = 3
WORDS: Final = {
    "talk_to_human": "human",
    "stop_or_exit": "stop",
    "back": "back",
    "restart": "restart",
    "language_switch": "language",
    "delete_my_data": "delete",
    "my_data": "my_data",
    "emergency": "emergency",
    "help": "help",
    "other_language": "other_language",
}
"""Intents that are events of their own (root.yaml)."""
ASKED_OF_US: Final = frozenset({"is_this_a_bot", "privacy_question", "staffed_hours"})
"""Questions about us: answered as soon as they are likely, because the answer leads nowhere else (paths.md 1.7)."""
WHO_ARE_YOU: Final = "is_this_a_bot"
"""Answered with a plain no every time, also in danger; the question of the moment is asked again."""
CARING: Final = "parent_or_teacher"
COURTESIES: Final = frozenset({"greeting", "thanks_bye", "abuse_or_spam", "yes", "no", "unsure"})
"""Intents that say nothing about what a person came for: never offered as a guess."""
ALWAYS: Final = frozenset(
    {
        "stop", "emergency", "human", "delete", "back", "restart", "language", "help",
        "my_data", "german", "dutch",
    }
)  # fmt: skip
"""Events that a plain word or a button of the frame around the chat brings about in every state."""


def handle(walk: Walk, event: str) -> bool:
    """Follow the first fitting transition for an event of the state in front, own or inherited."""
    rows = walk.state.on.get(event)
    row = fitting(walk, rows) if rows else None
    if row is None:
        return False
    take(walk, row)
    return True


def start(walk: Walk) -> None:
    """First contact or a deep link. In danger, safety comes first."""
    event = walk.event
    flow = walk.charts.topics.get(event.topic.lower()) if isinstance(event, Started) and event.topic else None
    _note_guesses(walk, [f"topic.{flow}"] if flow is not None else [])
    if walk.in_danger and handle(walk, "returned"):
        return
    if not handle(walk, "started"):
        arrive(walk, ask_anyway=True)


def hear(walk: Walk, understood: Understood, *, away: bool) -> None:
    """Decide what a text means here. Never silent, never the same fallback twice in a row."""
    if understood.language in ("de", "nl"):
        walk.language = understood.language
    crisis = understood.crisis
    worried = crisis is not None and crisis.kind == "other_at_risk" and understood.intents[:1] != ()
    if understood.formal or (worried and understood.intents[0][0] == CARING):
        walk.adult_form = True
    if crisis is not None and _crisis(walk, crisis):
        _understood(walk)
        return
    if _plain_word(walk, understood):
        _understood(walk)
        return
    if away:
        _note_guesses(walk, _guessed(walk, understood))
        if handle(walk, "returned"):
            walk.misses = 0
            return
    if understood.language == "other" and understood.answer is None and _foreign(walk):
        return
    if _meant(walk, understood):
        _understood(walk)
        return
    _note_guesses(walk, _guessed(walk, understood))
    unheard(walk)


def unheard(walk: Walk) -> None:
    """The ladder: kindly with guesses, easier words, a human – then from the beginning."""
    if walk.first and handle(walk, "started"):
        return
    walk.misses = walk.misses % 3 + 1
    if not handle(walk, f"not_understood.{walk.misses}"):
        ask(walk)


def _understood(walk: Walk) -> None:
    """Guesses are over, unless somebody comes back to the question that shows them."""
    walk.misses = 0
    waiting = any(walk.charts.states[frame.flow, frame.state].guesses for frame in walk.stack)
    if not waiting and any(name.startswith(GUESS) for name in walk.extra):
        _note_guesses(walk, [])


def _crisis(walk: Walk, crisis: Crisis) -> bool:
    """Leave for safety unless it is already dealing with something at least as acute."""
    if crisis.reaction == "check_in":
        if walk.in_danger and walk.stack[-1].flow == SAFETY:
            return False
        walk.extra = {**walk.extra, CHECK_IN: KINDS.index(crisis.kind)}
        return handle(walk, "check_in")
    present = walk.danger
    if (
        present is not None
        and not present.resolved
        and walk.stack[-1].flow == SAFETY
        and acuteness(present.kind, present.level) <= acuteness(crisis.kind, crisis.level)
    ):
        return False
    open_danger(walk, crisis.kind, crisis.level)
    if crisis.level != "C":
        walk.effects.append(Order("open_case", "crisis"))
        alert(walk)
    if handle(walk, "crisis"):
        return True
    safety = walk.charts.flows.get(SAFETY)
    if safety is not None:
        take(walk, Transition(to=Target("call", SAFETY, safety.initial), own=False))
    return safety is not None


def _plain_word(walk: Walk, understood: Understood) -> bool:
    """Stop, delete, a human …: a message that is nothing but such a word works in every state.

    "Help" in a foreign language is a foreign language first: it is answered with numbers and the choice of one.
    """
    if understood.answer is not None or not understood.intents:
        return False
    name, score = understood.intents[0]
    event = WORDS.get(name)
    if event == "help" and understood.language == "other":
        return False
    return event in ALWAYS and score >= PLAIN and handle(walk, event)


def _meant(walk: Walk, understood: Understood) -> bool:
    """The open answers, then what the state takes in, then what the text is about."""
    state = walk.state
    if understood.term is not None and _explain(walk, understood.term):
        return True
    if understood.answer is not None and answer(walk, state, understood.answer):
        return True
    name, score = understood.intents[0] if understood.intents else ("", 0.0)
    if name == WHO_ARE_YOU and score >= PLAIN and handle(walk, f"intent.{name}"):
        return True
    row = fitting(walk, state.otherwise)
    if row is not None:
        take(walk, row)
        return True
    rows = state.on.get(f"intent.{name}", ())
    if rows and rows[0].own and score >= LIKELY and handle(walk, f"intent.{name}"):
        return True
    if "text" in state.accepts and handle(walk, "text"):
        return True
    enough = LIKELY if name in ASKED_OF_US else SURE
    return score >= enough and handle(walk, WORDS.get(name, f"intent.{name}"))


def _explain(walk: Walk, term: str) -> bool:
    """A word asked about in mid-path is explained, then the question comes again (paths.md 1.6).

    Not in danger, and not where any text is an answer: there it would be taken for one.
    """
    state = walk.state
    if walk.in_danger or state.otherwise or "text" in state.accepts or (TERMS, term) not in walk.charts.states:
        return False
    take(walk, Transition(to=Target("call", TERMS, StateId(term)), own=False))
    return True


def answer(walk: Walk, state: State, meant: ChoiceId) -> bool:
    """Take an answer of the state in front, if it is open."""
    where, _, name = meant.rpartition(".")
    spec = state.by_name.get(name)
    if spec is not None and spec.id == meant:
        if spec.when is not None and not spec.when.test(walk):
            return False
        choose(walk, state, spec)
        return True
    if state.guesses and any(one.id == meant for one in guesses(walk)):
        return follow_guess(walk, meant)
    numbers = {f"{ITEM}{number}": number for number, _ in walk.moment.items} if state.items else {}
    if where != state.where or name not in numbers:
        return False
    pick(walk, state, numbers[name])
    return True


def follow_guess(walk: Walk, guess: ChoiceId) -> bool:
    """`root.intent.<name>` or `root.topic.<flow>`: a guess that was right, now or any time later."""
    _, kind, name = guess.split(".")
    walk.answered = guess
    if kind == "intent":
        return handle(walk, f"intent.{name}")
    chart = next((chart for chart in walk.charts.flows.values() if chart.flow == name), None)
    if kind != "topic" or chart is None:
        return False
    take(walk, Transition(to=Target("leave", chart.flow, chart.initial)))
    return True


def _foreign(walk: Walk) -> bool:
    """Another language than German or Dutch. In danger the danger goes on being answered."""
    if walk.in_danger and fitting(walk, walk.state.otherwise) is not None:
        return False
    return handle(walk, "other_language") or handle(walk, "language")


def _guessed(walk: Walk, understood: Understood) -> list[str]:
    on = walk.state.on
    likely = (name for name, score in understood.intents if score >= MAYBE and name not in COURTESIES)
    return [f"intent.{name}" for name in likely if f"intent.{name}" in on]


def _note_guesses(walk: Walk, names: list[str]) -> None:
    """Remember the best guesses until something is understood."""
    kept = {name: rank for name, rank in walk.extra.items() if not name.startswith(GUESS)}
    walk.extra = kept | {f"{GUESS}{name}": rank for rank, name in enumerate(names[:GUESSES_MAX])}
