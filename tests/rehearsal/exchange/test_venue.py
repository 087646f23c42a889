"""Kept, carried out, answered: in that order, whatever happens in between."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import HandClock
from domain.errors import StorageFailed
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Place, Quote, Refusal
from rehearsal.exchange.venue import MAKER, SPOT, Venue

WHOLE = 10**8
LADDER = Quote(MAKER, ((299_990, 5 * WHOLE),), ((300_010, 5 * WHOLE),))


def everything(venue):
    """Engine and history as plain data: equal means equal bit for bit."""
    return msgspec.to_builtins((venue.engine.state(), venue.history, venue.opened_us))


def die(kept):
    raise SystemExit


def buy(lots=WHOLE, **more):
    return Place(SPOT, "buy", "limit", lots, 300_010, "IOC", **more)


def test_a_new_exchange_funds_its_accounts_once(tmp_path):
    clock = HandClock(10**18)
    Venue(tmp_path / "e.sqlite", clock).close()
    venue = Venue(tmp_path / "e.sqlite", clock)
    assert venue.engine.accounts.balances[SPOT][terms.BASE] == 50 * 10**10
    assert venue.engine.accounts.balances[SPOT][terms.QUOTE] == 150_000 * 10**8
    assert len(venue.history.entries_of(SPOT)) == 2


def test_a_restart_resumes_exactly(tmp_path):
    venue = Venue(tmp_path / "e.sqlite", HandClock(10**18))
    venue.execute(LADDER)
    venue.execute(buy(cl_ord_id="one"))
    venue.execute(Place(SPOT, "buy", "limit", WHOLE, 200_000))
    before = everything(venue)
    venue.close()
    assert everything(Venue(tmp_path / "e.sqlite", HandClock(10**18))) == before


def test_a_crash_after_the_write_and_before_the_answer_loses_nothing(tmp_path):
    crashed = Venue(tmp_path / "crashed.sqlite", HandClock(10**18))
    answered = Venue(tmp_path / "answered.sqlite", HandClock(10**18))
    for venue in (crashed, answered):
        venue.execute(LADDER)
    crashed._carry_out = die
    with pytest.raises(SystemExit):
        crashed.execute(buy(cl_ord_id="one"))
    answered.execute(buy(cl_ord_id="one"))
    resumed = Venue(tmp_path / "crashed.sqlite", HandClock(10**18))
    assert everything(resumed) == everything(answered)
    assert isinstance(resumed.execute(buy(cl_ord_id="one")), Refusal)


def test_what_cannot_be_written_does_not_happen(tmp_path):
    venue = Venue(tmp_path / "e.sqlite", HandClock(10**18))
    venue.execute(LADDER)
    before = everything(venue)
    venue._store._db.execute("pragma query_only=on")
    with pytest.raises(StorageFailed):
        venue.execute(buy())
    assert everything(venue) == before


def test_what_was_done_is_answered_although_no_snapshot_of_it_can_be_written(tmp_path):
    def full(_snapshot):
        raise StorageFailed("the disk is full")

    venue = Venue(tmp_path / "e.sqlite", HandClock(10**18), snapshot_every=1)
    venue._store.replace_snapshot = full
    venue.execute(LADDER)
    (order,) = venue.execute(buy(cl_ord_id="one")).orders[:1]
    assert order.filled_lots == WHOLE
    before = everything(venue)
    venue.close()
    assert everything(Venue(tmp_path / "e.sqlite", HandClock(10**18))) == before


def test_a_refused_command_is_not_kept(tmp_path):
    venue = Venue(tmp_path / "e.sqlite", HandClock(10**18))
    kept = len(list(venue._store.commands()))
    assert isinstance(venue.execute(buy(10**12)), Refusal)
    assert len(list(venue._store.commands())) == kept


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30)), max_size=25), st.integers(1, 9))
def test_snapshots_change_nothing(tmp_path_factory, orders, every):
    folder = tmp_path_factory.mktemp("venue")
    plain = Venue(folder / "plain.sqlite", HandClock(10**18))
    often = Venue(folder / "often.sqlite", HandClock(10**18), snapshot_every=every)
    for is_buy, tenths in orders:
        for venue in (plain, often):
            venue.execute(LADDER)
            side, price = ("buy", 300_010) if is_buy else ("sell", 299_990)
            venue.execute(Place(SPOT, side, "limit", tenths * WHOLE // 10, price))
    often.close()
    resumed = Venue(folder / "often.sqlite", HandClock(10**18))
    assert everything(resumed) == everything(plain)
    for venue in (plain, resumed):
        venue.close()


def test_instants_grow_even_when_the_clock_stands(tmp_path):
    venue = Venue(tmp_path / "e.sqlite", HandClock(10**18))
    venue.execute(LADDER)
    for _ in range(3):
        venue.execute(buy())
    instants = [trade.at_us for trade in venue.history.trades_of(SPOT)]
    assert instants == sorted(set(instants), reverse=True)
    assert venue.now_us() == instants[0]


def test_listeners_hear_what_is_durable(tmp_path):
    venue, heard = Venue(tmp_path / "e.sqlite", HandClock(10**18)), []
    venue.listen(lambda outcome: heard.append(len(list(venue._store.commands()))))
    kept = len(list(venue._store.commands()))
    venue.execute(LADDER)
    assert heard == [kept + 1]
