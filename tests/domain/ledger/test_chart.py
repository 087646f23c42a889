"""The trial balance lists everything and sums to zero per asset, or says where it does not."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given

from domain.identity import transit_account
from domain.ledger.balances import balances
from domain.ledger.chart import OWN, UNDERWAY, VENUE, WALLET, imbalances, kind_of, trial_balance
from domain.ledger.pending import pending_entry
from tests.kit.books import World
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
            held[line.account, line.asset] += line.balance_units
    assert dict(held) == balances(entries)


@few
@given(HISTORIES)
def test_a_strategy_s_lines_are_its_entries_alone(world: World):
    entries = world.entries()
    for strategy in {entry.strategy for entry in entries}:
        own = [entry for entry in entries if entry.strategy == strategy]
        whole = [line for line in trial_balance(entries) if line.strategy == strategy]
        assert whole == trial_balance(own)


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
