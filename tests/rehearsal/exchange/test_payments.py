"""Booking a match moves nothing out of the exchange, and paying it back moves everything back."""

from hypothesis import given
from hypothesis import strategies as st

from rehearsal.exchange import terms
from rehearsal.exchange.accounts import Accounts
from rehearsal.exchange.commands import Trade
from rehearsal.exchange.payments import can_pay, pay, pay_back, trade_lines

PLENTY = 10**18

trades = st.builds(
    Trade,
    number=st.just(1),
    at_us=st.just(1),
    side=st.sampled_from(["buy", "sell"]),
    taker_kind=st.just("limit"),
    price_ticks=st.integers(1, 10**6),
    lots=st.integers(1, 10**9),
    cost_units=st.integers(0, 10**12),
    taker_order=st.just(1),
    maker_order=st.just(2),
    taker=st.just("a"),
    maker=st.just("b"),
    taker_fee_units=st.integers(0, 10**6),
    maker_fee_units=st.integers(0, 10**6),
)


def rich() -> Accounts:
    accounts = Accounts()
    for account in ("a", "b"):
        for asset in terms.DECIMALS:
            accounts.post(1, account, "deposit", 0, asset, PLENTY, 0)
    return accounts


@given(trades)
def test_a_match_conserves_every_currency(trade):
    accounts = rich()
    before = {asset: accounts.total_units(asset) for asset in terms.DECIMALS}
    pay(accounts, trade)
    assert {asset: accounts.total_units(asset) for asset in terms.DECIMALS} == before


@given(trades)
def test_paying_back_gives_every_account_what_it_had(trade):
    accounts = rich()
    pay(accounts, trade)
    lines = pay_back(accounts, trade, 2)
    for account in ("a", "b"):
        assert {accounts.balance_units(account, asset) for asset in terms.DECIMALS} == {PLENTY}
    assert {(line.kind, line.reference) for line in lines} == {("adjustment", 1)}


@given(trades)
def test_what_an_account_cannot_cover_cannot_be_paid(trade):
    accounts = rich()
    assert can_pay(accounts, trade_lines(trade), 1)
    accounts.hold("a", terms.QUOTE if trade.side == "buy" else terms.BASE, PLENTY)
    moved = trade.cost_units + trade.taker_fee_units if trade.side == "buy" else trade.lots
    assert can_pay(accounts, trade_lines(trade), 1) is (moved == 0)
