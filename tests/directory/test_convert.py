"""The script that turns the fact base into the product's files, on a small fact base with one of each shape."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.directory import Facts
from bot.directory.convert import directory_document, main, write
from bot.directory.convert_facts import facts_document
from bot.directory.load import load_entries

COMMON = """
    audience: [all]
    url: https://example.com
    chat_url: null
    anonymous: true
    source_url: null
    confidence: confirmed
    hours_confidence: confirmed
    notes: Ages 8-18.
"""

GERMAN = f"""
contacts:
  - id: de-one
    name: Eins
    country: DE
    tier: 2
    topics: [crisis]
    phone: "0000 1"
    phone_alt: ["0000 2"]
    opening_hours:
      always_open: false
      public_holidays: closed
      rules:
        - {{days: [mon, sat], open: "14:00", close: "20:00", channel: phone}}
    cost: free-landline
    languages: [de, plus 19 with interpreters]
    checked: "2020"
{COMMON}
"""
DUTCH = f"""
contacts:
  - id: nl-kindertelefoon
    name: Twee
    country: NL
    topics: [self_harm]
    phone: 0000-3
    phone_alt: 0000-4
    always_open: false
    opening_hours:
      - {{days: [mo, su], open: "11:00", close: "24:00"}}
    cost: "0900 number: call charge"
    languages: [nl]
    checked: null
{COMMON}
  - id: nl-two
    name: Drie
    country: NL
    topics: [talking]
    phone: null
    always_open: true
    opening_hours: null
    cost: "normal or local call rate; check before stating"
    languages: [nl]
    checked: 2024-03-01
{COMMON}
"""
ALPINE = f"""
contacts:
  - id: at-one
    name: Vier
    country: AT
    tier: 1
    topics: [talk]
    phone: "000"
    opening_hours: null
    cost: null
    languages: [de]
    checked: null
{COMMON}
"""

GERMAN_FACTS = """
### 2.2 Other offences
| ID | Fact | Source URL | Page date | Confidence |
|---|---|---|---|---|
| LAW-31 | A **deadline**. | https://example.com/a | 2026-04-29 | confirmed |
| LAW-08 | **[INTERNAL]** A gap. | - | - | confirmed (wording), interpretation unverified |
### 3.3 [INTERNAL] What may be stored?
| ID | Fact | Source URL | Page date | Confidence |
|---|---|---|---|---|
| STO-01 | A role. | - | - | common-knowledge |
## 4. Platforms
| ID | Platform | Path / fact | Source URL | Page date | Confidence |
|---|---|---|---|---|---|
| PLT-00 | all | A path. | - | - | unverified |
"""
DUTCH_FACTS = """
## 0. Ten facts that shape the product
1. First.
2. Refuse **pictures**.
### 2e. Melding, aangifte
| Fact | Source (date) | Confidence |
|---|---|---|
| Melding = telling the police. | slachtofferrechten.nl (n.d.) | confirmed |
| Something new and long. | example.com (2025-01) | common-knowledge |
### 5c. The young person
- Stop at once; do not send it on.
- Whether it helps – `unverified`.
## Appendix B: Belgium
### B2. Law
| Fact | Source (date) | Confidence |
|---|---|---|
| A minor can file a complaint alone. | watwat.be (n.d.) | confirmed |
"""
ALPINE_FACTS = """
| ID | Service | For | How | Hours | Cost / anonymous | Source | Page date | Confidence |
|---|---|---|---|---|---|---|---|---|
| AT-01 | Euro-Notruf | danger | 112 | 24/7 | free / no | – | – | common-knowledge |
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name, text in {
        "germany-contacts.yaml": GERMAN,
        "netherlands-contacts.yaml": DUTCH,
        "austria-switzerland-contacts.yaml": ALPINE,
        "germany.md": GERMAN_FACTS,
        "netherlands.md": DUTCH_FACTS,
        "austria-switzerland.md": ALPINE_FACTS,
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_three_shapes_of_hours_become_one(base, tmp_path):
    write(tmp_path / "directory.yaml", "# head\n", "entries", directory_document(base))
    one, two, three, four = load_entries(tmp_path / "directory.yaml")
    assert (one.hours.holidays, one.hours.rules[0].days, one.hours.rules[0].channel) == (
        "closed",
        ("mon", "sat"),
        "phone",
    )
    assert (two.hours.holidays, two.hours.rules[0].days) == ("open", ("mon", "sun"))
    assert three.hours.always_open
    assert not four.hours_showable
    assert [e.hours.zone for e in (one, three, four)] == ["Europe/Berlin", "Europe/Amsterdam", "Europe/Vienna"]


def test_words_of_the_lists_become_values(base, tmp_path):
    write(tmp_path / "directory.yaml", "# head\n", "entries", directory_document(base))
    one, two, three, four = load_entries(tmp_path / "directory.yaml")
    assert [e.cost for e in (one, two, three, four)] == ["free_landline", "call_rate", None, None]
    assert (one.languages, one.interpreted, one.phone_alt, one.page_date) == (("de",), 19, ("0000 2",), "2020")
    assert (two.phone_alt, two.topics, two.min_age, two.max_age) == (("0000-4",), ("self-harm",), 8, 18)
    assert three.page_date == "2024-03-01"


def test_statements_keep_their_ids_or_get_one(base, tmp_path):
    header, document = facts_document(base, "2026-11-21", "fact base")
    write(tmp_path / "facts.yaml", header, "facts", document)
    facts = Facts.load(tmp_path / "facts.yaml")
    ids = [fact["id"] for fact in document["facts"]]
    assert ids == [
        *("DE-LAW-31", "DE-LAW-08", "DE-STO-01", "DE-PLT-00"),
        *("NL-2e-melding", "NL-2e-something-new-long", "NL-B2-minor-alone", "NL-5c-stop", "NL-5c-helps-unverified"),
        *("NL-0-1", "NL-0-2"),
        "AT-01",
    ]
    assert [i for i in ids if facts.showable(i)] == [
        *("DE-LAW-31", "NL-2e-melding", "NL-2e-something-new-long", "NL-B2-minor-alone", "NL-5c-stop"),
        *("NL-0-1", "NL-0-2", "AT-01"),
    ]
    assert facts.find("DE-LAW-31").statement == "A deadline."
    assert facts.find("NL-B2-minor-alone").country == "BE"
    assert facts.find("NL-2e-something-new-long").page_date == "2025-01"
    assert facts.find("DE-LAW-08").confidence_note == "confirmed (wording), interpretation unverified"


def test_the_same_statement_twice_is_refused(base):
    (base / "germany.md").write_text(GERMAN_FACTS + "| LAW-31 | x | Again. | - | - | confirmed |\n")
    with pytest.raises(ValueError, match="DE-LAW-31"):
        facts_document(base, "2026-11-21", "fact base")


def test_the_command_writes_files_that_read_well(base, tmp_path, capsys):
    assert main([]) == 2
    target = tmp_path / "flows"
    target.mkdir()
    assert main([str(base), str(target)]) == 0
    assert capsys.readouterr().out == "4 entries, 12 facts\n"
    written = (target / "directory.yaml").read_text()
    assert "\n\n  - id: nl-two\n" in written
    assert "\n    audience: [all]\n" in written
    assert yaml.safe_load(written)["entries"][0]["verified_by"] == "fact base"
