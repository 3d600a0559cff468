"""T2, T5, S24, S52: a whole installation is used and misused with markers in all places a person can fill; none of them
is in any file, log, database, write-ahead log, name or process argument afterwards. A planted one is found."""

from __future__ import annotations

import asyncio
import random
import secrets
from pathlib import Path

import pytest

from tests.canary.sweep import sweep
from tests.installation import running
from tests.simulators.counsellor import Counsellor
from tests.simulators.web_person import WebPerson, client

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")
TO_EVIDENCE = ("start.menu.more", "start.more.steps", "start.single_steps.hand_in", "evidence.what_for.yes")
WEDNESDAY_EVENING = "2026-11-25T19:10:00+00:00"


def marker(place: str) -> str:
    """Different in every run, so that nothing but this run can have written it."""
    return f"kanarie-{place}-{secrets.token_hex(6)}"


async def use(chat: str, desk: str, link: str, markers: dict[str, str], kill: object) -> list[str]:
    """One person and one counsellor, with markers wherever they can write. Returns tokens, which count as addresses."""
    async with client(chat) as http, Counsellor(desk) as jana:
        person = WebPerson(http, random.Random(4))
        await person.start()
        listening = asyncio.create_task(person.listen())
        headers = {"Authorization": f"Bearer {person.token}"}
        await jana.sign_in(link)
        await jana.be_here()

        async def answered(message_id: str) -> None:
            assert await person.answered(message_id, 90)

        async def tap(choice: str) -> None:
            await answered(await person.taps(choice))

        await answered(await person.says(f"hallo {markers['text']}"))
        await tap("root.restart")
        # Bad input carries markers too.
        for body in (
            b'{"id": "' + markers["malformed"].encode(),
            b'{"id": "x", "text": "' + markers["malformed"].encode() + b'"}',
            b'{"id": "6f1c2a3e-0b7f-4c7e-9a55-3e9b9f0a0001", "tap": "' + markers["tap"].encode() + b'"}',
        ):
            await http.post("/chat/messages", content=body, headers=headers)
        await http.post("/chat/resume", json={"code": markers["code"]})
        await http.get(f"/{markers['path']}", headers={"X-Forwarded-For": markers["address"]})
        await http.put(
            "/chat/files/" + "0" * 8 + "-0000-4000-8000-" + "0" * 12, content=markers["closed"], headers=headers
        )
        kill()  # type: ignore[operator]
        await answered(await person.says(f"noch da? {markers['after_kill']}"))
        # Evidence: the gate, one file, one wrong file, one note. Then a crisis, which would have closed the gate.
        for choice in ("root.restart", "start.restart.keep", *TO_EVIDENCE, "evidence.collect.file"):
            await tap(choice)
        await tap("evidence.gate.clean")
        for number, (body, kind) in enumerate(
            [
                (PNG + b" " + markers["file"].encode() * 50, "image/png"),
                (b"PK\x03\x04" + markers["wrong_file"].encode() * 50, "application/zip"),
            ]
        ):
            name = {"Content-Type": kind, "X-File-Name": f"{markers['file_name']}.png", **headers}
            await http.put(f"/chat/files/0000000{number}-0000-4000-8000-00000000000a", content=body, headers=name)
        await tap("evidence.files.done")
        await tap("evidence.collect.note")
        await answered(await person.says(f"am 12.11. schrieb er {markers['note']}"))
        await answered(await person.says(f"ich will nicht mehr leben {markers['crisis']}"))
        # A human.
        await tap("root.human")
        case = await jana.next_case()
        await jana.open(case)
        claimed = await jana.act(case, "claim")
        assert claimed.status_code in (200, 303), claimed.text
        await jana.open(case)
        said = await jana.act(case, "messages", text=f"Hallo {markers['counsellor']}")
        assert said.status_code in (200, 204, 303), said.text
        async with asyncio.timeout(60):
            while not any(markers["counsellor"] in frame["text"] for frame in person.frames):
                await asyncio.sleep(0.05)
        await person.says(f"danke {markers['to_counsellor']}")
        await jana.act(case, "messages", text=markers["desk_form"], fence="999")
        page = ""
        async with asyncio.timeout(60):
            while markers["to_counsellor"] not in page:
                page = await jana.open(case)
                await asyncio.sleep(0.1)
        assert markers["text"] in page and markers["crisis"] in page, "the counsellor reads what was said before"
        item = await jana.act(case, "items/1")
        assert markers["file"].encode() in item.content
        await jana.http.get(f"/cases/{markers['desk_path']}")
        await jana.http.post("/sign-in", data={"handle": markers["handle"], "password": markers["password"]})
        listening.cancel()
        return [person.token, *(value for value in jana.http.cookies.values() if len(value) > 20)]


PLACES = (
    "text", "crisis", "malformed", "tap", "code", "path", "address", "closed", "after_kill", "file", "wrong_file",
    "file_name", "note", "counsellor", "to_counsellor", "desk_form", "desk_path", "handle", "password",
)  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_t5_no_marker_stays_anywhere(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    extra = {"WEGWEISER_CLOCK": WEDNESDAY_EVENING}
    if database == "postgres":
        main, keyring = request.getfixturevalue("postgres_urls")
        extra |= {"WEGWEISER_DATABASE_URL": main, "WEGWEISER_KEYRING_URL": keyring}
    markers = {place: marker(place) for place in PLACES}
    with running(tmp_path / "house", **extra) as house:
        link = house.link
        tokens = asyncio.run(use(house.chat_url, house.desk_url, link, markers, lambda: house.kill("worker")))
        pids = [pid for role in ("public", "worker", "desk") if (pid := house.pid_of(role)) is not None]
        everything = [*markers.values(), *tokens]
        hits = sweep(everything, [house.folder], pids)
        if database == "postgres":
            hits += sweep(everything, [dump(extra, tmp_path)])
        assert hits == []
        (house.data / "leak").write_text(f"before {markers['text']} after")
        assert sweep(everything, [house.folder]), "the sweep itself would have missed a leak"
    (house.data / "leak").unlink()
    assert sweep(everything, [house.folder]) == [], "after the end, with write-ahead logs closed"


def dump(extra: dict[str, str], tmp_path: Path) -> Path:
    """Every row of both databases as text, bytea as hex."""
    import psycopg

    folder = tmp_path / "dump"
    folder.mkdir()
    for name in ("WEGWEISER_DATABASE_URL", "WEGWEISER_KEYRING_URL"):
        with psycopg.connect(extra[name]) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
                values = [v for row in rows for v in row]
                text = b"\n".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in values)
                (folder / f"{name[-8:]}-{table}").write_bytes(text)
    return folder
