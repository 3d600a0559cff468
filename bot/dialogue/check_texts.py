"""The texts behind the keys: complete, alike in both languages, fitting, resting on what may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Final

from bot.dialogue.chart import Charts, State, Target
from bot.dialogue.check_graph import closure, finding
from bot.dialogue.findings import Content, Finding, Limits
from bot.dialogue.uses import Use, guess_labels, literals, uses

PEERS: Final = ("de", "nl")
TEXT_MAX: Final = 600
"""Characters of one message (paths.md 1.5)."""
PAPER_MAX: Final = 2_000
"""Characters of a text to take along; whole in one message on every channel."""
GUESSES: Final = 3
DONE_MARK: Final = 2
"""Characters a ticked plan step's label grows by."""
PROVIDED: Final = frozenset(
    {
        "next_opening", "closes_at", "position", "n", "count", "retention_days", "backup_days", "operator", "code",
        "follow_up_next_day", "follow_up_two_days", "privacy_url",
    }
)  # fmt: skip
"""Values that turns fill in; all others come from the directory."""
COUNTRY_VARIANT: Final = re.compile(r"\.(DE|NL|BE|AT|CH)(\.|$)")
_NAME: Final = re.compile(r"\{([^{}]*)\}")
_ADDRESS: Final = re.compile(r"https?:|www\.|\b[\w-]+\.(?:de|nl|com|org|net|be|at|ch|eu|info)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d[\d /–-]*\d[\d /–-]*\d")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^>]*>|&[a-z]+;")
ADULT_PICTURE: Final = frozenset(
    {"picture=adult", "age_picture=18_plus", "age_picture.18_plus", "not minor_in_picture"}
)
"""What makes certain that the person in the picture is 18 or over."""
ADULTS_ONLY: Final = "stopncii"


def check_texts(charts: Charts, content: Content) -> Iterator[Finding]:
    """All findings about texts; none when no catalogue was given."""
    if not content.texts:
        return
    used = list(uses(charts))
    for use in used:
        yield from _adults_only(charts, content, use)
    for use in {(use.key, use.kind): use for use in reversed(used)}.values():
        yield from _there(charts, content, use)
        yield from _one_text(charts, content, use)
    for state in charts.states.values():
        for limits in content.limits:
            yield from _labels_fit(charts, content, state, limits)


def _there(charts: Charts, content: Content, use: Use) -> Iterator[Finding]:
    formal = use.kind == "text" and use.key.partition(".")[0] in content.adult_flows
    for language in PEERS:
        texts = content.texts.get(language, {})
        if (use.key, False) not in texts:
            yield finding(charts, use.state, "missing text", f"{language}: {use.key}")
        elif formal and (use.key, True) not in texts:
            yield finding(charts, use.state, "missing adult form", f"{language}: {use.key}")


def _one_text(charts: Charts, content: Content, use: Use) -> Iterator[Finding]:
    """Everything about one key that does not depend on where it is said."""
    forms = {
        (language, adult): text
        for language in PEERS
        for adult in (False, True)
        if (text := content.texts.get(language, {}).get((use.key, adult))) is not None
    }
    names = {form: frozenset(_NAME.findall(text)) for form, text in forms.items()}
    for adult in (False, True):
        alike = [found for (_, form), found in names.items() if form is adult]
        if spread := sorted(frozenset().union(*alike) - frozenset.intersection(*alike) if alike else ()):
            yield finding(charts, use.state, "placeholders", f"{use.key}: not in both languages: {', '.join(spread)}")
    for name in sorted(frozenset().union(*names.values())):
        if name not in PROVIDED and name not in content.showable:
            yield finding(charts, use.state, "not showable", f"{use.key}: {{{name}}} is no value that may be shown")
    for (language, adult), text in forms.items():
        where = f"{use.key} ({language}{', adult' if adult else ''})"
        yield from (
            finding(charts, use.state, rule, f"{where}: {what}")
            for rule, what in _content(text, PAPER_MAX if use.kind == "paper" else TEXT_MAX)
        )
    yield from _rests_on(charts, content, use, frozenset().union(*names.values()))


