"""Are the texts complete, equal in both languages, and fit to be read? (`wegweiser locales check`)"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bot.i18n.catalog import Catalogs, Domain, Text
from bot.i18n.errors import BadTemplate, CatalogError
from bot.i18n.extract import Key, flow_keys
from bot.i18n.fill import names
from bot.i18n.readable import reading_ease
from bot.i18n.rules import Rules, load_rules

PEERS: Final[Mapping[Domain, tuple[str, ...]]] = {
    "flows": ("de", "nl"),
    "web": ("de", "nl"),
    "pages": ("de", "nl"),
    "desk": ("de", "nl", "en"),
    "dates": ("de", "nl", "en"),
}
"""Languages that must be complete. Another language may hold a part of what the first of these holds."""
EASE_FROM: Final = 8
"""Words; the score of a shorter text says nothing."""
SHARED: Final = "words"
"""The file of `flows` for what belongs to no single flow: labels, slots, steps, topics, cards."""

_ADDRESS: Final = re.compile(r"https?:|www\.|\b[\w-]+\.(de|nl|com|org|net|be|at|ch|eu|bund|info)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d[\d /–-]*\d[\d /–-]*\d")
_YEAR: Final = re.compile(r"\b(19|20)\d\d\b")
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^>]*>|&[a-z]+;|\*\*|\]\(")
_ID: Final = re.compile(r'^(?P<old>#~ )?(?P<what>msgctxt|msgid) "(?P<text>.*)"$')
_QUOTED: Final = re.compile(r"„[^“”]*[“”]|“[^”]*”|‘[^’]*’|»[^«]*«|\"[^\"]*\"")
_FACT: Final = re.compile(r"^fact:\s*(.+)$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to change (`error`) or to look at (`warning`). `rule` is one word, stable, for filters."""

    severity: Literal["error", "warning"]
    rule: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class References:
    """What texts use of the directory and of the facts, each with the place it stands."""

    placeholders: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]


def check(
    locales_dir: Path,
    flows_dir: Path,
    *,
    keys: Iterable[str] | None = None,
    provided: Iterable[str] | None = None,
) -> tuple[Finding, ...]:
    """All catalogues below `locales/`.

    `keys`: what the charts really need of `flows`, all variants spelt out. `provided`: every value a text of `flows`
    can be given besides contacts (`next_opening` …).
    """
    catalogs, rules = Catalogs.load(locales_dir), load_rules(locales_dir / "rules.yaml")
    uses = flow_keys(flows_dir)
    findings: list[Finding] = []
    for domain, peers in PEERS.items():
        try:
            findings += _domain(catalogs, domain, peers, rules, uses)
        except CatalogError as error:
            findings.append(Finding("error", "catalogue", domain, str(error)))
    if keys is not None:
        findings += _needed(catalogs, set(keys))
    if provided is not None:
        known = set(provided)
        findings += [
            Finding("error", "placeholders", where, f"nobody provides {{{name}}}")
            for where, name in references(locales_dir).placeholders
            if where.startswith("flows/") and name not in known and not rules.contact.match(name)
        ]
    return tuple(findings)


def references(locales_dir: Path) -> References:
    """Placeholders and facts of all texts people seeking help can read; for `bot.directory.check.check`."""
    catalogs = Catalogs.load(locales_dir)
    placeholders: list[tuple[str, str]] = []
    facts: list[tuple[str, str]] = []
    for domain in ("flows", "web"):
        for language in catalogs.languages(domain):
            for text in catalogs.raw(domain, language):
                where = _where(domain, language, text)
                placeholders += [(where, name) for name in sorted(_names(text) or ())]
                cited = (found[1] for comment in text.comments if (found := _FACT.match(comment.strip())))
                facts += [(where, one) for said in cited for one in re.split(r"[,;\s]+", said) if one]
    return References(tuple(placeholders), tuple(facts))


# --- one domain -----------------------------------------------------------------------------------------------------


