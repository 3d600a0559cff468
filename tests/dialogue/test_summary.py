from __future__ import annotations

import json

from bot.dialogue.summary import summarise
from tests.dialogue.person import Person


def test_summary_card_says_what_a_counsellor_must_know(person: Person) -> None:
    person.taps("start.menu.path", "path.age.rather_not", "path.safe.yes", "path.plan.block", "path.block.ok")
    person.taps("path.plan.later").in_crisis("suicide", "A").taps("root.stop")
    card = summarise(person.charts, person.session, person.moment)
    assert next(iter(card)) == "wants"
    assert card["wants"] == "path"
    assert card["answers"] == {"safe": "yes"}
    assert card["not_answered"] == ["age"]
    assert card["interrupted_at"] == ["path.here"]
    assert card["steps"] == {"path.police": "open", "path.block": "skipped", "path.hash": "open"}
    assert card["risk"] == {
        "kind": "suicide",
        "level": "A",
        "noticed_at": card["risk"]["noticed_at"],  # type: ignore[index]  # the card is plain JSON
        "card": "suicide",
        "resolved": False,
        "last_answer": None,
    }
    assert (card["do_not_write_first"], card["quick_exit"]) == (True, True)
    assert json.loads(json.dumps(card)) == card


def test_without_danger_there_is_no_risk(person: Person) -> None:
    card = summarise(person.charts, person.session, person.moment)
    assert card["risk"] is None
    assert card["others_can_read"] is False
