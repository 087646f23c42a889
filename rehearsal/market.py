"""The market as a process: one walk moves the exchange's quotes and the prices of all pools.

Where the walk stands follows from the desk's age, so a market that was stopped goes on where the
day would have taken it. Venues that do not answer are tried again at the next step; the rest go
on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
import msgspec
from prometheus_client import Counter

from domain.clock import SECOND_NS, Clock
from domain.errors import OutcomeUnknown, Transient, VenueUnavailable
from domain.home import DeskHome
from live.aio.process import serve
from live.aio.service import Service
from live.aio.waiting import pause
from rehearsal.ladder import house_step
from rehearsal.walk import STEP_NS, Step, Walk

POOL_PERIOD_NS = SECOND_NS
"""Pools move once a block, and the rehearsal's blocks come once a second."""

_STEPS = Counter("alphapulse_market_steps_total", "Steps shown to a venue.", ["venue"])
_MISSED = Counter("alphapulse_market_missed_total", "Steps a venue did not take.", ["venue"])

Show = Callable[[Step], Awaitable[None]]


def main(home: DeskHome) -> None:
    """Run the ``market`` process until it is asked to stop."""
    serve("market", home, _run)


async def _run(service: Service) -> None:
    from live.chain.rpc import ChainClient
    from rehearsal.chain.mover import Mover

    mover = Mover(service.card.chain)
    async with aiohttp.ClientSession() as session, ChainClient(service.card.chain.rpc_url) as chain:

        async def show_exchange(step: Step) -> None:
            await quote(session, service.card.exchange.rest_url, step, service.card.seed)

        async def show_pools(step: Step) -> None:
            await mover.set_base_fee(chain, step.base_fee_wei)
            await mover.move_pools(chain, pool_targets(step), step.base_fee_wei)

        market = Market(service)
        service.spawn(market.follow("exchange", STEP_NS, show_exchange), "exchange")
        service.spawn(market.follow("pools", POOL_PERIOD_NS, show_pools), "pools")
        await service.stopping.wait()


def pool_targets(step: Step) -> dict[str, int]:
    """Give what the pools should show; the exchange is quoted, not moved."""
    return {venue: price for venue, price in step.targets_e6.items() if venue != "paper"}


class Market:
    """Shows the walk to its venues; the process is healthy while all of them follow."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._troubles: dict[str, str] = {}

    async def follow(self, venue: str, period_ns: int, show: Show) -> None:
        """Show the walk to one venue, step by step, until the process stops.

        Args:
            venue: For metrics and health.
            period_ns: Between two looks at the walk.
            show: Brings one step to the venue.
        """
        service, stopping = self._service, False
        walk = Walk(service.card.seed)
        while not stopping:
            index = (service.clock.now_ns() - service.card.opened_ns) // STEP_NS
            await self._show(venue, walk.at(max(0, index)), show)
            stopping = await pause(service.stopping, _left_s(service.clock, period_ns))

    async def _show(self, venue: str, step: Step, show: Show) -> None:
        try:
            await show(step)
        except (Transient, OutcomeUnknown) as error:
            _MISSED.labels(venue).inc()
            self._troubles[venue] = str(error)
        else:
            _STEPS.labels(venue).inc()
            self._troubles.pop(venue, None)
        if self._troubles:
            self._service.degraded("; ".join(self._troubles.values()))
        else:
            self._service.ready()


async def quote(session: aiohttp.ClientSession, rest_url: str, step: Step, seed: int) -> None:
    """Let the house act at the exchange.

    Raises:
        VenueUnavailable: The exchange does not take it; the next step replaces it anyway.
    """
    body = msgspec.json.encode(house_step(step, seed))
    try:
        async with session.post(f"{rest_url}/admin/quote", data=body, timeout=_PATIENCE) as answer:
            answer.raise_for_status()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise VenueUnavailable(f"the paper exchange takes no quotes: {error}") from error


_PATIENCE = aiohttp.ClientTimeout(total=2.0)
"""Four steps: later than that a quote is of no use."""


def _left_s(clock: Clock, period_ns: int) -> float:
    return (period_ns - clock.now_ns() % period_ns) / SECOND_NS