def _domain(
    catalogs: Catalogs, domain: Domain, peers: tuple[str, ...], rules: Rules, uses: Iterable[Key]
) -> Iterator[Finding]:
    first = peers[0]
    present = catalogs.languages(domain)
    if absent := [language for language in peers if language not in present]:
        yield from (Finding("error", "catalogue", f"{domain}/{language}", "no such file") for language in absent)
        return
    for language in present:
        files = catalogs.files(domain, language)
        for path in files:
            yield from _written(path, _place(domain, language, path.stem), {other.stem for other in files})
        for text in catalogs.raw(domain, language):
            yield from _form(text, _where(domain, language, text))
            if domain in ("flows", "web", "pages"):
                yield from _content(text, _where(domain, language, text))
        if language != first:
            yield from _peer(catalogs, domain, first, language, complete=language in peers)
        yield from _same_values(catalogs, domain, first, language, rules)
    if domain == "flows":
        for language in peers:
            yield from _flows(catalogs, language, rules, uses)


def _written(path: Path, where: str, files: set[str]) -> Iterator[Finding]:
    """What a reader of .po files forgives: the same key twice, old entries left behind, a key in the wrong file."""
    seen: set[tuple[str, str]] = set()
    context = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not (found := _ID.match(line)):
            continue
        if found["old"]:
            yield Finding("error", "obsolete", f"{where}:{number}", found["text"])
        elif found["what"] == "msgctxt":
            context = found["text"]
        else:
            if (context, found["text"]) in seen:
                yield Finding("error", "duplicate", f"{where}:{number}", found["text"])
            seen.add((context, found["text"]))
            context = ""
            flow = found["text"].partition(".")[0]
            if len(files) > 1 and flow and flow != path.stem and (flow in files or path.stem != SHARED):
                yield Finding("error", "wrong_file", f"{where}:{number}", found["text"])


def _form(text: Text, where: str) -> Iterator[Finding]:
    if text.fuzzy:
        yield Finding("error", "fuzzy", where, "a guess of a tool; write the text")
    if not all(form.strip() for form in text.forms):
        yield Finding("error", "empty", where, "no text")
    if _names(text) is None:
        yield Finding("error", "placeholders", where, "braces hold more than a plain name")


def _content(text: Text, where: str) -> Iterator[Finding]:
    for form in text.forms:
        plain = re.sub(r"\{\w+\}", "", form)
        if found := _ADDRESS.search(plain):
            yield Finding("error", "address", where, f"{found[0]}: addresses are values of directory.yaml")
        if found := _NUMBER.search(_YEAR.sub("", plain)):
            yield Finding("error", "number", where, f"{found[0].strip()}: numbers are values of directory.yaml")
        if found := _MARKUP.search(form):
            yield Finding("error", "markup", where, f"{found[0]}: texts are plain")


def _peer(catalogs: Catalogs, domain: Domain, first: str, language: str, *, complete: bool) -> Iterator[Finding]:
    ours, theirs = catalogs.keys(domain, first), catalogs.keys(domain, language)
    where = f"{domain}/{language}"
    if complete:
        yield from (Finding("error", "missing", where, key) for key in sorted(ours - theirs))
    yield from (
        Finding("error", "missing", f"{domain}/{first}", f"{key} (in {language})") for key in sorted(theirs - ours)
    )


def _same_values(catalogs: Catalogs, domain: Domain, first: str, language: str, rules: Rules) -> Iterator[Finding]:
    """The same placeholders as its peer in the first language; a formal variant has those of its plain text.

    Contacts may differ between the two forms of address, so a formal variant's are held against its peer's.
    """
    peers = {(text.key, text.adult): _names(text) for text in catalogs.raw(domain, first)}
    plain = {text.key: _names(text) for text in catalogs.raw(domain, language) if not text.adult}
    for text in catalogs.raw(domain, language):
        found = _names(text)
        if found is None:
            continue
        peer = peers.get((text.key, text.adult))
        odd = _alike(found, rules) ^ _alike(found if peer is None else peer, rules)
        if text.adult:
            form = plain.get(text.key)
            odd = {name for name in odd if rules.contact.match(name)}
            odd |= {name for name in found ^ (found if form is None else form) if not rules.contact.match(name)}
        if odd:
            where = _where(domain, language, text)
            yield Finding("error", "placeholders", where, f"not the same values as its peer: {', '.join(sorted(odd))}")


def _alike(found: frozenset[str], rules: Rules) -> set[str]:
    return {rules.alike(name) for name in found}


# --- what people seeking help read ----------------------------------------------------------------------------------


