"""A stand-in for Meta's Cloud API: a real HTTP server on 127.0.0.1, with the platform's rules and moods.

    with whatsapp() as platform:
        platform.webhook = f"{url}/whatsapp/webhook"
        mila = platform.person()
        mila.says("hallo")

`platform.url`, `token`, `app_secret`, `verify_token`, `phone_number_id` and `account_id` are what a helpline needs.
`platform.calls` is every call, `platform.broken` every breach of the limits: it must stay empty.
"""

from tests.simulators.whatsapp.people import Person, Shown
from tests.simulators.whatsapp.platform import Call, WhatsApp, whatsapp

__all__ = ["Call", "Person", "Shown", "WhatsApp", "whatsapp"]