def _content(text: str, most: int) -> Iterator[tuple[str, str]]:
    plain = _NAME.sub("", text)
    if len(text) > most:
        yield "too long", f"{len(text)} characters; at most {most}"
    if _ADDRESS.search(plain):
        yield "address in text", "addresses are values of directory.yaml"
    if _NUMBER.search(_YEAR.sub("", plain)):
        yield "number in text", "numbers are values of directory.yaml"
    if _MARKUP.search(text):
        yield "markup in text", "texts are plain"


def _rests_on(charts: Charts, content: Content, use: Use, names: frozenset[str]) -> Iterator[Finding]:
    """What a text says about one country's law or services rests on a fact or names a contact."""
    if not content.facts or use.kind == "label":
        return
    cited = content.cited.get(use.key, frozenset())
    for fact in sorted(cited - content.facts):
        yield finding(charts, use.state, "unknown fact", f"{use.key}: {fact} is no fact a text may rest on")
    if COUNTRY_VARIANT.search(use.key) and not cited and not names & content.showable:
        yield finding(charts, use.state, "no fact", f"{use.key}: says something about a country without a fact")


def _adults_only(charts: Charts, content: Content, use: Use) -> Iterator[Finding]:
    """StopNCII is for adults in the picture; nobody else may be sent there."""
    forms = [by.get((use.key, adult), "") for by in content.texts.values() for adult in (False, True)]
    if not any(ADULTS_ONLY in name for text in forms for name in _NAME.findall(text)):
        return
    if use.given & ADULT_PICTURE or (use.state.flow, use.state.name) not in _without_adult_guard(charts):
        return
    yield finding(charts, use.state, "adults only", f"{use.key} can reach a minor: no guard for age_picture 18_plus")


def _without_adult_guard(charts: Charts) -> set[tuple[str, str]]:
    """States that can be reached without it being certain that the person in the picture is an adult."""

    def onward(state: State) -> Iterator[Target]:
        rows = (*state.then, *state.otherwise, *(row for rows in state.on.values() for row in rows))
        yield from (row.to for row in rows if row.to and not literals(row.when) & ADULT_PICTURE)
        for spec in state.choices:
            sure = literals(spec.when) & ADULT_PICTURE or ("age_picture", "18_plus") in spec.set
            if spec.to is not None and not sure:
                yield spec.to
        yield from (step.to for step in state.plan if not literals(step.when) & ADULT_PICTURE)
        yield from state.returns.values()
        if state.call is not None:
            yield state.call

    begin = [(chart.flow, chart.initial) for chart in charts.flows.values()]
    return {(str(flow), str(name)) for flow, name in closure(charts, [charts.home, *begin], onward)}


# --- labels -----------------------------------------------------------------------------------------------------------


def _labels_fit(charts: Charts, content: Content, state: State, limits: Limits) -> Iterator[Finding]:
    labels = [(one.label, 0, one.when) for one in state.choices]
    labels += [(step.label, DONE_MARK, step.when) for step in state.plan]
    if not labels and not state.guesses:
        return
    most = _most(state) + (GUESSES if state.guesses else 0)
    if most > limits.list_max and not state.items:
        yield finding(charts, state, "too many answers", f"{most}; {limits.channel} shows {limits.list_max}")
    as_list = most > limits.buttons_max or state.items
    room = limits.list_label_max if as_list else limits.button_label_max
    shown = [(label, extra) for label, extra, _ in labels]
    shown += [(label, 0) for label in sorted(guess_labels(charts))] if state.guesses else []
    for label, extra in shown:
        for language in PEERS:
            text = content.texts.get(language, {}).get((label, False), "")
            if len(text) + extra > room:
                what = f"{label} ({language}): {len(text) + extra} characters; {limits.channel} shows {room}"
                yield finding(charts, state, "label too long", what)


def _most(state: State) -> int:
    """How many answers can be open at once: guards of one literal against each other, all others as true."""
    whens = [one.when for one in state.offers]
    named = sorted({literal.removeprefix("not ") for when in whens for literal in literals(when)})[:10]
    best = 0
    for values in product((True, False), repeat=len(named)):
        told = dict(zip(named, values, strict=True))
        open_ = sum(
            all(told.get(one.removeprefix("not "), True) != one.startswith("not ") for one in literals(when))
            for when in whens
        )
        best = max(best, open_)
    return best
