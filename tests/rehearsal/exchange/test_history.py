"""History keeps what followed accounts did, newest first when asked, and nothing of the house."""

from rehearsal.exchange.commands import Entry, Order, Outcome, Trade
from rehearsal.exchange.history import PRINTS_KEPT, History, candles


def order(number, account="a", status="open"):
    return Order(number, account, "buy", "limit", 1, 1, "GTC", False, "", 0, 0, status=status)


def trade(number, taker="a", maker="maker", at_us=0):
    return Trade(number, at_us, "buy", "limit", 1, 1, 1, 1, 2, taker, maker, 0, 0)


def test_only_followed_accounts_are_remembered():
    history = History(["a"])
    entries = [Entry(n, 0, who, "trade", 1, "USDC", 1, 0, 1) for n, who in ((1, "a"), (2, "b"))]
    history.record(Outcome([order(1), order(2, "b")], [trade(1), trade(2, "b")], entries))
    assert (list(history.orders), list(history.trades), list(history.entries)) == ([1], [1], [1])
    assert [each.number for each in history.prints] == [1, 2]


def test_an_order_is_remembered_in_its_last_state():
    history = History(["a"])
    history.record(Outcome([order(1)]))
    history.record(Outcome([order(1, status="closed")]))
    assert history.orders_of("a", is_open=True) == []
    assert [each.number for each in history.orders_of("a", is_open=False)] == [1]


def test_the_newest_comes_first():
    history = History(["a"])
    for number in (1, 2, 3):
        history.record(Outcome([order(number)], [trade(number, "maker", "a")]))
    assert [each.number for each in history.orders_of("a", is_open=True)] == [3, 2, 1]
    assert [each.number for each in history.trades_of("a")] == [3, 2, 1]


def test_prints_are_bounded():
    history = History([])
    history.record(Outcome([], [trade(number) for number in range(PRINTS_KEPT + 5)]))
    assert len(history.prints) == PRINTS_KEPT
    assert history.prints[0].number == 5


def test_candles_group_prints_by_the_start_of_their_interval():
    grouped = candles([trade(1, at_us=5), trade(2, at_us=19), trade(3, at_us=20)], 10)
    assert [(start, [t.number for t in some]) for start, some in grouped] == [
        (0, [1]),
        (10, [2]),
        (20, [3]),
    ]
