"""The unmodified ccxt.pro client follows the paper exchange over WebSocket, checksums included."""

import asyncio

import pytest

from domain.venues.kraken import book_checksum
from rehearsal.faults import Fault, FaultKind
from tests.kit.exchange import WHOLE, paper_exchange
from tests.rehearsal.exchange.test_ccxt_rest import IOC, PAIR, on_exchange

ccxt = pytest.importorskip("ccxt", reason="the exchange client is not installed")


def record_checksums(client):
    """Compare the checksum of each book message with the book ccxt then holds."""
    agreed, handle = [], client.handle_order_book

    def handle_order_book(connection, message):
        handle(connection, message)
        book = client.orderbooks[PAIR]
        sides = [
            [(f"{price:.2f}", f"{qty:.8f}") for price, qty in book[side]]
            for side in ("asks", "bids")
        ]
        agreed.append(book_checksum(*sides) == message["data"][0]["checksum"])

    client.handle_order_book = handle_order_book
    return agreed


async def until_top(client, bid):
    """Wait for a best bid; ccxt wakes only for messages that come while it is being asked."""
    async with asyncio.timeout(5):
        while client.orderbooks[PAIR]["bids"][0][0] != bid:
            await client.watch_order_book(PAIR, 10)
    return client.orderbooks[PAIR]


@on_exchange
async def test_the_book_follows_quotes_and_fills(desk, client):
    agreed = record_checksums(client)
    first = await client.watch_order_book(PAIR, 10)
    assert first["bids"][0] == [2999.9, 1.0]
    for mid in (300_100, 299_500, 299_501):
        desk.quote(mid)
        book = await until_top(client, round(mid / 100 - 0.1, 2))
        rest = await client.fetch_order_book(PAIR, 10)
        for side in ("bids", "asks"):
            assert list(book[side]) == [level[:2] for level in rest[side]]
    await client.create_order(PAIR, "limit", "sell", 1.5, 2994, IOC)
    assert (await until_top(client, 2994.81))["bids"][0] == [2994.81, 0.5]
    assert len(agreed) >= 5
    assert all(agreed)


@on_exchange
async def test_levels_beyond_the_subscribed_depth_come_back_into_view(desk, client):
    desk.quote(levels=14)
    agreed = record_checksums(client)
    await client.watch_order_book(PAIR, 10)
    await client.create_order(PAIR, "market", "buy", 3)
    async with asyncio.timeout(5):
        while client.orderbooks[PAIR]["asks"][0][0] != 3000.4:
            await client.watch_order_book(PAIR, 10)
    assert [level[0] for level in client.orderbooks[PAIR]["asks"]][-1] == 3001.3
    assert all(agreed)


@on_exchange
async def test_public_trades_are_heard(desk, client):
    heard = asyncio.ensure_future(client.watch_trades(PAIR))
    async with asyncio.timeout(5):
        while not heard.done():
            await client.create_order(PAIR, "limit", "buy", 0.1, 3000.1, IOC)
    trade = (await heard)[-1]
    assert (trade["price"], trade["amount"], trade["side"]) == (3000.1, 0.1, "buy")


@on_exchange
async def test_a_cut_connection_is_made_again_and_starts_with_a_snapshot(desk, client):
    await client.watch_order_book(PAIR, 10)
    await desk.fault(Fault(kind=FaultKind.CUT_WEBSOCKET))
    with pytest.raises(ccxt.NetworkError):
        await client.watch_order_book(PAIR, 10)
    desk.quote(310_000)
    await client.watch_order_book(PAIR, 10)
    assert (await until_top(client, 3099.9))["asks"][0] == [3100.1, 1.0]


def test_the_protocol_answers_pings_acknowledges_and_beats(tmp_path):
    async def scenario(desk, client):
        client.open(True)
        async with client.session.ws_connect(f"{desk.ws_url}/v2") as socket:
            assert (await socket.receive_json())["channel"] == "status"
            await socket.send_json({"method": "ping", "req_id": 7})
            assert await socket.receive_json() == {"method": "pong", "success": True, "req_id": 7}
            wanted = {"channel": "book", "symbol": [PAIR], "depth": 25}
            await socket.send_json({"method": "subscribe", "params": wanted, "req_id": 8})
            acknowledged = await socket.receive_json()
            assert (acknowledged["success"], acknowledged["result"]["depth"]) == (True, 25)
            assert (await socket.receive_json())["type"] == "snapshot"
            assert await socket.receive_json() == {"channel": "heartbeat"}
            await socket.send_json({"method": "unsubscribe", "params": wanted, "req_id": 9})
            assert (await socket.receive_json())["req_id"] == 9
            desk.quote(305_000, WHOLE * 2)
            assert await socket.receive_json() == {"channel": "heartbeat"}

    on_exchange(scenario)(tmp_path)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("nonsense", "EGeneral:Invalid arguments"),
        ('{"method":"dance"}', "Malformed request"),
        ('{"method":"subscribe","params":{"channel":"level3"}}', "Subscription name invalid"),
        (
            '{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}',
            "Currency pair not supported ['BTC/USD']",
        ),
        (
            '{"method":"subscribe","params":{"channel":"book","symbol":["ETH/USDC"],"depth":7}}',
            "Subscription depth not supported",
        ),
    ],
)
def test_what_cannot_be_subscribed_is_refused_by_name(tmp_path, said, error):
    async def scenario(desk, client):
        client.open(True)
        async with client.session.ws_connect(f"{desk.ws_url}/v2") as socket:
            await socket.receive_json()
            await socket.send_str(said)
            assert (await socket.receive_json())["error"] == error

    on_exchange(scenario)(tmp_path)


def test_two_exchanges_do_not_share_ids(tmp_path):
    async def one(folder):
        async with paper_exchange(folder) as desk:
            desk.quote()
            client = desk.client()
            return (await client.create_order(PAIR, "market", "buy", 1))["id"]

    async def both():
        return await one(tmp_path / "a"), await one(tmp_path / "b")

    first, second = asyncio.run(both())
    assert first != second
