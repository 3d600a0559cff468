"""Opening a case, speaking, giving back, closing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cases.summary import Risk, Summary
from bot.cases.thread import Entry
from bot.db import cases, chains, conversations, inbox, outbox, windows
from bot.db.store import Transaction
from bot.db.tables import outbox as rows
from bot.turns.payload import Internal, decode_inbox, decode_message
from tests.desk.house import House

pytestmark = pytest.mark.anyio


def card(house: House) -> Summary:
    return Summary(
        topic="deepnude",
        wants="human",
        slots={"safe": "yes", "age": "14_17", "country": "DE", "real": "fake"},
        asked=("who",),
        risk=Risk("panic", "C", house.clock(), resolved=False),
        done=("deepnude.support",),
        open=("deepnude.report",),
        items={"link": 1},
    )


async def test_a_counsellor_reads_what_was_said_and_done(house: House) -> None:
    jana = await house.member()
    ref = await house.person(
        [Entry("person", house.clock(), "hallo <b>du</b>"), Entry("bot", house.clock(), "Hallo", buttons=("Ja",))],
        card=card(house),
        notes=[("link", "https://example.com/x")],
    )
    async with await house.sign_in(jana) as client:
        page = (await client.get(f"/cases/{ref}")).text
    assert "hallo &lt;b&gt;du&lt;/b&gt;" in page
    assert "Deepnude" in page and "14–17" in page and "Deutschland" in page and "Panik" in page
    assert "https://example.com/x" not in page


async def test_taking_over_tells_the_turn_and_is_written_down(house: House) -> None:
    jana = await house.member()
    ref = await house.person()
    async with await house.sign_in(jana) as client:
        answer = await client.post(f"/cases/{ref}/claim", data={"csrf": client.csrf})
    assert answer.status_code == 303
    case = await house.stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and case.holder == "counsellor" and case.counsellor == "jana" and case.fence == 1
    rows = await house.stores.main.read(lambda tx: inbox.waiting(tx, case.conversation_id, most=9))
    assert [decode_inbox(house.public.open_queue(case.conversation, row.payload)) for row in rows] == [
        Internal("joined")
    ]
    assert await house.stores.main.read(lambda tx: chains.first_bad(tx, "audit")) is None


async def test_a_message_reaches_outbox_and_thread_once(house: House) -> None:
    jana = await house.member()
    ref = await house.person()
    async with await house.sign_in(jana) as client:
        await client.post(f"/cases/{ref}/claim", data={"csrf": client.csrf})
        said = {"csrf": client.csrf, "fence": "1", "text": "Hallo, ich bin Jana.", "id": "one"}
        for _ in range(2):
            answer = await client.post(f"/cases/{ref}/messages", data=said, headers={"x-desk": "script"})
            assert answer.status_code == 204
        page = (await client.get(f"/cases/{ref}/parts", params={"after": "0"})).text
    assert page.count("Hallo, ich bin Jana.") == 1
    case = await house.stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None
    ready = await house.stores.main.read(lambda tx: outbox.pending(tx, case.conversation_id))
    [message] = [decode_message(house.public.open_queue(case.conversation, row.payload)).message for row in ready]
    assert message.speaker == "counsellor" and message.text == "Hallo, ich bin Jana."


async def test_an_old_tab_is_refused_with_words(house: House) -> None:
    jana, ole = await house.member(), await house.member("ole")
    ref = await house.person()
    async with await house.sign_in(jana) as first, await house.sign_in(ole) as second:
        await first.post(f"/cases/{ref}/claim", data={"csrf": first.csrf})
        await first.post(f"/cases/{ref}/hand-back", data={"csrf": first.csrf, "fence": "1"})
        old = {"csrf": first.csrf, "fence": "1", "text": "zu spät", "id": "x"}
        answer = await first.post(f"/cases/{ref}/messages", data=old, headers={"x-desk": "script"})
        assert answer.status_code == 409 and "nicht mehr aktuell" in answer.text
        await second.post(f"/cases/{ref}/claim", data={"csrf": second.csrf})
        answer = await first.post(f"/cases/{ref}/messages", data=old, headers={"x-desk": "script"})
        assert answer.status_code == 409 and "ole" in answer.text
        answer = await first.post(f"/cases/{ref}/close", data={"csrf": first.csrf, "fence": "1"})
        assert answer.headers["location"].endswith("?note=lost")
    case = await house.stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and case.counsellor == "ole"
    assert await house.stores.main.read(lambda tx: outbox.pending(tx, case.conversation_id)) == []


async def test_words_on_their_way_survive_handing_back(house: House) -> None:
    jana = await house.member()
    ref = await house.person()
    async with await house.sign_in(jana) as client:
        await client.post(f"/cases/{ref}/claim", data={"csrf": client.csrf})
        last = {"csrf": client.csrf, "fence": "1", "text": "Bis bald!", "id": "x"}
        await client.post(f"/cases/{ref}/messages", data=last)
        await client.post(f"/cases/{ref}/hand-back", data={"csrf": client.csrf, "fence": "1"})
    case = await house.stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and case.holder == "bot" and case.fence == 2
    assert len(await house.stores.main.read(lambda tx: outbox.pending(tx, case.conversation_id))) == 1


async def test_what_arrived_after_the_page_was_made_stays_unread(house: House) -> None:
    jana = await house.member()
    ref = await house.person([Entry("person", house.clock(), "hallo")])
    await house.says(ref, "noch etwas, während die Seite sagt, dass sie gelesen ist")
    unread = []
    async with await house.sign_in(jana) as client:
        for last in ("", "1", "2"):
            await client.post(f"/cases/{ref}/seen", data={"csrf": client.csrf, "last": last})
            case = await house.stores.main.read(lambda tx: cases.find(tx, ref))
            assert case is not None
            unread.append(case.unread)
    assert unread == [True, True, False]


async def test_closing_ends_the_case_and_the_fence_rises(house: House) -> None:
    jana = await house.member()
    ref = await house.person()
    async with await house.sign_in(jana) as client:
        await client.post(f"/cases/{ref}/claim", data={"csrf": client.csrf})
        await client.post(f"/cases/{ref}/close", data={"csrf": client.csrf, "fence": "1"})
        lines = (await client.get("/queue")).text
    case = await house.stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None and (case.state, case.holder, case.fence) == ("closed", "closed", 2)
    assert ref not in lines


async def test_s43_an_item_leaves_only_as_attachment_with_custody_entry(house: House) -> None:
    jana = await house.member()
    ref = await house.person(notes=[("link", "https://example.com/<script>")])
    async with await house.sign_in(jana) as client:
        answer = await client.post(f"/cases/{ref}/items/1", data={"csrf": client.csrf})
        missing = await client.post(f"/cases/{ref}/items/2", data={"csrf": client.csrf})
    assert answer.text == "https://example.com/<script>"
    assert answer.headers["content-disposition"] == f'attachment; filename="evidence-{ref[:8].upper()}-1.txt"'
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert missing.status_code == 404
    custody = await house.stores.main.read(lambda tx: [link.entry for link in chains.read(tx, "custody")])
    assert '"what":"opened"' in custody[-1] and jana[0].ref in custody[-1]


async def test_s16_s17_no_grant_looks_like_no_case(house: House) -> None:
    jana, ole = await house.member(), await house.member("ole")
    ref = await house.person([Entry("person", house.clock(), "geheim")], readers=[jana[0]])
    async with await house.sign_in(ole) as client:
        refused = await client.get(f"/cases/{ref}")
        unknown = await client.get(f"/cases/{'0' * 32}")
        claim = await client.post(f"/cases/{ref}/claim", data={"csrf": client.csrf})
    assert refused.status_code == unknown.status_code == claim.status_code == 404
    assert refused.text == unknown.text


async def test_a_damaged_turn_does_not_hide_the_others(house: House) -> None:
    from sqlalchemy import update

    from bot.db.tables import transcript

    jana = await house.member()
    ref = await house.person([Entry("person", house.clock(), "erstens"), Entry("person", house.clock(), "zweitens")])
    await house.stores.main.write(
        lambda tx: tx.execute(update(transcript).where(transcript.c.seq == 1).values(sealed=b"age-broken"))
    )
    async with await house.sign_in(jana) as client:
        page = (await client.get(f"/cases/{ref}")).text
    assert "zweitens" in page and "erstens" not in page and "beschädigt" in page


async def test_r15_the_page_says_whether_an_answer_arrives(house: House) -> None:
    jana = await house.member()
    ref = await house.person()
    case = await house.stores.main.read(lambda tx: cases.find(tx, ref))
    assert case is not None

    def close(tx: Transaction) -> None:
        address = conversations.current_address(tx, case.conversation_id)
        assert address is not None
        windows.keep_open(tx, {address.id: house.clock() + timedelta(minutes=10)})

    await house.stores.main.write(close)
    async with await house.sign_in(jana) as client:
        await client.post(f"/cases/{ref}/claim", data={"csrf": client.csrf})
        assert "Frei antworten kannst du hier bis" in (await client.get(f"/cases/{ref}")).text
        house.clock.advance(minutes=10)
        assert "24-Stunden-Fenster von WhatsApp ist zu" in (await client.get(f"/cases/{ref}")).text
        data = {"csrf": client.csrf, "text": "hallo", "fence": "1", "id": "x"}
        assert (await client.post(f"/cases/{ref}/messages", data=data)).status_code == 303
        await house.stores.main.write(lambda tx: tx.execute(rows.update().values(state="held", reason="knocked")))
        page = (await client.get(f"/cases/{ref}")).text
        assert "Wartet, bis die Person wieder schreibt: 1." in page and "neutralen Hinweis" in page
        await house.stores.main.write(lambda tx: tx.execute(rows.update().values(state="refused", reason="gone")))
        assert "nicht mehr zu erreichen" in (await client.get(f"/cases/{ref}")).text
