"""Every builder balances, books the whole movement and nothing but it, under a lasting name."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from domain.ledger import types
from domain.ledger.balances import balances
from domain.ledger.build import (
    conversion_entry,
    entries_of,
    flow_entries,
    gas_entries,
    opening_entries,
)
from domain.ledger.types import (
    CORRECTION,
    PENDING_CAUSE,
    PRIOR_PERIOD,
    imbalance,
    is_own,
)
from domain.matching.types import BalanceClaim
from domain.settlement.outcome import Conversion, ExternalFlow, GasPaid
from tests.kit.books import World
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, WETH
from tests.kit.histories import HISTORIES, few
from tests.kit.incidents import PAPER_BNB
from tests.kit.world_names import OPENING, WALLET_ACCOUNT

NOT_LIVED = {PENDING_CAUSE, CORRECTION, PRIOR_PERIOD}
"""Causes of the book's own, which two times and looks give rise to (`bitemporal`, `pending`)."""
CAUSES = {
    word
    for name, word in vars(types).items()
    if name.isupper() and isinstance(word, str) and word != types.PENDING
}


def test_random_histories_live_through_every_cause_fee_and_side_there_is():
    lived: Counter[str] = Counter()

    @settings(max_examples=150, derandomize=True, database=None)
    @given(HISTORIES)
    def live(world: World):
        entries = world.entries()
        lived.update({entry.cause for entry in entries})
        lived.update({fill.fee_asset for fill in world.fills if fill.fee_units})
        lived.update({f"{leg.side} {leg.venue}" for one in world.decisions for leg in one.legs})
        lived.update({f"owed {asset}" for (_, asset), units in world.held.items() if units < 0})
        lived.update({f"mark {mark.underlying}" for mark in world.marks})

    live()
    sides = {f"{side} {venue}" for side in ("buy", "sell") for venue in ("univ3", "paper")}
    more = {PAPER_BNB, PAPER_ETH, PAPER_USDC, f"owed {PAPER_ETH}", "mark ETH", "mark BNB"}
    assert (CAUSES - NOT_LIVED) | sides | more <= lived.keys()


@few
@given(HISTORIES)
def test_postings_of_every_entry_sum_to_zero_per_asset(world: World):
    assert [entry for entry in world.entries() if imbalance(entry)] == []


@few
@given(HISTORIES)
def test_the_book_arrives_at_what_an_outsider_counts(world: World):
    booked = balances(world.entries())
    assert {key: units for key, units in booked.items() if units} == {
        key: units for key, units in world.held.items() if units
    }


@few
@given(HISTORIES)
def test_every_entry_has_a_name_of_its_own_and_evidence(world: World):
    entries = world.entries()
    assert len({entry.entry_id for entry in entries}) == len(entries)
    assert all(entry.evidence for entry in entries)
    assert all(
        posting.entry_id == entry.entry_id for entry in entries for posting in entry.postings
    )


def _gas(fee_wei: int, *venues: str) -> GasPaid:
    return GasPaid(
        "0x1", "ex", "op", "dex_dex", venues, WALLET_ACCOUNT, ETH, fee_wei, False, 1, 1, "0xb"
    )


def test_gas_of_two_venues_is_shared_to_the_last_wei():
    entries = gas_entries(_gas(7, "a", "b"))
    assert [entry.venue for entry in entries] == ["a", "b"]
    own = [
        posting.units for entry in entries for posting in entry.postings if is_own(posting.account)
    ]
    assert own == [-4, -3]


def test_a_share_of_nothing_is_no_entry():
    assert [entry.venue for entry in gas_entries(_gas(1, "a", "b"))] == ["a"]


def test_an_opening_that_is_unknown_or_nothing_books_nothing():
    claims = [
        BalanceClaim("paper:spot", PAPER_USDC, None, "exchange", "cutoff:1", 1),
        BalanceClaim("paper:spot", "paper:ETH", 0, "exchange", "cutoff:1", 1),
        BalanceClaim(WALLET_ACCOUNT, WETH, 5, "chain", "block:1:0xb", 1),
    ]
    (entry,) = opening_entries(claims)
    assert entry.cause == "opening"
    assert balances([entry]) == {(WALLET_ACCOUNT, WETH): 5}


def test_capital_and_the_fee_for_moving_it_are_two_entries():
    flow = ExternalFlow("f", "withdrawal", "paper", "paper:spot", PAPER_USDC, -40, 2, 1, "l1")
    capital, fee = flow_entries(flow)
    assert (capital.cause, fee.cause) == ("withdrawal", "exchange_fee")
    assert balances([capital, fee]) == {("paper:spot", PAPER_USDC): -42}


def test_a_conversion_keeps_each_asset_balanced():
    entry = conversion_entry(Conversion("c", WALLET_ACCOUNT, ETH, WETH, 40, 1, "0x1:0"))
    assert imbalance(entry) == {}
    assert balances([entry]) == {(WALLET_ACCOUNT, ETH): -40, (WALLET_ACCOUNT, WETH): 40}


def test_an_empty_settlement_books_nothing():
    assert list(entries_of(World().settled())) == []
    assert len(World().entries()) == len(OPENING)
