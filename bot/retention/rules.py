"""What is kept how long, and why. Every column of `db/tables.py` names one of these rules (a test holds it).

Numbers: `security.md` S21, S31, S34, S59 and `design.md` section 4.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

RULES: Final[dict[str, timedelta | None]] = {
    "session": timedelta(days=30),  # enumerated answers, so that a person can come back
    "bot_transcript": timedelta(hours=72),  # sealed talk with the bot when no case opened
    "case_transcript": timedelta(days=90),  # after closing
    "evidence": timedelta(days=180),  # after last contact: outlives the three-month deadline of a Strafantrag (LAW-31)
    "mapping": timedelta(days=14),  # address of a closed conversation
    "case": timedelta(days=180),  # the empty shell of a closed case
    "queue": timedelta(hours=72),  # longest life of an undelivered payload; normally purged on completion
    "traces": timedelta(hours=48),  # ids of messages: Telegram lets us remove them for so long
    "notice": timedelta(hours=48),  # what counsellors were told, after it was over
    "seen": timedelta(days=30),  # hashes that recognise a repeated delivery (S21)
    "audit": timedelta(days=365),
    "sign_in": timedelta(hours=12),
    "invite": timedelta(hours=24),
    "presence": timedelta(days=1),
    "erased_at_once": timedelta(0),
    "staff": None,  # while the account exists
    "ledger": None,  # proof of erasure, random ids only
    "statistics": None,  # daily counts without persons
    "settings": None,
}
"""None = not bounded by time; the comment says by what."""
