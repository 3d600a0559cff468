"""The whole data model on one read: store `main` first, then `keyring`.

Every column carries a data class (`security.md` section 2) and a retention rule (`retention/rules.py`):
C0 public text · C1 operational metadata, minute resolution where it is about a person · C2 readable by
the bot, encrypted with server keys · C3 content, sealed to the conversation key.
Integer keys inside; `ref` columns are random 128-bit hex and the only ids that leave the process.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

from bot.db.types import Bytes, Id, Instant, Minute

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
main = MetaData(naming_convention=CONVENTION)
keyring = MetaData(naming_convention=CONVENTION)

DataClass = Literal["C0", "C1", "C2", "C3"]


def c(name: str, kind: Any, data_class: DataClass, rule: str, *args: Any, **kw: Any) -> Column[Any]:
    """A column with its data class and retention rule."""
    kw.setdefault("nullable", False)
    return Column(name, kind, *args, info={"class": data_class, "rule": rule}, **kw)


def _id(rule: str) -> Column[Any]:
    return c("id", Id, "C1", rule, primary_key=True, autoincrement=True)


def _conversation(rule: str, **kw: Any) -> Column[Any]:
    return c("conversation_id", Id, "C1", rule, ForeignKey("conversations.id", ondelete="CASCADE"), **kw)


# --- main: people -------------------------------------------------------------------------------------------------

conversations = Table(
    "conversations",
    main,
    _id("case"),
    c("ref", Text, "C1", "case", unique=True),
    c("created_at", Minute, "C1", "case"),
    c("last_contact_at", Minute, "C1", "case"),
    c("language", Text, "C1", "case"),
    c("session", Bytes, "C2", "session", nullable=True),
    c("holder", Text, "C1", "case"),  # bot | waiting | counsellor | closed: who speaks now
    c("fence", Integer, "C1", "case", default=0, server_default="0"),  # raised by every change of holder
    c("counsellor_id", Id, "C1", "case", ForeignKey("staff.id"), nullable=True),
    c("silent", Boolean, "C1", "session", default=False, server_default="false"),  # quick exit: do not write first
    c("turn_due_at", Instant, "C1", "queue", nullable=True, index=True),  # collecting timer
    c("lease_by", Text, "C1", "queue", nullable=True),
    c("lease_until", Instant, "C1", "queue", nullable=True),
    c("next_seq", Integer, "C1", "case", default=1, server_default="1"),  # transcript
    c("erase_at", Instant, "C1", "case", nullable=True, index=True),  # asked to be deleted; keys go at this time
)

conversation_keys = Table(
    "conversation_keys",
    main,
    _conversation("case", primary_key=True),
    c("epoch", Integer, "C1", "case", primary_key=True),
    c("recipient", Text, "C1", "case"),  # public half, age1…
    c("created_at", Minute, "C1", "case"),
)

addresses = Table(
    "addresses",
    main,
    _id("mapping"),
    _conversation("mapping", index=True),
    c("channel", Text, "C1", "mapping"),
    c("lookup", Bytes, "C2", "mapping", unique=True),  # HMAC of channel, bot and address
    c("lookup_kid", Text, "C1", "mapping"),
    c("address", Bytes, "C2", "mapping"),
    c("current", Boolean, "C1", "mapping"),
    c("created_at", Minute, "C1", "mapping"),
    c("open_until", Minute, "C1", "mapping", nullable=True),  # until when they may be answered freely; null: always
)

resume_codes = Table(
    "resume_codes",
    main,
    _id("session"),
    _conversation("session", index=True),
    c("code_hash", Bytes, "C2", "session", unique=True),
    c("created_at", Minute, "C1", "session"),
)

consents = Table(
    "consents",
    main,
    _id("evidence"),
    _conversation("evidence", index=True),
    c("what", Text, "C1", "evidence"),
    c("answer", Text, "C1", "evidence"),
    c("given_at", Minute, "C1", "evidence"),
)

transcript = Table(
    "transcript",
    main,
    _id("case_transcript"),
    _conversation("case_transcript"),
    c("seq", Integer, "C1", "case_transcript"),
    c("epoch", Integer, "C1", "case_transcript"),
    c("sealed", Bytes, "C3", "case_transcript"),
    c("sealed_at", Minute, "C1", "case_transcript"),
    UniqueConstraint("conversation_id", "seq"),
)

# --- main: queues -------------------------------------------------------------------------------------------------

seen = Table(
    "seen",
    main,
    c("digest", Bytes, "C2", "seen", primary_key=True),  # keyed hash of channel and external id
    c("seen_at", Minute, "C1", "seen", index=True),
)

inbox = Table(
    "inbox",
    main,
    _id("queue"),
    _conversation("queue"),
    c("address_id", Id, "C1", "queue", ForeignKey("addresses.id", ondelete="SET NULL"), nullable=True),
    c("state", Text, "C1", "queue"),  # waiting | done | dead
    c("payload", Bytes, "C2", "queue", nullable=True),  # gone when done
    c("received_at", Instant, "C1", "queue"),
    c("tries", Integer, "C1", "queue", default=0, server_default="0"),
    Index("ix_inbox_conversation_id_state_id", "conversation_id", "state", "id"),
)

outbox = Table(
    "outbox",
    main,
    _id("queue"),
    _conversation("queue"),
    c("address_id", Id, "C1", "queue", ForeignKey("addresses.id", ondelete="SET NULL"), nullable=True),
    c("delivery", Text, "C1", "queue"),  # push | pull
    c("class", Text, "C1", "queue"),  # emergency | counsellor | flow | self_started
    c("speaker", Text, "C1", "queue"),  # bot | counsellor | notice
    c("fence", Integer, "C1", "queue"),  # refused when older than the conversation's
    c("state", Text, "C1", "queue"),  # ready | sending | accepted | held | sent | uncertain | refused | dead
    c("reason", Text, "C1", "queue", nullable=True),
    c("payload", Bytes, "C2", "queue", nullable=True),
    c("due_at", Instant, "C1", "queue"),
    c("tries", Integer, "C1", "queue", default=0, server_default="0"),
    c("created_at", Instant, "C1", "queue"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_conversation_id_state_id", "conversation_id", "state", "id"),
    sqlite_autoincrement=True,  # a page remembers the last row it saw: no id may come twice
)

delivered = Table(
    "delivered",
    main,
    _id("traces"),
    c("address_id", Id, "C1", "traces", ForeignKey("addresses.id", ondelete="CASCADE"), index=True),
    c("external_id", Bytes, "C2", "traces"),  # the platform's id of a message in this chat, ours or theirs
    c("buttons", Boolean, "C1", "traces"),  # it shows buttons that can still be pressed
    c("sent_at", Instant, "C1", "traces", index=True),
)

timers = Table(
    "timers",
    main,
    _id("session"),
    _conversation("session"),
    c("name", Text, "C2", "session"),  # keyed digest of the name: a timer's name tells the flow (S33)
    c("payload", Bytes, "C2", "session"),
    c("due_at", Instant, "C1", "session", index=True),
    UniqueConstraint("conversation_id", "name"),
)

dead_letters = Table(
    "dead_letters",
    main,
    _id("queue"),
    c("ref", Text, "C1", "queue", unique=True),
    c("source", Text, "C1", "queue"),  # inbox | outbox | timer | update
    c("row_id", Id, "C1", "queue", nullable=True),
    c("conversation_id", Id, "C1", "queue", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=True),
    c("reason", Text, "C1", "queue"),
    c("tries", Integer, "C1", "queue"),
    c("state", Text, "C1", "queue"),  # open | retried | dismissed
    c("failed_at", Minute, "C1", "queue"),
)

# --- main: cases and evidence -------------------------------------------------------------------------------------

cases = Table(
    "cases",
    main,
    _id("case"),
    _conversation("case", unique=True),
    c("ref", Text, "C1", "case", unique=True),
    c("state", Text, "C1", "case"),  # open | closed
    c("opened_at", Minute, "C1", "case"),
    c("closed_at", Minute, "C1", "case", nullable=True),
    c("language", Text, "C1", "case"),
    c("channel", Text, "C1", "case"),
    c("urgent", Boolean, "C1", "case"),
    c("waiting_since", Instant, "C1", "case", nullable=True),
    c("taken_at", Instant, "C1", "case", nullable=True),  # when the counsellor who has it took it
    c("message_waiting", Boolean, "C1", "case", default=False, server_default="false"),  # message box: read first
    c("unread", Boolean, "C1", "case", default=False, server_default="false"),
    c("summary", Bytes, "C3", "case_transcript", nullable=True),
    c("summary_epoch", Integer, "C1", "case", nullable=True),
)

items = Table(
    "items",
    main,
    _id("evidence"),
    c("ref", Text, "C1", "evidence", unique=True),
    _conversation("evidence", index=True),
    c("number", Integer, "C1", "evidence", nullable=True),  # given when the turn accepts it
    c("batch", Integer, "C1", "evidence"),
    c("kind", Text, "C1", "evidence"),
    c("state", Text, "C1", "evidence"),  # arriving | held | locked | erased | damaged
    c("received_at", Minute, "C1", "evidence"),
    c("size_band", Text, "C1", "evidence"),
    c("epoch", Integer, "C1", "evidence"),
    c("blob", Text, "C1", "evidence", nullable=True),  # random name of the payload file
    c("sealed_bytes", Integer, "C1", "evidence"),
    c("sealed_sha256", Bytes, "C1", "evidence"),  # of the ciphertext, header included
    c("digest", Bytes, "C2", "evidence", index=True),  # keyed: recognises the same file again (paths 5.12)
    UniqueConstraint("conversation_id", "number"),
)

chains = Table(
    "chains",
    main,
    c("chain", Text, "C1", "audit", primary_key=True),  # custody | audit
    c("number", Integer, "C1", "audit"),
    c("head", Bytes, "C1", "audit"),
)

chain_entries = Table(
    "chain_entries",
    main,
    c("chain", Text, "C1", "audit", primary_key=True),
    c("number", Integer, "C1", "audit", primary_key=True),
    c("previous", Bytes, "C1", "audit"),
    c("hash", Bytes, "C1", "audit"),
    c("entry", Text, "C1", "audit"),  # canonical JSON: random ids and ciphertext hashes only
)

# --- main: the team -----------------------------------------------------------------------------------------------

staff = Table(
    "staff",
    main,
    _id("staff"),
    c("ref", Text, "C1", "staff", unique=True),
    c("handle", Text, "C1", "staff", unique=True),  # pseudonym chosen for sign-in
    c("role", Text, "C1", "staff"),  # counsellor | supervisor | admin
    c("languages", Text, "C1", "staff"),  # "de", "nl", "de nl"
    c("active", Boolean, "C1", "staff"),
    c("recipient", Text, "C1", "staff", nullable=True),  # age1…; none until the account is activated
    c("verify_key", Bytes, "C1", "staff", nullable=True),  # Ed25519
    c("created_at", Minute, "C1", "staff"),
)

presence = Table(
    "presence",
    main,
    c("staff_id", Id, "C1", "presence", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    c("languages", Text, "C1", "presence"),
    c("seen_at", Instant, "C1", "presence"),
)

staff_links = Table(
    "staff_links",
    main,
    c("staff_id", Id, "C1", "staff", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    c("lookup", Bytes, "C2", "staff", unique=True),  # keyed digest of the Telegram account
    c("account", Bytes, "C2", "staff"),  # the account's id, sealed for the staff bot
    c("language", Text, "C1", "staff"),  # of the desk when it was linked
    c("linked_at", Minute, "C1", "staff"),
)

link_codes = Table(
    "link_codes",
    main,
    c("staff_id", Id, "C1", "invite", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    c("digest", Bytes, "C2", "invite", unique=True),
    c("language", Text, "C1", "invite"),
    c("expires_at", Instant, "C1", "invite"),
)

notices = Table(
    "notices",
    main,
    _id("notice"),
    c("ref", Text, "C1", "notice", unique=True),  # all that a button carries
    c("kind", Text, "C1", "notice"),  # urgent | waits | unclaimed | nobody | dead
    _conversation("notice", nullable=True, index=True),
    c("team", Text, "C1", "notice"),
    c("staff_id", Id, "C1", "notice", ForeignKey("staff.id", ondelete="CASCADE"), nullable=True),  # null: the group
    c("open_as", Text, "C1", "notice", nullable=True, unique=True),  # event and reader while it lasts: told once
    c("state", Text, "C1", "notice"),  # ready | sending | sent | refused | done
    c("message", Bytes, "C2", "notice", nullable=True),  # Telegram's id of it, sealed for the staff bot
    c("over_at", Instant, "C1", "notice", nullable=True, index=True),
)

counts = Table(
    "counts",
    main,
    c("day", Text, "C1", "statistics", primary_key=True),
    c("name", Text, "C1", "statistics", primary_key=True),
    c("value", Integer, "C1", "statistics"),
)

# --- keyring ------------------------------------------------------------------------------------------------------

grants = Table(
    "grants",
    keyring,
    _id("case"),
    c("conversation", Text, "C1", "case"),  # conversations.ref
    c("epoch", Integer, "C1", "case"),
    c("reader", Text, "C1", "case"),  # staff.ref or "recovery"
    c("sealed", Bytes, "C3", "case"),  # the conversation key, sealed to this one reader
    c("created_at", Minute, "C1", "case"),
    UniqueConstraint("conversation", "epoch", "reader"),
)

headers = Table(
    "headers",
    keyring,
    c("item", Text, "C1", "evidence", primary_key=True),  # items.ref
    c("conversation", Text, "C1", "evidence", index=True),
    c("header", Bytes, "C3", "evidence"),  # detached age header: without it the payload cannot be opened
    c("created_at", Minute, "C1", "evidence"),
)

credentials = Table(
    "credentials",
    keyring,
    _id("staff"),
    c("staff", Text, "C1", "staff", index=True),
    c("kind", Text, "C1", "staff"),  # password | code (one-time sign-in)
    c("lookup", Bytes, "C2", "staff", unique=True),  # digest that finds the row: of the handle, or of the code
    c("kdf", Text, "C1", "staff"),  # parameters as JSON, raised at sign-in
    c("salt", Bytes, "C1", "staff"),
    c("auth", Bytes, "C2", "staff"),  # SHA-256 of the derived authenticator
    c("wrapped", Bytes, "C2", "staff"),  # identity under the derived key
    c("expires_at", Instant, "C1", "invite", nullable=True),
    c("used_at", Instant, "C1", "invite", nullable=True),
)

invites = Table(
    "invites",
    keyring,
    _id("invite"),
    c("staff", Text, "C1", "invite"),
    c("token_hash", Bytes, "C2", "invite", unique=True),
    c("expires_at", Instant, "C1", "invite"),
    c("used_at", Instant, "C1", "invite", nullable=True),
)

sign_ins = Table(
    "sign_ins",
    keyring,
    c("sid", Bytes, "C2", "sign_in", primary_key=True),  # HKDF(cookie secret, "sid")
    c("staff", Text, "C1", "sign_in", index=True),
    c("identity", Bytes, "C2", "sign_in"),  # under HKDF(cookie secret, "unwrap"): only the cookie opens it
    c("created_at", Instant, "C1", "sign_in"),
    c("seen_at", Instant, "C1", "sign_in"),
    c("confirmed_at", Instant, "C1", "sign_in"),  # last password proof; re-login moves it
)

throttles = Table(
    "throttles",
    keyring,
    c("key", Bytes, "C2", "presence", primary_key=True),  # keyed digest of account or network prefix
    c("failures", Integer, "C1", "presence"),
    c("until", Instant, "C1", "presence"),
)

erasures = Table(
    "erasures",
    keyring,
    _id("ledger"),
    c("conversation", Text, "C1", "ledger", index=True),
    c("item", Text, "C1", "ledger", nullable=True),
    c("asked_at", Minute, "C1", "ledger"),
    c("done_at", Minute, "C1", "ledger", nullable=True),  # null until verified
)
