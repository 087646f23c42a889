"""The house's own door, for loopback only: quotes of the market maker, trades of the crowd, faults.

One request a step of the market: the whole ladder is replaced in one command, and the crowd's
order, if any, follows it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import msgspec
from aiohttp import web

from domain.errors import InputRefused
from rehearsal.exchange.admin_step import HouseStep
from rehearsal.exchange.commands import Place, Quote
from rehearsal.exchange.venue import CROWD, MAKER, Venue
from rehearsal.faults import FaultBoard, FaultKind, read_fault


def add_admin_routes(
    app: web.Application, venue: Venue, faults: FaultBoard, cut: Callable[[], int]
) -> None:
    """Hang the house's routes into the application.

    Args:
        app: The application.
        venue: The exchange.
        faults: Where faults are ordered.
        cut: Breaks every WebSocket and says how many.
    """

    async def quote(request: web.Request) -> web.Response:
        _require_loopback(request)
        step = _read_step(await request.read())
        venue.execute(Quote(MAKER, step.bids, step.asks))
        if step.crowd is not None:
            venue.execute(Place(CROWD, step.crowd.side, "market", step.crowd.lots))
        return web.json_response({"ok": True})

    async def fault(request: web.Request) -> web.Response:
        _require_loopback(request)
        try:
            ordered = read_fault(await request.read())
        except InputRefused as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        if ordered.kind is FaultKind.CUT_WEBSOCKET:
            return web.json_response({"cut": cut()})
        faults.order(ordered)
        return web.json_response({"ok": True})

    app.router.add_post("/admin/quote", quote)
    app.router.add_post("/admin/faults", fault)


def _read_step(body: bytes) -> HouseStep:
    try:
        return msgspec.json.decode(body, type=HouseStep)
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest(text=f"this is not a step of the market: {error}") from error


def _require_loopback(request: web.Request) -> None:
    if not request.remote or not ipaddress.ip_address(request.remote).is_loopback:
        raise web.HTTPForbidden(text="the house's door opens on loopback only")
