"""The closed registry of guards (`when`, `unless`) and selectors (`by`). Named yes/no questions; nothing else decides.

A guard is written `name`, `slot.value`, `slot.answered`, `danger.<kind or level>`, `flow.step.done`, `not x`,
`x or y`; a list means all of them. Every selector lists the values it can have, so that the check can
ask for each text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.dialogue.chart import Condition, Select, Slot, Test
from bot.dialogue.events import ItemReceived, ItemRefused, MediaOffered, Started
from bot.dialogue.session import KINDS, LEVELS
from bot.dialogue.walk import Walk

CLOSING_SOON: Final = timedelta(minutes=30)
MAIN_COUNTRY: Final = {"de": "DE", "nl": "NL"}
CHANNEL_FACTS: Final[Mapping[str, frozenset[str]]] = {
    "web": frozenset({"private_channel", "resume_code"}),
    "telegram": frozenset({"company_reads", "traces_removable"}),
    "whatsapp": frozenset({"reply_window"}),
}
"""What differs for a person between the ways they can write; flows ask these facts, never the channel's name."""


class UnknownGuard(ValueError):
    """A flow names a guard, selector or slot value that does not exist; the message says which."""


def _country(walk: Walk) -> str:
    return walk.value("country") or "unknown"


def _service_country(walk: Walk) -> str:
    country = _country(walk)
    return MAIN_COUNTRY[walk.language] if country in ("unknown", "other") else country


def _minor(walk: Walk) -> bool:
    return walk.value("age") not in ("18_25", "26_plus")


def _minor_in_picture(walk: Walk) -> bool:
    """Somebody under 18 now was so in every picture of themselves, whatever was answered about a picture."""
    of_others = walk.value("about") in ("friend", "my_child", "pupils", "received")
    young = not of_others and "age" in walk.slots and _minor(walk)
    return young or walk.value("age_picture") != "18_plus"


def _child(walk: Walk) -> bool:
    return walk.value("age") in ("under_12", "12_13")


def _linked(walk: Walk) -> bool:
    topic = walk.event.topic if isinstance(walk.event, Started) else None
    return topic is not None and topic.lower() in walk.charts.topics


def _carried_on(walk: Walk) -> bool:
    return isinstance(walk.event, Started) and walk.event.carried_on


def _closing_soon(walk: Walk) -> bool:
    closes = walk.moment.closes_at
    return walk.moment.open and closes is not None and closes - walk.moment.at <= CLOSING_SOON


def _repeated(walk: Walk) -> bool:
    return isinstance(walk.event, ItemReceived) and walk.event.repeated


def _channel(fact: str) -> Test:
    return lambda walk: fact in CHANNEL_FACTS[walk.moment.channel]


def _channel_kind(walk: Walk) -> str:
    facts = CHANNEL_FACTS[walk.moment.channel]
    if "private_channel" in facts:
        return "private"
    return "cloud" if "company_reads" in facts else "messenger"


GUARDS: Final[Mapping[str, Test]] = {
    "not_safe": lambda walk: walk.value("safe") != "yes",
    "minor": _minor,
    "minor_in_picture": _minor_in_picture,
    "child": _child,
    "adult_26": lambda walk: walk.value("age") == "26_plus",
    "caring_role": lambda walk: walk.value("about") in ("my_child", "pupils"),
    "adult_form": lambda walk: walk.adult_form,
    "others_see_phone": lambda walk: walk.value("phone_seen") != "only_me",
    "home_unsafe": lambda walk: walk.value("adult_near") == "home_unsafe",
    "in_danger": lambda walk: walk.in_danger,
    "was_in_danger": lambda walk: walk.danger is not None,
    "wellbeing_asked": lambda walk: walk.wellbeing_asked,
    "open": lambda walk: walk.moment.open,
    "staffed": lambda walk: walk.moment.staffed,
    "closing_soon": _closing_soon,
    "waiting": lambda walk: walk.moment.holder == "waiting",
    "with_counsellor": lambda walk: walk.moment.holder == "counsellor",
    "has_items": lambda walk: bool(walk.moment.items),
    "has_batch": lambda walk: bool(walk.moment.batch),
    "repeated": _repeated,
    "has_guesses": lambda walk: any(name.startswith("guess.") for name in walk.extra),
    "linked": _linked,
    "carried_on": _carried_on,
    "first": lambda walk: walk.first,
    "called": lambda walk: len(walk.stack) > 1,
    "private_channel": _channel("private_channel"),
    "resume_code": _channel("resume_code"),
    "reply_window": _channel("reply_window"),
    "traces_removable": _channel("traces_removable"),
}


def _human(walk: Walk) -> str:
    if walk.moment.staffed:
        return "free"
    return "busy" if walk.moment.open else "closed"


def _refused(walk: Walk) -> str:
    return walk.event.reason if isinstance(walk.event, ItemRefused) else "unsupported"


def _media(walk: Walk) -> str:
    return walk.event.kind if isinstance(walk.event, MediaOffered) else "unknown"


