"""Changed texts in reading order."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.config import ROOT
from bot.i18n import Catalogs
from bot.i18n.extract import flow_keys
from bot.writing.compare import changes

ORDER = flow_keys(ROOT / "flows")


def test_each_change_is_shown_as_it_was_and_as_it_is_in_the_order_of_the_flow(tmp_path: Path) -> None:
    before = tmp_path / "locales"
    shutil.copytree(ROOT / "locales", before)
    file = before / "de" / "LC_MESSAGES" / "flows" / "feedback.po"
    now = Catalogs(ROOT / "locales")
    text = file.read_text()
    for key in ("feedback.pause.question", "feedback.helped.question"):
        text = text.replace(f'msgstr "{now.text(key, "de")}"', 'msgstr "So war es."')
    file.write_text(text)
    seen = [line for line in changes(Catalogs(before), now, "de", ORDER) if line]
    assert seen[0] == "feedback.helped.question"
    assert seen[1:3] == ["  - So war es.", f"  + {now.text('feedback.helped.question', 'de')}"]
    assert "feedback.pause.question" in seen[3:]
    assert list(changes(now, now, "nl", ORDER)) == []


def test_a_new_text_has_no_before(tmp_path: Path) -> None:
    now = Catalogs(ROOT / "locales")
    seen = list(changes(Catalogs(tmp_path), now, "nl", ORDER))
    assert len(seen) > len(now.keys("flows", "nl"))
    assert not any(line.startswith("  - ") for line in seen)
