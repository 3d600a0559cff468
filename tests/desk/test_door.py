"""Who may come in, and with what every answer leaves."""

from __future__ import annotations

import asyncio
import gc
import hashlib
from collections.abc import Awaitable

import httpx
import pytest
from sqlalchemy import select

from bot.cases.facts import CaseRef
from bot.cases.thread import Entry
from bot.db import staff
from bot.db.tables import keyring, main, sign_ins
from bot.desk.app import Screen, screens
from bot.desk.door import CSP, HEADERS
from bot.evidence.keys import StaffIdentity
from bot.evidence.unseal import OpenConversation, Reader
from tests.conftest import StandingClock
from tests.desk.house import URL, House

pytestmark = pytest.mark.anyio


async def state_of(house: House) -> str:
    """A digest of every row of both databases."""
    seen = hashlib.sha256()
    for store, tables in ((house.stores.main, main), (house.stores.keyring, keyring)):
        for table in tables.sorted_tables:
            rows = await store.read(lambda tx, t=table: [tuple(row) for row in tx.execute(select(t))])
            seen.update(repr((table.name, rows)).encode())
    return seen.hexdigest()


def path_of(screen: Screen, ref: CaseRef) -> str:
    return screen.path.replace("{ref}", ref).replace("{number:int}", "1").replace("{code}", "x").replace("{token}", "x")


async def test_s11_every_change_needs_our_own_page_and_its_token(house: House) -> None:
    jana = await house.member()
    ref = await house.person(notes=[("link", "https://example.com")])
    async with await house.sign_in(jana) as client:
        before = await state_of(house)
        for screen in [each for each in screens(house.desk) if each.method != "GET"]:
            path, form = path_of(screen, ref), {"csrf": client.csrf, "fence": "0", "text": "x"}
            for headers in (
                {"origin": "https://elsewhere.example"},
                {"sec-fetch-site": "cross-site"},
                {"sec-fetch-site": "same-site"},
                {"origin": "null", "sec-fetch-site": "none"},
            ):
                assert (await client.post(path, data=form, headers=headers)).status_code == 403, (path, headers)
            bare = httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url=URL)
            bare.headers["cookie"] = client.headers["cookie"]
            assert (await bare.post(path, data=form)).status_code == 403, path
            if screen.access != "anyone":
                for token in ("", "0" * 64, "ü"):
                    assert (await client.post(path, data={**form, "csrf": token})).status_code == 403, path
        assert await state_of(house) == before


async def test_s11_get_changes_nothing_but_the_log_of_what_was_read(house: House) -> None:
    jana = await house.member()
    ref = await house.person()
    async with await house.sign_in(jana) as client:
        before = await state_of(house)
        for screen in [each for each in screens(house.desk) if each.method == "GET"]:
            if screen.path in ("/live", "/cases/{ref}", "/cases/{ref}/parts"):
                continue
            await client.get(path_of(screen, ref))
        assert await state_of(house) == before


async def test_s15_without_sign_in_no_screen_but_the_doors_answers(house: House) -> None:
    ref = await house.person()
    async with house.client() as client:
        for screen in [each for each in screens(house.desk) if each.access != "anyone"]:
            answer = await client.request(screen.method, path_of(screen, ref))
            assert answer.status_code in (303, 401), screen.path
            assert ref[:8].upper() not in answer.text


async def test_s15_an_admin_sees_no_case(house: House) -> None:
    admin = await house.member("adam", "admin")
    ref = await house.person()
    async with await house.sign_in(admin) as client:
        for screen in [each for each in screens(house.desk) if each.access == "counsellor"]:
            data = {"csrf": client.csrf} if screen.method == "POST" else None
            answer = await client.request(screen.method, path_of(screen, ref), data=data)
            assert answer.status_code == 404, screen.path
        assert ref[:8].upper() not in (await client.get("/")).text


