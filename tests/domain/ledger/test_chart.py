"""The trial balance lists everything and sums to zero per asset, or says where it does not."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import SECOND_NS
from domain.identity import transit_account
from domain.ledger.balances import balances
from domain.ledger.chart import (
    OWN,
    UNDERWAY,
    VENUE,
    WALLET,
    AccountLine,
    imbalances,
    kind_of,
    trial_balance,
)
from domain.ledger.pending import pending_entry
from tests.kit.books import World
from tests.kit.clock import NOON_NS
from tests.kit.histories import HISTORIES, few
from tests.kit.notices import START_NS, an_entry_at
from tests.kit.world_names import PAPER_ACCOUNT, WALLET_ACCOUNT


@few
@given(HISTORIES)
def test_every_asset_sums_to_zero_over_the_chart_and_own_accounts_hold_their_balances(world: World):
    entries = world.entries()
    lines = trial_balance(entries)
    assert imbalances(lines) == {}
    held = Counter()
    for line in lines:
        if line.kind in OWN:
            held[line.account, line.asset] += line.closing_units
    assert dict(held) == balances(entries)


@few
@given(HISTORIES)
def test_a_strategy_s_lines_are_its_entries_alone(world: World):
    entries = world.entries()
    for strategy in {entry.strategy for entry in entries}:
        own = [entry for entry in entries if entry.strategy == strategy]
        whole = [line for line in trial_balance(entries) if line.strategy == strategy]
        assert whole == trial_balance(own)


@few
@given(HISTORIES, st.integers(0, 30))
def test_what_a_span_opens_with_is_what_the_one_before_closed_with(world: World, seconds: int):
    entries, cut_ns = world.entries(), NOON_NS + seconds * SECOND_NS
    before = [entry for entry in entries if entry.at_ns < cut_ns]
    since = [entry for entry in entries if entry.at_ns >= cut_ns]
    closed = {line[:5]: line[-1] for line in map(_told, trial_balance(before)) if line[-1]}
    lines = trial_balance(since, before)
    opened = {_told(line)[:5]: line.opening_units for line in lines if line.opening_units}
    assert opened == closed
    whole = {line[:5]: line[-1] for line in map(_told, trial_balance(entries)) if line[-1]}
    assert {line[:5]: line[-1] for line in map(_told, lines) if line[-1]} == whole


def _told(line: AccountLine) -> tuple:
    return line.kind, line.account, line.strategy, line.venue, line.asset, line.closing_units


def test_accounts_are_classed_by_what_they_are():
    assert (kind_of(WALLET_ACCOUNT), kind_of(PAPER_ACCOUNT)) == (WALLET, VENUE)
    assert kind_of("income:funding:paper") == "income"
    assert kind_of(transit_account("paper")) == UNDERWAY
    (entry,) = [pending_entry(an_entry_at("e", START_NS, 3))]
    assert {line.kind for line in trial_balance([entry])} == {"pending", "trading"}


def test_a_book_that_does_not_balance_is_told_with_the_sum():
    entry = an_entry_at("e", START_NS, 3)
    broken = msgspec.structs.replace(entry, postings=entry.postings[:1])
    assert imbalances(trial_balance([broken])) == {"eth": 3}
