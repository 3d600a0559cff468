"""Sending: one message per call, what came of it as a value (`codes.py`), at the pace Meta allows.

What a platform has accepted has not arrived yet: `Capabilities.reports`. The pair limit silences one person for 4, 16,
64 … seconds (Meta, error 131056), as long as it comes again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.channels.contract import Capabilities, Outbound, Refused, RetryAfter, SendOutcome, Sent
from bot.channels.pace import REMEMBERED, Pace
from bot.channels.whatsapp.capabilities import CAPABILITIES
from bot.channels.whatsapp.codes import PAIR_LIMIT
from bot.channels.whatsapp.graph import CallFailed, Graph, message_id
from bot.channels.whatsapp.render import BadChoice, TooLong, body
from bot.channels.whatsapp.templates import ANSWER_WAITS

LONGEST_TURN: Final = 3.0  # seconds in line for a person; with one call (25 s) well below the relay's claim (60 s)
PAIR_FACTOR, PAIR_MOST = 4, 5  # 4^5 s are a quarter of an hour


class WhatsAppSender:
    """The sending half of one number. `knocks`: the template is approved and wanted (`config.WhatsApp.knock`)."""

    def __init__(self, graph: Graph, pace: Pace, *, knocks: bool) -> None:
        self.capabilities: Capabilities = replace(CAPABILITIES, knocks=knocks)
        self._graph = graph
        self._pace = pace
        self._in_a_row: OrderedDict[str, int] = OrderedDict()

    async def send(self, outbound: Outbound) -> SendOutcome:
        person = outbound.address
        try:
            wanted = (
                body(outbound.message, code_link=self._graph.code_link)
                if outbound.knock is None
                else ANSWER_WAITS.called(outbound.knock)
            )
        except TooLong:
            return Refused("too_long")
        except BadChoice:
            return Refused("invalid")
        if outbound.urgent:
            await self._pace.overtake(person)
        else:
            if (wait := self._pace.silent_for(person) or self._pace.wait_for(person)) > LONGEST_TURN:
                return RetryAfter(timedelta(seconds=wait))
            await self._pace.turn(person)
        try:
            answer = await self._graph.send(person, wanted, proof=outbound.proof)
        except CallFailed as failed:
            return self._pair_limit(person) if failed.code == PAIR_LIMIT else failed.outcome
        self._in_a_row.pop(person, None)
        return Sent(message_id(answer))

    async def tidy(
        self,
        address: str,  # noqa: ARG002 - the contract's shape
        retire: Sequence[str],
        take_back: Sequence[str],
    ) -> frozenset[str]:
        """Nothing that was sent can be changed or taken back on WhatsApp."""
        return frozenset((*retire, *take_back))

    def _pair_limit(self, person: str) -> RetryAfter:
        tries = min(self._in_a_row.pop(person, 0) + 1, PAIR_MOST)
        self._in_a_row[person] = tries
        if len(self._in_a_row) > REMEMBERED:
            self._in_a_row.popitem(last=False)
        seconds = float(PAIR_FACTOR**tries)
        self._pace.silence(person, seconds)
        return RetryAfter(timedelta(seconds=seconds))