async def test_s51_headers_on_every_answer(house: House) -> None:
    jana = await house.member()
    ref = await house.person(notes=[("link", "https://example.com")])
    expected = {
        "content-security-policy": CSP,
        "cache-control": "no-store",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    assert {name: HEADERS[name] for name in expected} == expected
    assert "'unsafe" not in CSP and CSP.startswith("default-src 'none'")
    async with await house.sign_in(jana) as inside, house.client() as outside:
        answers = [await outside.get(path) for path in ("/static/desk.css", "/static/none", "/nowhere", "/sign-in/x")]
        for screen in [each for each in screens(house.desk) if each.path != "/live"]:
            for client in (inside, outside):
                answer = await client.request(screen.method, path_of(screen, ref))
                answers.append(answer)
        answers.append(await inside.post(f"/cases/{ref}/items/1", data={"csrf": inside.csrf}))
    for answer in answers:
        for name, value in HEADERS.items():
            if name == "content-security-policy" and "attachment" in answer.headers.get("content-disposition", ""):
                assert answer.headers[name].startswith("sandbox; default-src 'none'")
                continue
            assert answer.headers.get_list(name) == [value], (answer.request.url, name)
        assert "server" not in answer.headers


async def test_s53_no_debug_page_and_no_echo(house: House) -> None:
    async with house.client() as client:
        for path in ("/docs", "/redoc", "/openapi.json", "/metrics", "/debug", "/<script>alert(1)</script>"):
            answer = await client.get(path)
            assert answer.status_code == 404 and "alert(1)" not in answer.text
        answer = await client.post("/sign-in", content=b"\xff" * 100)
        assert answer.status_code == 400
        answer = await client.post("/sign-in", content=b"a=" + b"b" * 70_000)
        assert answer.status_code == 400


SCRIPTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "'-alert(1)-'",
    "{{7*7}}", "{% raw %}", "javascript:alert(1)", "<!--", "]]>", "<iframe srcdoc=x>", "&lt;script&gt;",
    "</textarea><script>", "<a href=javascript:alert(1)>x</a>", "\u202ecod.exe", "<b data-seq=1>", "<style>*{}</style>",
)  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
async def test_s51_what_a_person_wrote_is_only_text(house: House, script: str) -> None:
    jana = await house.member()
    said = [Entry("person", house.clock(), script), Entry("bot", house.clock(), script, buttons=(script,))]
    said.append(Entry("notice", house.clock(), card=(script,), media=script))
    ref = await house.person(said)
    async with await house.sign_in(jana) as client:
        for page in ((await client.get(f"/cases/{ref}")).text, (await client.get(f"/cases/{ref}/parts?after=0")).text):
            if "<" in script:
                assert script not in page
            if script == "{{7*7}}":
                assert page.count(script) >= 4


async def test_s8_cookie_is_host_bound_and_new_at_each_sign_in(house: House) -> None:
    from bot.desk import accounts

    cookies = []
    for _ in range(2):
        link = await accounts.trial_sign_in_link(
            house.stores, house.keys, house.holder, url=URL, secrets_dir=house.folder, now=house.clock()
        )
        async with house.client() as client:
            answer = await client.post(link.removeprefix(URL), headers={"cookie": "__Host-desk=" + "a" * 43})
            cookies.append(answer.headers.get_list("set-cookie"))
    assert cookies[0][0].split("=")[1] != cookies[1][0].split("=")[1]
    host = cookies[0][0]
    assert host.startswith("__Host-desk=") and "Domain" not in host
    for word in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
        assert word in host


async def test_s9_a_restart_keeps_the_sign_in_and_the_database_alone_opens_nothing(house: House) -> None:
    jana = await house.member()
    ref = await house.person([Entry("person", house.clock(), "nach dem Neustart")])
    async with await house.sign_in(jana) as client:
        secret = client.headers["cookie"].split("=", 1)[1]
        fresh = House(house.stores, house.clock, house.folder)
        async with fresh.client() as again:
            again.headers["cookie"] = client.headers["cookie"]
            assert "nach dem Neustart" in (await again.get(f"/cases/{ref}")).text
    row = await house.stores.keyring.read(lambda keys: keys.execute(select(sign_ins)).one())
    assert secret.encode() not in row.sid + row.identity
    assert jana[1] not in row.identity and row.staff == jana[0].ref


