"""A stand-in for Telegram's Bot API: a real HTTP server on 127.0.0.1, with the platform's rules and moods.

    with telegram() as platform:
        mila = platform.person()
        mila.says("hallo")
        mila.waits_for(lambda shown: "Hallo" in shown.text)

`platform.url`, `platform.token` and `platform.staff_token` are what a bot needs. `platform.calls` is every call,
`platform.broken` every breach of the description in `tests/vectors/telegram`: it must stay empty.
"""

from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.people import Group, Person, Shown
from tests.simulators.telegram.platform import Call, Telegram, telegram
from tests.simulators.telegram.rates import Rates

__all__ = ["Call", "Faults", "Group", "Person", "Rates", "Shown", "Telegram", "telegram"]
