"""The unmodified ccxt client trades on a live paper exchange over REST."""

import base64

import pytest

from tests.kit.exchange import WHOLE, on_exchange

ccxt = pytest.importorskip("ccxt", reason="the exchange client is not installed")

PAIR = "ETH/USDC"
CLIENT_ID = "0123456789abcdef0123456789abcdef"
IOC = {"timeInForce": "IOC"}


@on_exchange
async def test_the_market_is_described_with_its_precisions_and_fees(desk, client):
    market = (await client.load_markets())[PAIR]
    assert market["precision"] == {"amount": 1e-8, "price": 0.01}
    assert (market["taker"], market["maker"]) == (0.001, 0.0006)
    assert (market["baseId"], market["quoteId"]) == ("ETH", "USDC")
    assert client.currencies["ETH"]["precision"] == 1e-10


@on_exchange
async def test_the_book_is_read_best_first(desk, client):
    book = await client.fetch_order_book(PAIR, 5)
    assert [level[:2] for level in book["bids"]][:2] == [[2999.9, 1.0], [2999.8, 1.0]]
    assert [level[:2] for level in book["asks"]][:2] == [[3000.1, 1.0], [3000.2, 1.0]]
    assert len(book["asks"]) == 5


@on_exchange
async def test_an_ioc_order_fills_what_it_can_and_the_rest_is_cancelled(desk, client):
    placed = await client.create_order(
        PAIR, "limit", "buy", 2.5, 3000.2, {"clientOrderId": CLIENT_ID, **IOC}
    )
    order = await client.fetch_order(placed["id"])
    assert (order["status"], order["filled"], order["clientOrderId"]) == (
        "canceled",
        2.0,
        CLIENT_ID,
    )
    assert order["info"]["cost"] == "6000.30000000"
    assert order["info"]["fee"] == "6.00030000"


@on_exchange
async def test_a_market_order_fills_at_the_books_prices(desk, client):
    placed = await client.create_order(PAIR, "market", "sell", 1.5)
    order = await client.fetch_order(placed["id"])
    assert order["status"] == "closed"
    assert order["info"]["cost"] == "4499.80000000"


@on_exchange
async def test_trades_and_ledger_tell_the_same_story_as_the_balance(desk, client):
    await client.create_order(PAIR, "limit", "buy", 1.5, 3000.2, IOC)
    trades = await client.fetch_my_trades(PAIR)
    lines = [line["info"] for line in await client.fetch_ledger()]
    balance = await client.fetch_balance()
    assert [trade["amount"] for trade in trades] == [0.5, 1.0] or [
        trade["amount"] for trade in trades
    ] == [1.0, 0.5]
    for trade in trades:
        moved = {line["asset"]: line for line in lines if line["refid"] == trade["id"]}
        assert moved["XETH"]["amount"] == f"{trade['info']['vol']}00"
        assert moved["USDC"]["amount"] == f"-{trade['info']['cost']}"
        assert moved["USDC"]["fee"] == trade["info"]["fee"]
    spent = sum(int(line["amount"].replace(".", "")) for line in lines if line["asset"] == "USDC")
    fees = sum(int(line["fee"].replace(".", "")) for line in lines if line["asset"] == "USDC")
    assert balance["info"]["result"]["USDC"]["balance"].replace(".", "") == str(spent - fees)


@on_exchange
async def test_history_is_paged_newest_first_with_its_count(desk, client):
    for _ in range(60):
        await client.create_order(PAIR, "limit", "sell", 0.001, 2999.9, IOC)
    first = await client.private_post_tradeshistory({})
    second = await client.private_post_tradeshistory({"ofs": 50})
    assert int(first["result"]["count"]) == 60
    assert (len(first["result"]["trades"]), len(second["result"]["trades"])) == (50, 10)
    assert not first["result"]["trades"].keys() & second["result"]["trades"].keys()
    times = [float(trade["time"]) for trade in first["result"]["trades"].values()]
    assert times == sorted(times, reverse=True)
    assert len(await client.fetch_ledger(params={"ofs": 100})) == 22


@on_exchange
async def test_an_end_bound_leaves_later_trades_out(desk, client):
    await client.create_order(PAIR, "limit", "sell", 0.01, 2999.9, IOC)
    assert await client.fetch_my_trades(PAIR, params={"end": 1_000_000_000}) == []
    assert len(await client.fetch_my_trades(PAIR, since=1_000_000_000_000)) == 1


@on_exchange
async def test_a_resting_order_holds_funds_until_it_is_cancelled(desk, client):
    placed = await client.create_order(
        PAIR, "limit", "buy", 1, 2000, {"clientOrderId": CLIENT_ID, "postOnly": True}
    )
    held = await client.fetch_balance()
    assert held["USDC"]["used"] == 2002.0
    by_client_id = await client.fetch_open_orders(params={"clientOrderId": CLIENT_ID})
    assert [order["id"] for order in by_client_id] == [placed["id"]]
    await client.cancel_order(placed["id"])
    assert (await client.fetch_balance())["USDC"]["used"] == 0
    closed = await client.fetch_closed_orders(params={"clientOrderId": CLIENT_ID})
    assert [order["status"] for order in closed] == ["canceled"]


@on_exchange
async def test_cancel_all_counts_what_it_took_away(desk, client):
    for price in (2000, 2001):
        await client.create_order(PAIR, "limit", "buy", 1, price)
    answer = await client.cancel_all_orders()
    assert answer[0]["info"]["result"]["count"] == 2
    assert await client.fetch_open_orders() == []