async def test_s10_idle_and_absolute_limits(house: House, clock: StandingClock) -> None:
    jana = await house.member()
    async with await house.sign_in(jana) as client:
        clock.advance(minutes=30)
        assert (await client.get("/")).status_code == 200
        clock.advance(minutes=30)
        assert (await client.get("/queue")).status_code == 200, "the page itself asks: no activity"
        clock.advance(seconds=1)
        assert (await client.get("/")).headers["location"] == "/sign-in"
    async with await house.sign_in(jana) as client:
        for _ in range(36):
            clock.advance(minutes=20)
            assert (await client.post("/here", data={"csrf": client.csrf})).status_code == 204
        clock.advance(seconds=1)
        assert (await client.get("/queue")).status_code == 401


async def test_s12_revoking_works_on_the_next_request(house: House) -> None:
    from bot.desk import accounts

    jana = await house.member()
    async with await house.sign_in(jana) as client:
        assert (await client.get("/")).status_code == 200
        await accounts.revoke(house.stores, handle="jana", now=house.clock())
        assert (await client.get("/queue")).status_code == 401


async def test_s11_s13_sign_out_clears_the_browser(house: House) -> None:
    jana = await house.member()
    async with await house.sign_in(jana) as client:
        answer = await client.post("/sign-out", data={"csrf": client.csrf})
        assert answer.headers["clear-site-data"] == '"*"'
        assert all('=""' in cookie or "=;" in cookie for cookie in answer.headers.get_list("set-cookie"))
        assert (await client.get("/queue")).status_code == 401


async def test_s14_the_stream_carries_names_and_ids_only(house: House) -> None:
    jana = await house.member()
    canary = "kanarie-7f3a"
    ref = await house.person([Entry("person", house.clock(), canary)])
    heard: list[bytes] = []
    first = asyncio.Event()

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            heard.append(bytes(message.get("body", b"")))  # type: ignore[arg-type]  # ASGI: bytes
            first.set()

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    def staffed() -> Awaitable[bool]:
        return house.stores.main.read(lambda tx: staff.staffed(tx, "de", house.clock()))

    assert not await staffed()
    async with await house.sign_in(jana) as client:
        headers = [(b"cookie", client.headers["cookie"].encode()), (b"host", b"localhost")]
        scope = {
            "type": "http", "method": "GET", "path": "/live", "raw_path": b"/live", "query_string": b"",
            "headers": headers, "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "root_path": "",
            "asgi": {"version": "3.0"},
        }  # fmt: skip
        stream = asyncio.create_task(house.app(scope, receive, send))  # type: ignore[arg-type]  # ASGI by hand
        await first.wait()
        for turn in range(3):
            first.clear()
            await house.says(ref, f"{canary} {turn}")
            await asyncio.wait_for(first.wait(), 60)
        assert await staffed(), "an open page means: here"
        first.clear()
        await client.post("/sign-out", data={"csrf": client.csrf})
        assert not await staffed()
        house.wake.notify("desk")
        await asyncio.wait_for(stream, 60)
    said = b"".join(heard).decode()
    assert canary not in said
    assert said.count(f"event: case\ndata: {ref}") == 4
    assert said.endswith("event: ended\ndata: -\n\n")
    assert {line.partition(":")[0] for line in said.splitlines() if line} <= {"event", "data", ""}


async def test_s9_no_identity_outlives_its_request(house: House) -> None:
    jana = await house.member()
    ref = await house.person([Entry("person", house.clock(), "hallo")], notes=[("link", "https://example.com")])
    async with await house.sign_in(jana) as client:
        await client.get(f"/cases/{ref}")
        await client.post(f"/cases/{ref}/items/1", data={"csrf": client.csrf})
    gc.collect()
    kept = [type(each) for each in gc.get_objects() if isinstance(each, StaffIdentity | OpenConversation | Reader)]
    assert kept == []