def _flows(catalogs: Catalogs, language: str, rules: Rules, uses: Iterable[Key]) -> Iterator[Finding]:
    labels = {use.key: use for use in uses if use.use not in ("text", "paper")}
    papers = tuple(use.key for use in uses if use.use == "paper")
    for text in catalogs.raw("flows", language):
        where = _where("flows", language, text)
        paper = text.key.startswith(papers)
        for form in text.forms:
            if paper and len(form) > rules.paper_max:
                yield Finding("error", "too_long", where, f"{len(form)} characters, {rules.paper_max} at most")
            elif paper:
                continue
            elif text.key in labels:
                yield from _label(form, labels[text.key], rules, where)
            else:
                yield from _length(form, text, rules, where)
                yield from _ease(form, text, language, rules, where)
            for banned in rules.banned[language]:
                if found := banned.pattern.search(form):
                    yield Finding("error", "banned", where, f"{found[0]}: {banned.why}")
        if not paper:  # it speaks to a platform or the police
            yield from _address_form(catalogs, language, text, rules, where)


def _address_form(catalogs: Catalogs, language: str, text: Text, rules: Rules, where: str) -> Iterator[Finding]:
    address = rules.address[language]
    spoken = " ".join(_QUOTED.sub("", form) for form in text.forms)
    informal, formal = address.informal.search(spoken), address.formal.search(spoken)
    adults = rules.for_adults(text.key, formal=text.adult)
    if adults and informal:
        yield Finding("error", "address_form", where, f"{informal[0]} in a text for adults")
    elif not adults and formal:
        yield Finding("warning", "address_form", where, f"{formal[0]} in a text for young people")
    elif informal and _adult_form_missing(catalogs, language, text, rules):
        yield Finding("error", "no_adult_form", where, f"adults can read this, and it says {informal[0]}")


def _adult_form_missing(catalogs: Catalogs, language: str, text: Text, rules: Rules) -> bool:
    return rules.adult_reaches(text.key) and not catalogs.has(text.key, language, adult=True)


def _label(form: str, use: Key, rules: Rules, where: str) -> Iterator[Finding]:
    most = rules.label_max - (rules.done_mark if use.use == "plan" else 0)
    shown = re.sub(r"\{\w+\}", "00", form)
    if len(shown) > most:
        yield Finding("error", "label_too_long", where, f"{len(shown)} characters, {most} fit")
    elif use.use == "button" and len(shown) > rules.button_max:
        yield Finding("warning", "label_too_long", where, f"{len(shown)} characters, a button holds {rules.button_max}")


def _length(form: str, text: Text, rules: Rules, where: str) -> Iterator[Finding]:
    if len(form) > rules.text_max:
        yield Finding("error", "too_long", where, f"{len(form)} characters, {rules.text_max} at most")
    if rules.for_adults(text.key, formal=text.adult):
        return
    if (words := len(form.split())) > rules.words_max:
        yield Finding("warning", "too_many_words", where, f"{words} words, {rules.words_max} at most")
    longest = max((len(sentence.split()) for sentence in re.split(r"[.!?…:]\s|\n", form)), default=0)
    if longest > rules.sentence_max:
        yield Finding("warning", "long_sentence", where, f"{longest} words, {rules.sentence_max} at most")


def _ease(form: str, text: Text, language: str, rules: Rules, where: str) -> Iterator[Finding]:
    ease = reading_ease(form, language) if len(form.split()) >= EASE_FROM else None
    if ease is not None and ease < rules.ease_min and text.key not in rules.hard_to_read:
        yield Finding("error", "hard_to_read", where, f"reading ease {ease:.0f}, {rules.ease_min} at least")


def _needed(catalogs: Catalogs, keys: set[str]) -> Iterator[Finding]:
    for language in PEERS["flows"]:
        try:
            there = catalogs.keys("flows", language)
        except CatalogError:
            return
        yield from (Finding("error", "missing", f"flows/{language}", key) for key in sorted(keys - there))


def _names(text: Text) -> frozenset[str] | None:
    """Placeholders of all its forms; None if one of them cannot be read."""
    try:
        return frozenset(name for form in text.forms for name in names(form))
    except BadTemplate:
        return None


def _where(domain: str, language: str, text: Text) -> str:
    place = _place(domain, language, text.file)
    return f"{place}:{text.line or 0} {text.key}{' (adult)' if text.adult else ''}"


def _place(domain: str, language: str, file: str) -> str:
    return f"{domain}/{language}" if file == domain else f"{domain}/{language}/{file}"
