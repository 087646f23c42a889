"""Kraken's REST interface over HTTP: routes, signatures, faults, and the shape of every answer.

Always ``{"error": [...], "result": ...}`` with status 200, as Kraken does; other statuses come from
faults and from storage that fails. Ordered faults strike only the ``/0/`` paths.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, NoReturn

import orjson
from aiohttp import web

from domain.errors import StorageFailed
from rehearsal.exchange.afterthoughts import Afterthoughts
from rehearsal.exchange.kraken_ask import EapiRefused, form_of
from rehearsal.exchange.kraken_caller import Caller
from rehearsal.exchange.kraken_private import PRIVATE
from rehearsal.exchange.kraken_public import PUBLIC
from rehearsal.exchange.signing import Doorkeeper
from rehearsal.exchange.venue import Venue
from rehearsal.faults import REVISING, FaultBoard, FaultKind

UNKNOWN_METHOD = "EGeneral:Unknown method"
UNAVAILABLE = "EService:Unavailable"

_GARBAGE = b'<html>{"error":[],"resu'


class Rest:
    """The REST interface of one exchange.

    Args:
        venue: The exchange.
        doorkeeper: Who may use the private half.
        faults: What is to go wrong.
        closing: Set when the server stops, so that hanging requests let go.
        afterthoughts: Revises what was answered well.
    """

    def __init__(
        self,
        venue: Venue,
        doorkeeper: Doorkeeper,
        faults: FaultBoard,
        closing: asyncio.Event,
        afterthoughts: Afterthoughts,
    ) -> None:
        self._venue = venue
        self._doorkeeper = doorkeeper
        self._faults = faults
        self._closing = closing
        self._afterthoughts = afterthoughts

    async def handle_public(self, request: web.Request) -> web.Response:
        """Answer ``GET /0/public/<method>``."""
        return await self._faulted(request, dict(request.query), None)

    async def handle_private(self, request: web.Request) -> web.Response:
        """Answer ``POST /0/private/<method>``."""
        return await self._faulted(request, {}, await request.read())

    async def _faulted(
        self, request: web.Request, query: dict[str, str], body: bytes | None
    ) -> web.Response:
        fault = self._faults.strike(request.path)
        kind = fault.kind if fault else FaultKind.NONE
        if kind is FaultKind.ERROR_500:
            return web.Response(status=500, text="Internal Server Error")
        if kind is FaultKind.GARBAGE:
            return web.Response(body=_GARBAGE, content_type="text/html")
        if fault and kind is FaultKind.LATENCY:
            await self._wait_s(fault.latency_ms / 1000)
        if body is None:
            answer = self._answer(request, query)
        else:
            answer = self._signed(request, body, is_withheld=kind is FaultKind.LATE_FILL)
        if fault and kind in REVISING:
            self._afterthoughts.plan(fault)
        if kind is FaultKind.ACCEPT_THEN_500:
            return web.Response(status=500, text="Internal Server Error")
        if kind is FaultKind.ACCEPT_THEN_HANG:
            await self._closing.wait()
        if kind in {FaultKind.ACCEPT_THEN_HANG, FaultKind.ACCEPT_THEN_DROP}:
            _drop(request)
        return answer

    async def _wait_s(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    def _answer(self, request: web.Request, query: dict[str, str]) -> web.Response:
        method = PUBLIC.get(request.match_info["method"])
        if method is None:
            return _refused(UNKNOWN_METHOD)
        try:
            return _json({"error": [], "result": method(self._venue, query)})
        except EapiRefused as refused:
            return _refused(refused.error)

    def _signed(
        self, request: web.Request, body: bytes, *, is_withheld: bool = False
    ) -> web.Response:
        method = PRIVATE.get(request.match_info["method"])
        if method is None:
            return _refused(UNKNOWN_METHOD)
        try:
            ask, caller = self._let_in(request, body)
            caller = replace(caller, is_withheld=is_withheld)
            return _json({"error": [], "result": method(self._venue, ask, caller)})
        except EapiRefused as refused:
            return _refused(refused.error)
        except StorageFailed:
            return _refused(UNAVAILABLE)

    def _let_in(self, request: web.Request, body: bytes) -> tuple[dict[str, str], Caller]:
        ask = form_of(body, request.headers.get("Content-Type", ""))
        key, sign = request.headers.get("API-Key", ""), request.headers.get("API-Sign", "")
        nonce = ask.pop("nonce", "")
        refusal = self._doorkeeper.refusal(key, sign, request.path, nonce, body)
        if refusal is not None:
            raise EapiRefused(refusal)
        return ask, Caller(key, int(nonce))


def _drop(request: web.Request) -> NoReturn:
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


def _refused(error: str) -> web.Response:
    return _json({"error": [error]})


def _json(answer: dict[str, Any]) -> web.Response:
    return web.Response(body=orjson.dumps(answer), content_type="application/json")
