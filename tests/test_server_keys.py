"""Keys of the zones: made once, refused when careless, bound to table, column and row."""

from __future__ import annotations

import hashlib
import hmac
import multiprocessing
import stat
from pathlib import Path

import pytest

from bot.server_keys import (
    BellKeys,
    DeskKeys,
    LinkKey,
    MalformedKey,
    MissingKey,
    NotOpened,
    PublicKeys,
    ReadableByOthers,
    make_missing,
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    make_missing(tmp_path / "secrets")
    return tmp_path / "secrets"


def _make(directory: str) -> None:
    make_missing(Path(directory))


def test_s56_key_files_are_for_their_owner_only(directory: Path) -> None:
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert {path.relative_to(directory).as_posix() for path in files} == {
        "public/field.key",
        "public/index.key",
        "public/queue.key",
        "public/queue.identity",
        "desk/pepper.key",
        "desk/index.key",
        "desk/link.key",
        "desk/queue.recipient",
        "bell/field.key",
        "bell/index.key",
        "bell/link.key",
        "bell/queue.recipient",
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE((directory / zone).stat().st_mode) for zone in ("public", "desk", "bell")} == {0o700}


def test_making_keys_again_changes_nothing(directory: Path) -> None:
    before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    make_missing(directory)
    assert before == {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_processes_that_make_keys_at_once_agree(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    racers = [context.Process(target=_make, args=(str(tmp_path),)) for _ in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0] * 6
    opened = PublicKeys.load(tmp_path).open_queue("row", DeskKeys.load(tmp_path).seal_for_public(b"joined"))
    assert opened == b"joined"
    assert not list(tmp_path.rglob(".*"))


def test_s55_a_file_others_can_read_is_refused_by_name_only(directory: Path) -> None:
    value = (directory / "public" / "field.key").read_text()
    (directory / "public" / "field.key").chmod(0o640)
    with pytest.raises(ReadableByOthers, match=r"^public/field\.key$") as refused:
        PublicKeys.load(directory)
    assert value.split()[1] not in str(refused.value)
    assert PublicKeys.load(directory, strict=False)


@pytest.mark.parametrize("content", ["", "kid\n", "k1 AAAA\n", f"k1 {'A' * 43}=\n", "k-1 x\n", "k1 ä\n", "k1 !!!!\n"])
def test_s55_a_short_damaged_or_default_key_is_refused(directory: Path, content: str) -> None:
    (directory / "public" / "index.key").write_text(content)
    with pytest.raises(MalformedKey):
        PublicKeys.load(directory)


def test_s55_equal_secrets_are_refused(directory: Path) -> None:
    (directory / "public" / "index.key").write_text((directory / "public" / "field.key").read_text())
    with pytest.raises(MalformedKey):
        PublicKeys.load(directory)


def test_a_missing_file_is_named(directory: Path) -> None:
    (directory / "desk" / "pepper.key").unlink()
    with pytest.raises(MissingKey, match=r"desk/pepper\.key"):
        DeskKeys.load(directory)


def test_s24_a_field_opens_only_in_its_place(directory: Path) -> None:
    keys = PublicKeys.load(directory)
    sealed = keys.seal_field("addresses", "address", "row1", b"0000")
    assert keys.open_field("addresses", "address", "row1", sealed) == b"0000"
    assert sealed.startswith(f"v1.{keys.fields.kid}.".encode())
    for place in (("x", "address", "row1"), ("addresses", "x", "row1"), ("addresses", "address", "row2")):
        with pytest.raises(NotOpened):
            keys.open_field(*place, sealed)
    for position in range(len(sealed)):
        with pytest.raises(NotOpened):
            flipped = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
            keys.open_field("addresses", "address", "row1", flipped)


def test_s29_a_key_that_only_reads_still_opens_old_values(directory: Path) -> None:
    old = PublicKeys.load(directory)
    sealed = old.seal_field("t", "c", "r", b"old")
    file = directory / "public" / "field.key"
    fresh = directory / "fresh"
    make_missing(fresh)
    file.write_text((fresh / "public" / "field.key").read_text() + file.read_text())
    now = PublicKeys.load(directory)
    assert now.open_field("t", "c", "r", sealed) == b"old"
    assert not now.seal_field("t", "c", "r", b"new").startswith(sealed[:12])
    file.write_text((fresh / "public" / "field.key").read_text())
    with pytest.raises(NotOpened):
        PublicKeys.load(directory).open_field("t", "c", "r", sealed)


def test_s24_queue_payloads_of_both_zones(directory: Path) -> None:
    public, desk = PublicKeys.load(directory), DeskKeys.load(directory)
    assert public.open_queue("row", public.seal_queue("row", b"hello")) == b"hello"
    assert public.open_queue("row", desk.seal_for_public(b"a\nb")) == b"a\nb"
    assert public.open_queue("row", desk.seal_for_public(b"a\nb", row="row")) == b"a\nb"
    with pytest.raises(NotOpened):
        public.open_queue("other", public.seal_queue("row", b"hello"))
    with pytest.raises(NotOpened):
        public.open_queue("other", desk.seal_for_public(b"hello", row="row"))
    for damaged in (b"", b"a1", b"a1.zz.x", b"v2.k.x", desk.seal_for_public(b"x")[:-1]):
        with pytest.raises(NotOpened):
            public.open_queue("row", damaged)


def test_lookup_is_the_hmac_of_channel_bot_and_address(directory: Path) -> None:
    keys = PublicKeys.load(directory)
    expected = hmac.new(keys.index.writing, b"telegram\x00bot\x0012345", hashlib.sha256).digest()
    assert keys.lookup("telegram", "12345", bot="bot") == expected
    assert keys.lookup("web", "\udcff") != keys.lookup("web", "?")


def test_s29_an_index_key_that_only_reads_is_searched_and_never_written(directory: Path) -> None:
    old = PublicKeys.load(directory)
    assert old.under_each_index() == (old,)
    file = directory / "public" / "index.key"
    fresh = directory / "fresh"
    make_missing(fresh)
    new_line, old_line = (fresh / "public" / "index.key").read_text(), file.read_text()
    file.write_text(new_line + old_line)
    now = PublicKeys.load(directory)
    assert now.lookup("web", "a") != old.lookup("web", "a")
    assert [keys.lookup("web", "a") for keys in now.under_each_index()] == [
        now.lookup("web", "a"),
        old.lookup("web", "a"),
    ]
    assert [keys.digest("item", b"a") for keys in now.under_each_index()] == [
        now.digest("item", b"a"),
        old.digest("item", b"a"),
    ]
    file.write_text(old_line + new_line)
    joined = PublicKeys.load(directory)
    assert joined.lookup_kid == old.lookup_kid
    assert [keys.lookup_kid for keys in joined.under_each_index()] == [old.lookup_kid, now.lookup_kid]


def test_digests_differ_by_purpose_parts_and_zone(directory: Path) -> None:
    public, desk = PublicKeys.load(directory), DeskKeys.load(directory)
    made = {
        public.digest("item", b"ab", b"c"),
        public.digest("item", b"a", b"bc"),
        public.digest("seen", b"ab", b"c"),
        public.digest("item", b"abc"),
        desk.digest("item", b"ab", b"c"),
    }
    assert len(made) == 5


def test_s56_nothing_shows_a_key(directory: Path) -> None:
    shown = repr(PublicKeys.load(directory)) + repr(DeskKeys.load(directory))
    for path in directory.rglob("*"):
        if path.is_file():
            assert path.read_text().split()[1] not in shown


def test_desk_and_staff_bot_know_the_same_linking_codes_and_nothing_else_of_each_other(directory: Path) -> None:
    made, bell = LinkKey.load(directory, "desk"), BellKeys.load(directory)
    assert made.digest("code") in bell.link.digests("code") and made.digest("code") not in bell.link.digests("other")
    assert made.digest("code") != DeskKeys.load(directory).digest("link", b"code")
    sealed = bell.seal_for_public(b"joined", row="conversation")
    assert PublicKeys.load(directory).open_queue("conversation", sealed) == b"joined"


def test_s29_the_staff_bot_finds_accounts_while_its_key_rotates(directory: Path) -> None:
    before = BellKeys.load(directory)
    [lookup], sealed = before.lookups(7), before.seal_field("staff_links", "account", "ref", b"7")
    for name in ("index.key", "field.key"):
        file = directory / "bell" / name
        fresh = (make_other(directory) / name).read_text()
        file.write_text(fresh + file.read_text())
    after = BellKeys.load(directory)
    written, *older = after.lookups(7)
    assert written != lookup and older == [lookup]
    assert after.open_field("staff_links", "account", "ref", sealed) == b"7"
    with pytest.raises(NotOpened):
        after.open_field("staff_links", "account", "other", sealed)


def make_other(directory: Path) -> Path:
    make_missing(directory.parent / "other")
    return directory.parent / "other" / "bell"
