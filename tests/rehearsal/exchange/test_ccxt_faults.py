"""What goes wrong at a live paper exchange on order, as the unmodified ccxt client meets it."""

import asyncio
from decimal import Decimal

import pytest

from domain.errors import VenueUnavailable
from domain.venues.kraken import result_of
from rehearsal.faults import Fault, FaultKind
from tests.kit.eventually import eventually
from tests.kit.exchange import on_exchange

ccxt = pytest.importorskip("ccxt", reason="the exchange client is not installed")

PAIR = "ETH/USDC"
CLIENT_ID = "0123456789abcdef0123456789abcdef"
IOC = {"timeInForce": "IOC"}


@on_exchange
async def test_a_server_error_is_an_exchange_that_is_not_available(desk, client):
    await client.load_markets()
    await desk.fault(Fault(kind=FaultKind.ERROR_500, path="AddOrder"))
    with pytest.raises(ccxt.ExchangeNotAvailable):
        await client.create_order(PAIR, "limit", "buy", 1, 3000.1, IOC)
    assert (await client.fetch_balance())["ETH"]["total"] == 50.0


@on_exchange
async def test_garbage_reads_as_empty_in_ccxt_and_as_no_answer_in_ours(desk, client):
    await client.load_markets()
    await desk.fault(Fault(kind=FaultKind.GARBAGE, times=2, path="BalanceEx"))
    assert (await client.fetch_balance())["total"] == {}
    with pytest.raises(VenueUnavailable):
        result_of(await client.private_post_balanceex({}))
    assert result_of(await client.private_post_balanceex({}))["USDC"]["hold_trade"] == "0.00000000"


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        (FaultKind.ACCEPT_THEN_HANG, "RequestTimeout"),
        (FaultKind.ACCEPT_THEN_DROP, "NetworkError"),
        (FaultKind.ACCEPT_THEN_500, "ExchangeNotAvailable"),
    ],
)
def test_an_order_whose_answer_is_lost_still_happened(tmp_path, kind, seen):
    async def scenario(desk, client):
        await client.load_markets()
        client.timeout = 300
        await desk.fault(Fault(kind=kind, path="AddOrder"))
        with pytest.raises(getattr(ccxt, seen)):
            await client.create_order(
                PAIR, "limit", "buy", 1, 3000.1, {"clientOrderId": CLIENT_ID, **IOC}
            )
        client.timeout = 5_000
        found = await client.fetch_closed_orders(params={"clientOrderId": CLIENT_ID})
        assert [order["filled"] for order in found] == [1.0]

    on_exchange(scenario)(tmp_path)


@on_exchange
async def test_latency_delays_an_answer_until_the_client_gives_up_or_not(desk, client):
    await client.load_markets()
    await desk.fault(Fault(kind=FaultKind.LATENCY, path="Depth", latency_ms=50))
    started = asyncio.get_running_loop().time()
    await client.fetch_order_book(PAIR)
    assert asyncio.get_running_loop().time() - started >= 0.05


@on_exchange
async def test_a_price_is_corrected_after_it_was_answered(desk, client):
    await client.load_markets()
    await desk.fault(Fault(kind=FaultKind.AMEND_FILL, path="AddOrder", latency_ms=20))
    order = await client.create_order(PAIR, "limit", "buy", 1, 3_001, IOC)

    async def adjusted():
        lines = (await client.privatePostLedgers())["result"]["ledger"].values()
        return [line for line in lines if line["type"] == "adjustment"]

    await eventually(adjusted)
    (line,) = await adjusted()
    assert (Decimal(line["amount"]), Decimal(line["fee"])) == (-1, 0)
    closed = (await client.privatePostClosedOrders())["result"]["closed"][order["id"]]
    (trade,) = (await client.privatePostTradesHistory())["result"]["trades"].values()
    assert Decimal(closed["cost"]) == Decimal(trade["cost"]) + 1


@pytest.mark.parametrize(
    ("kind", "then", "booked"),
    [
        (FaultKind.BUST_FILL, "0", 1),
        (FaultKind.DUPLICATE_FILL, "2", 2),
        (FaultKind.LATE_FILL, "1", 1),
    ],
)
def test_a_fill_is_revised_after_it_was_answered(tmp_path, kind, then, booked):
    @on_exchange
    async def story(desk, client):
        await client.load_markets()
        await desk.fault(Fault(kind=kind, path="AddOrder", latency_ms=20))
        order = await client.create_order(PAIR, "limit", "buy", 1, 3_001, IOC)

        async def filled():
            answer = await client.privatePostClosedOrders()
            return Decimal(answer["result"]["closed"][order["id"]]["vol_exec"])

        async def is_revised():
            return await filled() == Decimal(then)

        await eventually(is_revised)
        lines = (await client.privatePostLedgers())["result"]["ledger"].values()
        trades = {line["refid"] for line in lines if line["type"] == "trade"}
        assert len(trades) == booked
        adjusted = [line["refid"] for line in lines if line["type"] == "adjustment"]
        assert adjusted == (2 * list(trades) if kind is FaultKind.BUST_FILL else [])

    story(tmp_path)
