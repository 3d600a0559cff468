"""What Meta keeps for the helpline's number: put in order and checked, by `wegweiser doctor` only.

Facts: Meta, "Override callback URL", "Subscribed apps", "Message templates", "Phone numbers" (v26.0; `whatsapp.md`
sections 2 and 8). Management calls are limited to 200 an hour, so what is right is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bot.channels.whatsapp.graph import CallFailed, Graph
from bot.channels.whatsapp.templates import LANGUAGES, TEMPLATES, Template, Words

WEBHOOK_PATH: Final = "/whatsapp/webhook"
NUMBER_FIELDS: Final = "display_phone_number,verified_name,quality_rating,webhook_configuration"
MOST_TEMPLATES: Final = 100
GOOD, PENDING = "APPROVED", "PENDING"


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    verify_token: str = field(repr=False)


class Office:
    """The number's own affairs at Meta."""

    def __init__(self, graph: Graph, account_id: str) -> None:
        self._graph = graph
        self._account = account_id

    async def settle(self, words: Words, webhook: Webhook, *, knocks: bool) -> list[str]:
        """Put everything in order; what is left to be mended by somebody, in words for an operator. `knocks`: whether
        templates are wanted. Raises CallFailed when Meta cannot be reached or refuses the token."""
        number = await self._graph.call("GET", f"{self._own}?fields={NUMBER_FIELDS}")
        findings = [*_quality(number), *await self._receiving(number, webhook)]
        if not self._account:
            return [*findings, "whatsapp.account_id: without it neither subscription nor templates can be checked"]
        findings += await self._subscription()
        return [*findings, *await self._templates(words)] if knocks else findings

    @property
    def _own(self) -> str:
        return self._graph.number.phone_number_id

    async def _receiving(self, number: dict[str, Any], webhook: Webhook) -> list[str]:
        """Meta calls the address at once and wants its word back, so the role `public` must be running."""
        if not webhook.url.startswith("https://"):
            return ["public.url: must be https, or WhatsApp cannot bring messages"]
        known = number.get("webhook_configuration")
        if isinstance(known, dict) and known.get("phone_number") == webhook.url:
            return []
        wanted = {"override_callback_uri": webhook.url, "verify_token": webhook.verify_token}
        try:
            await self._graph.call("POST", self._own, {"webhook_configuration": wanted})
        except CallFailed as failed:
            _raise_unless_refused(failed)
            return ["whatsapp: the webhook was refused; does public.url reach this helpline, and is it running?"]
        return []

    async def _subscription(self) -> list[str]:
        """Without it nothing arrives. Repeating is harmless."""
        try:
            await self._graph.call("POST", f"{self._account}/subscribed_apps", {})
        except CallFailed as failed:
            _raise_unless_refused(failed)
            return ["whatsapp.account_id: this account could not be subscribed to the app"]
        return []

    async def _templates(self, words: Words) -> list[str]:
        asked = f"{self._account}/message_templates?fields=name,language,status,category&limit={MOST_TEMPLATES}"
        known = {
            (each.get("name"), each.get("language")): each
            for each in (await self._graph.call("GET", asked)).get("data", [])
            if isinstance(each, dict)
        }
        findings = []
        for template in TEMPLATES:
            for language in LANGUAGES:
                found = known.get((template.name, language))
                if found is None:
                    findings.append(await self._submit(template.described(words, language), template, language))
                else:
                    findings += _judged(template, language, found)
        return findings

    async def _submit(self, described: dict[str, Any], template: Template, language: str) -> str:
        try:
            await self._graph.call("POST", f"{self._account}/message_templates", described)
        except CallFailed as failed:
            _raise_unless_refused(failed)
            return f"whatsapp: the template {template.name} ({language}) was refused"
        return f"whatsapp: the template {template.name} ({language}) was submitted; Meta takes up to 24 hours"


def _quality(number: dict[str, Any]) -> Iterator[str]:
    rating = number.get("quality_rating")
    if rating in ("RED", "YELLOW"):
        yield f"whatsapp: Meta rates the number's quality {rating.lower()}; people have blocked or reported it"


def _judged(template: Template, language: str, found: dict[str, Any]) -> Iterator[str]:
    state = str(found.get("status", ""))
    if state == PENDING:
        yield f"whatsapp: the template {template.name} ({language}) waits for Meta's review"
    elif state != GOOD:
        yield f"whatsapp: the template {template.name} ({language}) cannot be used ({state.lower()[:40] or 'unknown'})"
    if found.get("category") not in (template.category, None):
        yield f"whatsapp: Meta has put the template {template.name} ({language}) into another category (price)"


def _raise_unless_refused(failed: CallFailed) -> None:
    """No answer, or a token that is not believed, ends the whole visit."""
    if failed.status in (0, 401):
        raise failed