def _either(test: Test, yes: str, no: str) -> Select:
    return lambda walk: yes if test(walk) else no


COUNTRIES: Final = ("DE", "NL", "BE", "AT", "CH")
SELECTORS: Final[Mapping[str, tuple[tuple[str, ...], Select]]] = {
    "country": ((*COUNTRIES, "other", "unknown"), _country),
    "service_country": (COUNTRIES, _service_country),
    "country_known": (
        ("known", "unknown"),
        lambda walk: "unknown" if _country(walk) in ("unknown", "other") else "known",
    ),
    "minor": (("minor", "adult"), _either(_minor, "minor", "adult")),
    "picture": (("minor", "adult"), _either(_minor_in_picture, "minor", "adult")),
    "child": (("child", "older"), _either(_child, "child", "older")),
    "open": (("open", "closed"), lambda walk: "open" if walk.moment.open else "closed"),
    "human": (("free", "busy", "closed"), _human),
    "danger": (KINDS, lambda walk: walk.danger_kind or "panic"),
    "check_in": (KINDS, lambda walk: KINDS[walk.extra.get("check_in", 0) % len(KINDS)]),
    "level": (LEVELS, lambda walk: walk.danger.level if walk.danger else "C"),
    "refused": (
        ("gate_closed", "wrong_type", "too_large", "empty", "limit", "space", "interrupted", "unsupported"),
        _refused,
    ),
    "media": (("image", "video", "file", "voice", "sticker", "location", "contact", "unknown"), _media),
    "channel_kind": (("private", "cloud", "messenger"), _channel_kind),
    "language": (("de", "nl"), lambda walk: walk.language),
}


def selector(name: str, slots: Mapping[str, Slot]) -> tuple[tuple[str, ...], Select]:
    """All values and the choosing function of a selector. Raises UnknownGuard."""
    if name in SELECTORS:
        return SELECTORS[name]
    if name not in slots:
        raise UnknownGuard(f"unknown selector {name!r}; known: {', '.join(sorted({*SELECTORS, *slots}))}")
    slot = slots[name]
    skip = slot.skip
    values = slot.values if skip in slot.values else (*slot.values, skip)
    return values, lambda walk: walk.value(name) or skip


def condition(written: object, slots: Mapping[str, Slot], *, unless: bool = False) -> Condition:
    """Compile a guard as written in a flow. Raises UnknownGuard.

    `unless` turns it round: none of the listed guards may hold.
    """
    rows = [row for row in (written if isinstance(written, list) else [written]) if isinstance(row, str)]
    if not rows or (isinstance(written, list) and len(rows) != len(written)):
        raise UnknownGuard("a guard is a name or a list of names")
    clauses = tuple(tuple(" ".join(literal.split()) for literal in row.split(" or ")) for row in rows)
    if unless:
        clauses = tuple((_turned(literal),) for clause in clauses for literal in clause)
    return Condition(clauses, _all(tuple(_any(clause, slots) for clause in clauses)))


def both(first: Condition | None, second: Condition | None) -> Condition | None:
    """The condition that holds when both do."""
    if first is None or second is None:
        return first or second
    return Condition(first.clauses + second.clauses, _all((first.test, second.test)))


def _turned(literal: str) -> str:
    return literal[4:] if literal.startswith("not ") else f"not {literal}"


def _all(tests: tuple[Test, ...]) -> Test:
    return tests[0] if len(tests) == 1 else lambda walk: all(test(walk) for test in tests)


def _any(clause: tuple[str, ...], slots: Mapping[str, Slot]) -> Test:
    tests = tuple(_literal(literal, slots) for literal in clause)
    return tests[0] if len(tests) == 1 else lambda walk: any(test(walk) for test in tests)


def _literal(literal: str, slots: Mapping[str, Slot]) -> Test:
    if literal.startswith("not "):
        inner = _literal(literal[4:], slots)
        return lambda walk: not inner(walk)
    if literal in GUARDS:
        return GUARDS[literal]
    head, _, value = literal.partition(".")
    if head == "danger" and value in KINDS:
        return lambda walk: walk.danger is not None and not walk.danger.resolved and walk.danger.kind == value
    if head == "danger" and value in LEVELS:
        return lambda walk: walk.danger is not None and not walk.danger.resolved and walk.danger.level == value
    if head == "media" and value in SELECTORS["media"][0]:
        return lambda walk: isinstance(walk.event, MediaOffered) and walk.event.kind == value
    if head in slots:
        return _slot_test(slots[head], value)
    if literal.endswith(".done") and literal.count(".") == 2:
        mark = literal.removesuffix(".done")
        return lambda walk: mark in walk.done
    raise UnknownGuard(f"unknown guard {literal!r}")


def _slot_test(slot: Slot, value: str) -> Test:
    name = slot.name
    if value == "answered":
        return lambda walk: name in walk.slots
    if value not in slot.values and value != slot.skip:
        raise UnknownGuard(f"slot {name} has no value {value!r}; it has {', '.join(slot.values)}")
    return lambda walk: walk.value(name) == value
