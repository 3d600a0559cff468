"""Conversation keys and staff identities."""

from __future__ import annotations

import dataclasses
import gc
import json

import pyrage
import pytest

from bot.evidence import keys
from bot.evidence.envelope import Tampered, WrongIdentity
from bot.evidence.unseal import Reader, open_grant
from tests.evidence.conftest import AT, CONVERSATION, Sealed

PASSWORD = "ein langes Wort für Tests 🦓"
PEPPER = b"\x07" * 32


def test_s22_each_reader_opens_their_own_grant_and_no_other(sealed: Sealed) -> None:
    opened = set()
    for reader, grant in zip(sealed.readers, sealed.key.grants, strict=True):
        opened.add(open_grant(reader.reading, grant.sealed, CONVERSATION, 1, reader.staff))
    assert len(opened) == 1
    assert str(pyrage.x25519.Identity.from_str(opened.pop()).to_public()) == sealed.recipient
    with pytest.raises(WrongIdentity):
        open_grant(sealed.readers[0].reading, sealed.key.grants[1].sealed, CONVERSATION, 1, "b2" * 16)


@pytest.mark.parametrize(
    ("conversation", "epoch", "reader"),
    [("d1" * 16, 1, "a1" * 16), (CONVERSATION, 2, "a1" * 16), (CONVERSATION, 1, "b2" * 16)],
)
def test_a_swapped_grant_is_tampering(sealed: Sealed, conversation: str, epoch: int, reader: str) -> None:
    with pytest.raises(Tampered):
        open_grant(sealed.readers[0].reading, sealed.key.grants[0].sealed, conversation, epoch, reader)


def test_s22_the_private_half_goes_out_of_scope() -> None:
    key = keys.create_conversation_key(CONVERSATION, [], AT)
    gc.collect()
    held = [each for each in gc.get_objects() if isinstance(each, str) and each.startswith("AGE-SECRET-KEY")]
    assert held == []
    assert [field.name for field in dataclasses.fields(key)] == ["conversation", "epoch", "recipient", "grants"]


def test_s25_a_conversation_without_readers_can_still_be_sealed_to() -> None:
    assert keys.create_conversation_key(CONVERSATION, [], AT).grants == ()


def test_s3_password_and_pepper_open_the_identity() -> None:
    identity = keys.create_identity("a1" * 16)
    stored = keys.wrap_with_password(identity, PASSWORD, PEPPER)
    assert keys.unwrap_with_password(identity.staff, PASSWORD, PEPPER, stored) == identity
    with pytest.raises(keys.WrongSecret):
        keys.unwrap_with_password(identity.staff, PASSWORD + "x", PEPPER, stored)
    with pytest.raises(keys.WrongSecret):
        keys.unwrap_with_password(identity.staff, PASSWORD, b"\x08" * 32, stored)
    with pytest.raises(keys.DamagedIdentity):
        keys.unwrap_with_password("b2" * 16, PASSWORD, PEPPER, stored)
    assert json.loads(stored.kdf).items() >= {"name": "argon2id", "m": 65536, "t": 3, "p": 1, "v": 1}.items()


def test_s4_weaker_parameters_still_open_and_ask_for_a_new_wrap(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = keys.create_identity("a1" * 16)
    with monkeypatch.context() as older:
        older.setitem(keys.ARGON2, "m", 8_192)
        stored = keys.wrap_with_password(identity, PASSWORD, PEPPER)
    assert keys.needs_rewrap(stored)
    assert keys.unwrap_with_password(identity.staff, PASSWORD, PEPPER, stored) == identity
    assert not keys.needs_rewrap(keys.wrap_with_password(identity, PASSWORD, PEPPER))


def test_s2_the_same_word_typed_on_another_keyboard() -> None:
    identity = keys.create_identity("a1" * 16)
    stored = keys.wrap_with_password(identity, "Schlu\u0308ssel im Garten", PEPPER)
    assert keys.unwrap_with_password(identity.staff, "Schl\u00fcssel im Garten", PEPPER, stored) == identity


def test_s5_a_name_nobody_has_costs_a_whole_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    derived: list[tuple[object, ...]] = []
    real = keys.hash_secret_raw

    def counted(*args: object, **options: object) -> bytes:
        derived.append((options["memory_cost"], options["time_cost"], options["parallelism"]))
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(keys, "hash_secret_raw", counted)
    with pytest.raises(keys.WrongSecret):
        keys.refuse_password(PASSWORD, PEPPER)
    stored = keys.wrap_with_password(keys.create_identity("a1" * 16), PASSWORD, PEPPER)
    with pytest.raises(keys.WrongSecret):
        keys.unwrap_with_password("a1" * 16, "wrong", PEPPER, stored)
    assert set(derived) == {(65536, 3, 1)}


def test_a_code_opens_once_wrapped_identity() -> None:
    identity = keys.create_identity("a1" * 16)
    code = keys.new_secret()
    stored = keys.wrap_with_code(identity, code)
    assert keys.unwrap_with_code(identity.staff, code, stored) == identity
    with pytest.raises(keys.WrongSecret):
        keys.unwrap_with_code(identity.staff, keys.new_secret(), stored)
    with pytest.raises(keys.DamagedIdentity):
        keys.unwrap_with_password(identity.staff, code, PEPPER, stored)
    assert len(keys.code_lookup(code)) == 32
    assert keys.code_lookup(code) not in (stored.auth, keys.sid_of(code))


def test_s9_only_the_cookie_opens_a_sign_in(sealed: Sealed) -> None:
    reader = sealed.readers[0]
    cookie = keys.new_secret()
    stored = keys.wrap_with_cookie(reader, cookie)
    assert keys.unwrap_with_cookie(reader.staff, cookie, stored) == reader
    opened = Reader.from_cookie(reader.staff, cookie, stored).open(CONVERSATION, {1: sealed.key.grants[0].sealed})
    assert opened.identities[1] == sealed.identity
    for wrong in (keys.new_secret(), keys.sid_of(cookie).hex(), keys.csrf_of(cookie)):
        with pytest.raises(keys.DamagedIdentity):
            keys.unwrap_with_cookie(reader.staff, wrong, stored)
    with pytest.raises(keys.DamagedIdentity):
        keys.unwrap_with_cookie("b2" * 16, cookie, stored)
    assert len({keys.sid_of(cookie), bytes.fromhex(keys.csrf_of(cookie)), keys.code_lookup(cookie)}) == 3


def test_hkdf_agrees_with_rfc_5869_test_case_3() -> None:
    """RFC 5869 appendix A.3 (empty salt and info); our labels add a prefix, so extract and one block are checked."""
    prk = keys._extract(b"", b"\x0b" * 22)
    assert prk.hex() == "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"


def test_s56_no_representation_shows_a_secret() -> None:
    identity = keys.create_identity("a1" * 16)
    stored = keys.wrap_with_code(identity, keys.new_secret())
    shown = repr(identity) + repr(stored) + repr(keys.create_conversation_key(CONVERSATION, [], AT))
    assert "AGE-SECRET" not in shown and identity.signing.hex() not in shown and stored.wrapped.hex() not in shown
    assert keys.from_bundle(identity.staff, keys.bundle_of(identity)) == identity
    with pytest.raises(keys.DamagedIdentity):
        keys.from_bundle(identity.staff, b"[]")
