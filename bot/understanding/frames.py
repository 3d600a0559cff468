"""Words of danger in their frame: whose, denied or not, past, told with a laugh. Evidence for `crisis`.

A finding goes through four looks: idioms are taken out first; what is then found is weakened to a
check-in when it is denied, long past or told with a laugh; a person spoken about turns it into "somebody
else at risk"; of several findings the most acute one stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.understanding.answers import within
from bot.understanding.fold import fold
from bot.understanding.lexicon import crisis_de, crisis_en, crisis_nl
from bot.understanding.phrases import Phrases, phrases
from bot.understanding.results import Crisis, Kind, Level, Reaction, Risk


@dataclass(frozen=True, slots=True)
class Rule:
    """What finding one of the lists of this name means. `weak`: a laugh turns it into nothing."""

    name: str
    kind: Kind
    level: Level
    reaction: Reaction
    lists: Phrases
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A danger and the names of the rules behind it; `denied`: the person says it is not so."""

    crisis: Crisis
    why: tuple[str, ...]
    denied: bool = False


_LISTS: Final = (crisis_de.LISTS, crisis_nl.LISTS, crisis_en.LISTS)


def _rule(name: str, kind: Kind, level: Level, reaction: Reaction, *, weak: bool = False) -> Rule:
    lists = phrases(*(lists[name] for lists in _LISTS if name in lists))
    return Rule(name=name, kind=kind, level=level, reaction=reaction, lists=lists, weak=weak)


# Most acute first. Kinds and levels: the helpline's levels A, B, C; order within a level is the order in which
# a life is in danger.
RULES: Final[tuple[Rule, ...]] = (
    _rule("violence_now", "violence", "A", "interrupt"),
    _rule("suicide_now", "suicide", "A", "interrupt"),
    _rule("meeting", "meeting", "A", "interrupt"),
    _rule("self_harm_now", "self_harm", "A", "interrupt"),
    _rule("other_missing", "other_at_risk", "A", "interrupt"),
    _rule("suicide", "suicide", "B", "interrupt"),
    _rule("coercion", "coercion", "B", "interrupt"),
    _rule("assault", "assault", "B", "interrupt"),
    _rule("self_harm", "self_harm", "B", "interrupt"),
    _rule("unsafe_home", "unsafe_home", "B", "interrupt"),
    _rule("suicide_maybe", "suicide", "B", "check_in", weak=True),
    _rule("told_to_die", "suicide", "B", "check_in", weak=True),
    _rule("assault_maybe", "assault", "B", "check_in"),
    _rule("coercion_maybe", "coercion", "B", "check_in"),
    _rule("violence_maybe", "violence", "B", "check_in", weak=True),
    _rule("unsafe_home_maybe", "unsafe_home", "B", "check_in", weak=True),
    _rule("self_harm_maybe", "self_harm", "B", "check_in"),
    _rule("panic", "panic", "C", "check_in"),
)

_IDIOMS: Final = phrases(crisis_de.IDIOMS, crisis_nl.IDIOMS)
_DENIAL: Final = phrases(crisis_de.DENIAL, crisis_nl.DENIAL)
_PAST: Final = phrases(crisis_de.PAST, crisis_nl.PAST)
_AGAIN: Final = phrases(crisis_en.AGAIN)
_JOKING: Final = phrases(crisis_en.JOKING)
_QUOTED: Final = phrases(crisis_en.QUOTED_WORK)
_OTHER: Final = phrases(crisis_de.OTHER_PERSON, crisis_nl.OTHER_PERSON)
_KEYWORDS: Final = tuple(fold(crisis_en.KEYWORDS).split())
_REPAIRED_WORDS: Final = 80
_SHORTEST_REPAIR: Final = 6
_LONG_KEYWORD: Final = 10
_NO_MORE: Final = phrases("(mehr|meer|nimmer|nimeer)")
_FIRST: Final = phrases("(ich|ik|mich|mezelf|mir|mij|i|myself|k)")