@on_exchange
async def test_a_post_only_order_that_would_trade_is_cancelled(desk, client):
    placed = await client.create_order(PAIR, "limit", "buy", 1, 3001, {"postOnly": True})
    order = await client.fetch_order(placed["id"])
    assert (order["status"], order["filled"]) == ("canceled", 0.0)


@on_exchange
async def test_public_data_is_served(desk, client):
    await client.create_order(PAIR, "limit", "sell", 0.01, 2999.9, IOC)
    assert (await client.fetch_ticker(PAIR))["last"] == 2999.9
    assert (await client.fetch_ohlcv(PAIR))[-1][4] == 2999.9
    assert (await client.fetch_trades(PAIR))[-1]["amount"] == 0.01
    assert (await client.fetch_status())["status"] == "ok"
    assert (await client.fetch_trading_fee(PAIR))["taker"] == 0.001
    assert await client.fetch_time() > 0
    assert {line["currency"]: line["amount"] for line in await client.fetch_deposits()} == {
        "ETH": 50.0,
        "USDC": 150_000.0,
    }


@on_exchange
async def test_the_trades_of_an_order_can_be_asked_for(desk, client):
    placed = await client.create_order(PAIR, "limit", "buy", 1.5, 3000.2, IOC)
    order = await client.fetch_order(placed["id"])
    trades = await client.fetch_order_trades(placed["id"], PAIR, params={"trades": order["trades"]})
    assert sorted(trade["amount"] for trade in trades) == [0.5, 1.0]


@on_exchange
async def test_a_wrong_secret_is_turned_away(desk, client):
    thief = desk.client(secret=base64.b64encode(b"guess").decode())
    with pytest.raises(ccxt.ExchangeError, match="EAPI:Invalid signature"):
        await thief.fetch_balance()


@on_exchange
async def test_an_unknown_key_is_turned_away(desk, client):
    with pytest.raises(ccxt.AuthenticationError):
        await desk.client(key="somebody").fetch_balance()


@on_exchange
async def test_a_second_key_of_the_account_has_nonces_of_its_own(desk, client):
    ahead = desk.client()
    ahead.options["lastNonce"] = 10**15
    await ahead.fetch_balance()
    with pytest.raises(ccxt.InvalidNonce):
        await client.fetch_balance()
    assert (await desk.client(key="test-key.books").fetch_balance())["ETH"]["total"] == 50.0


@on_exchange
async def test_an_order_beyond_the_balance_is_refused(desk, client):
    with pytest.raises(ccxt.InsufficientFunds):
        await client.create_order(PAIR, "limit", "buy", 51, 3000, IOC)
    with pytest.raises(ccxt.InsufficientFunds):
        await client.create_order(PAIR, "limit", "sell", 50.1, 3000, IOC)


@on_exchange
async def test_a_client_order_id_is_taken_once(desk, client):
    params = {"clientOrderId": CLIENT_ID, **IOC}
    await client.create_order(PAIR, "limit", "buy", 1, 3000.1, params)
    with pytest.raises(ccxt.InvalidOrder, match="cl_ord_id already in use"):
        await client.create_order(PAIR, "limit", "buy", 1, 3000.1, params)
    assert (await client.fetch_balance())["ETH"]["total"] == 51.0


@on_exchange
async def test_an_unknown_order_is_not_found(desk, client):
    with pytest.raises(ccxt.OrderNotFound):
        await client.fetch_order("OQCLML-BW3P3-BUCMWZ")
    with pytest.raises(ccxt.OrderNotFound):
        await client.cancel_order("OQCLML-BW3P3-BUCMWZ")


@on_exchange
async def test_validate_checks_and_does_nothing(desk, client):
    await client.create_order(PAIR, "limit", "buy", 1, 3000.1, {"validate": "true"})
    assert await client.fetch_my_trades(PAIR) == []
    with pytest.raises(ccxt.InsufficientFunds):
        await client.create_order(PAIR, "limit", "buy", 99, 3000.1, {"validate": "true"})


@on_exchange
async def test_an_order_too_small_or_in_no_known_way_is_refused(desk, client):
    with pytest.raises(ccxt.InvalidOrder):
        await client.create_order(PAIR, "limit", "buy", 0.00001, 3000)
    with pytest.raises(ccxt.ExchangeError, match="timeinforce"):
        await client.create_order(PAIR, "limit", "buy", 1, 3000, {"timeInForce": "GTD"})
    with pytest.raises(ccxt.ExchangeError, match="cl_ord_id"):
        await client.create_order(PAIR, "limit", "buy", 1, 3000, {"clientOrderId": "x" * 19})


@on_exchange
async def test_the_house_quotes_and_the_crowd_trades_through_the_admin_door(desk, client):
    step = {"bids": [[299_000, WHOLE]], "asks": [[301_000, WHOLE]]}
    step["crowd"] = {"side": "buy", "lots": WHOLE // 2}
    client.open(True)
    async with client.session.post(f"{desk.rest_url}/admin/quote", json=step) as answer:
        assert answer.status == 200
    assert (await client.fetch_order_book(PAIR))["asks"][0][:2] == [3010.0, 0.5]
    async with client.session.post(f"{desk.rest_url}/admin/quote", data=b"[]") as answer:
        assert answer.status == 400
