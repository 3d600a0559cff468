"""What Meta knows and decides: people, windows, limits, files, templates, and what is told to the webhook.

The pair limit: a message costs six seconds, and up to 45 may be owed at once (`limits.json`). How fast a debt stops
counting is not documented more exactly than that.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulators.whatsapp.limits import LIMITS, breaches
from tests.simulators.whatsapp.people import Person, Shown, new_user_id, new_wamid

Json = dict[str, Any]
WINDOW = timedelta(seconds=LIMITS["windows_s"]["customer_service"])
PAIR_SECONDS, PAIR_BURST = LIMITS["rates"]["pair_s_per_message"], LIMITS["rates"]["pair_burst"]
URL_SECONDS = LIMITS["media"]["url_lifetime_s"]


class Refused(Exception):
    """A call that gets `status` and Meta's error of this code."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Json = field(repr=False)


@dataclass
class Fault:
    """`kind`: `error` (not done), `lost` (done, no answer), `quiet` (done, no answer and no status)."""

    kind: str
    times: int
    status: int = 500
    code: int = 131000


@dataclass
class Media:
    data: bytes
    mime: str
    deleted: bool = False


class WhatsApp:
    """One business with one number. Everything is read and changed under `lock`."""

    def __init__(self, clock: Callable[[], datetime], *, pair_limit: bool) -> None:
        self.clock = clock
        self.pair_limit = pair_limit
        self.lock = threading.RLock()
        self.url = ""
        self.version = "v26.0"
        self.phone_number_id = "100000000000001"
        self.account_id = "200000000000001"
        self.token = "EAA" + secrets.token_hex(24)
        self.app_secret = secrets.token_hex(16)
        self.verify_token = secrets.token_hex(16)
        self.webhook = ""
        self.people: dict[str, Person] = {}
        self.media: dict[str, Media] = {}
        self.links: dict[str, tuple[str, datetime]] = {}
        self.templates: dict[tuple[str, str], Json] = {}
        self.configured: Json = {}
        self.subscribed = False
        self.quality = "GREEN"
        self.calls: list[Call] = []
        self.seen: list[str] = []
        self.broken: list[str] = []
        self.faults: list[Fault] = []
        self.late_failures: dict[str, int] = {}
        """By address: the code with which the next accepted message to it fails afterwards."""
        self.statuses = ("sent", "delivered")
        self.batch = 1
        """How many values one delivery carries."""
        self.queue: list[Json] = []
        self.delivered: list[bytes] = []
        self.on_the_way = 0

    # --- people ------------------------------------------------------------------------------------------------------

    def person(self, *, country: str = "DE", number: bool = False, name: str = "Muster") -> Person:
        with self.lock:
            own = f"4900{secrets.randbelow(10**8):08d}" if number else None
            made = Person(self, new_user_id(country), own, name)
            self.people[made.user_id] = made
            return made

    def tells(self, value: Json) -> None:
        """One change's value waits for the webhook."""
        metadata = {"display_phone_number": "4900000000", "phone_number_id": self.phone_number_id}
        with self.lock:
            self.queue.append({"messaging_product": "whatsapp", "metadata": metadata, **value})

    def pending(self) -> bool:
        with self.lock:
            return bool(self.queue) or self.on_the_way > 0

    # --- messages ----------------------------------------------------------------------------------------------------

    def messages(self, call: Json) -> Json:
        """POST /{number}/messages. Raises Refused."""
        with self.lock:
            if call.get("status") == "read":
                self.seen.append(call["message_id"])
                return {"success": True}
            found = breaches(call)
            if found:
                self.broken += found
                raise Refused(400, 131009)
            person = self._recipient(call)
            self._require_window(person, call)
            self._require_pace(person)
            return self._accept(person, call)

    def _recipient(self, call: Json) -> Person:
        address = call.get("to") or call["recipient"]
        for person in self.people.values():
            if address in (person.number, person.user_id):
                return person
        raise Refused(400, 131026)

    def _require_window(self, person: Person, call: Json) -> None:
        if call["type"] == "template":
            template = call["template"]
            known = self.templates.get((template["name"], template["language"]["code"]))
            if known is None or known["status"] != "APPROVED":
                raise Refused(404, 132001)
        elif person.wrote_at is None or self.clock() - person.wrote_at >= WINDOW:
            raise Refused(400, 131047)

    def _require_pace(self, person: Person) -> None:
        now = self.clock().timestamp()
        owed = max(person.paid_until, now)
        if self.pair_limit and owed - now > (PAIR_BURST - 1) * PAIR_SECONDS:
            raise Refused(400, 131056)
        person.paid_until = owed + PAIR_SECONDS

    def _accept(self, person: Person, call: Json) -> Json:
        wamid = new_wamid()
        address = call.get("to") or call["recipient"]
        failure = self.late_failures.pop(address, None)
        if failure is None:
            person.chat.append(shown(call, wamid))
        at = str(int(self.clock().timestamp()))
        status: Json = {"id": wamid, "recipient_user_id": person.user_id, "timestamp": at}
        if "biz_opaque_callback_data" in call:
            status["biz_opaque_callback_data"] = call["biz_opaque_callback_data"]
        if failure is not None:
            self.tells({"statuses": [{**status, "status": "failed", "errors": [{"code": failure, "title": "x"}]}]})
        elif not any(fault.kind == "quiet" and fault.times >= 0 for fault in self.faults):
            for state in self.statuses:
                self.tells({"statuses": [{**status, "status": state}]})
        return {"messaging_product": "whatsapp", "contacts": [{"input": address}], "messages": [{"id": wamid}]}

    # --- files -------------------------------------------------------------------------------------------------------

    def stores_file(self, data: bytes, mime: str) -> str:
        with self.lock:
            media = str(secrets.randbelow(10**15) + 10**15)
            self.media[media] = Media(data, mime)
            return media

    def link(self, media: str) -> Json:
        with self.lock:
            known = self.media.get(media)
            if known is None or known.deleted:
                raise Refused(404, 100)
            key = secrets.token_urlsafe(16)
            self.links[key] = (media, self.clock())
            return {
                "url": f"{self.url}/media/{key}",
                "mime_type": known.mime,
                "file_size": len(known.data),
                "id": media,
            }

    def file(self, key: str) -> bytes:
        with self.lock:
            media, made = self.links.get(key, ("", datetime(1970, 1, 1, tzinfo=UTC)))
            if not media or (self.clock() - made).total_seconds() > URL_SECONDS or self.media[media].deleted:
                raise Refused(404, 100)
            return self.media[media].data

    def take_fault(self) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times > 0:
                    fault.times -= 1
                    return fault
            self.faults.clear()
            return None


def shown(call: Json, wamid: str) -> Shown:
    """What the phone shows of a call."""
    match call["type"]:
        case "text":
            return Shown("bot", call["text"]["body"], wamid=wamid)
        case "template":
            return Shown(
                "bot", f"[{call['template']['name']} {call['template']['language']['code']}]", "template", (), wamid
            )
        case _:
            inner, action = call["interactive"], call["interactive"]["action"]
            if inner["type"] == "button":
                rows = [(each["reply"]["title"], each["reply"]["id"]) for each in action["buttons"]]
            else:
                rows = [(row["title"], row["id"]) for section in action["sections"] for row in section["rows"]]
            return Shown("bot", inner["body"]["text"], inner["type"], tuple(rows), wamid)


@contextmanager
def whatsapp(
    clock: Callable[[], datetime] = lambda: datetime.now(UTC), *, pair_limit: bool = True
) -> Iterator[WhatsApp]:
    """The platform, running."""
    from tests.simulators.whatsapp.server import Running

    platform = WhatsApp(clock, pair_limit=pair_limit)
    running = Running(platform)
    running.start()
    try:
        yield platform
    finally:
        running.stop()


def wait_until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    """Real seconds: another process has to do something."""
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)