@dataclass(frozen=True, slots=True)
class Frames:
    """What lists see in a folded text: the most acute finding with the names of all, and whether there were idioms."""

    text: str
    finding: Finding | None
    idioms: bool


def find_frames(folded: str) -> Frames:
    """Look through a folded text; `text` is the same with misspelt words of danger put right."""
    repaired = _repaired(folded)
    literal = _without(repaired, _IDIOMS)
    findings = [found for rule in RULES if (found := _apply(rule, literal)) is not None]
    best = min(findings, key=_rank, default=None)
    if best is not None:
        best = replace(best, why=tuple(reason for finding in findings for reason in finding.why))
    return Frames(repaired, best, literal != repaired)


def _rank(finding: Finding) -> tuple[bool, str]:
    return finding.crisis.reaction == "check_in", finding.crisis.level


def _apply(rule: Rule, literal: str) -> Finding | None:
    spans = list(rule.lists.spans(literal))
    if not spans or (_QUOTED.found(literal) and all(" " not in _cut(literal, span) for span in spans)):
        return None
    joking = _JOKING.found(literal)
    if rule.weak and joking:
        return None
    denied = _all_covered(spans, _denials(literal))
    past = _PAST.found(literal) and not _AGAIN.found(literal)
    reaction: Reaction = "check_in" if denied or past or (joking and rule.level != "A") else rule.reaction
    why = [rule.name, *(("denied",) if denied else ()), *(("past",) if past else ())]
    kind, about = _whose(rule, literal, spans)
    return Finding(Crisis(kind, rule.level, reaction, about), tuple(why), denied)


def _whose(rule: Rule, literal: str, spans: Sequence[tuple[int, int]]) -> tuple[Kind, Risk | None]:
    """The kind, and when somebody else is meant, what that person is in danger of."""
    if rule.kind == "other_at_risk":
        return rule.kind, "suicide" if "story" in literal or "dagb" in literal else "meeting"
    spoken_of = _OTHER.found(literal) and not any(_FIRST.found(_around(literal, span)) for span in spans)
    match rule.kind:
        case "suicide" | "self_harm" | "assault" | "violence" | "meeting" if spoken_of:
            return "other_at_risk", rule.kind
        case _:
            return rule.kind, None


def _cut(text: str, span: tuple[int, int]) -> str:
    return text[span[0] : span[1]].strip()


def _around(text: str, span: tuple[int, int]) -> str:
    """The finding with the two words before it: who is meant often stands there."""
    return " ".join((*text[: span[0]].split()[-2:], _cut(text, span)))


def _repaired(folded: str) -> str:
    """The text with misspelt words of danger put right; only long words, so that "lieben" never is "leben"."""
    words = folded.split(" ")
    for place, word in enumerate(words[:_REPAIRED_WORDS]):
        if len(word) >= _SHORTEST_REPAIR and word not in _KEYWORDS and word.isalpha():
            words[place] = next((k for k in _KEYWORDS if _misspelt(word, k)), word)
    return " ".join(words)


def _misspelt(word: str, keyword: str) -> bool:
    return word[0] == keyword[0] and within(word, keyword, 2 if len(keyword) >= _LONG_KEYWORD else 1)


def _without(text: str, idioms: Phrases) -> str:
    """The text with every idiom replaced by a neutral sign, so that words around it do not join up."""
    spans = sorted(idioms.spans(text))
    parts: list[str] = []
    at = 0
    for begin, end in spans:
        if end > at:
            parts.append(text[at : max(at, begin)])
            parts.append("_ ")
            at = end
    return "".join(parts) + text[at:]


def _denials(literal: str) -> list[tuple[int, int]]:
    """Denied stretches. "Not any more" is no denial: "ich will nicht mehr leben" says the opposite."""
    return [span for span in _DENIAL.spans(literal) if not _NO_MORE.found(_cut(literal, span) + " ")]


def _all_covered(spans: Sequence[tuple[int, int]], denials: Sequence[tuple[int, int]]) -> bool:
    return all(any(begin < d_end and d_begin < end for d_begin, d_end in denials) for begin, end in spans)
