"""Every column says how sensitive it is and how long it lives (security.md section 2, S59)."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, LargeBinary

from bot.db import tables
from bot.retention.rules import RULES

COLUMNS = [
    pytest.param(column, id=f"{table.name}.{column.name}")
    for metadata in (tables.main, tables.keyring)
    for table in metadata.sorted_tables
    for column in table.columns
]


@pytest.mark.parametrize("column", COLUMNS)
def test_s59_column_has_data_class_and_retention_rule(column: Column[object]) -> None:
    assert column.info.get("class") in {"C0", "C1", "C2", "C3"}
    assert column.info.get("rule") in RULES


@pytest.mark.parametrize("column", COLUMNS)
def test_s24_sealed_content_is_never_a_text_column(column: Column[object]) -> None:
    if column.info["class"] == "C3":
        assert isinstance(column.type, LargeBinary)


def test_s32_no_full_text_or_blind_index_over_content() -> None:
    for metadata in (tables.main, tables.keyring):
        for table in metadata.sorted_tables:
            for index in table.indexes:
                assert not [c.name for c in index.columns if c.info["class"] == "C3"], index.name
