"""Strategies: which pairs of venues a change makes them look at, and the registry of them."""

from __future__ import annotations

from domain.arbitrage.edge import NO_EDGE
from live.detection.market import Market, hear_defi, hear_market
from live.detection.registry import strategies_for
from live.detection.rules import Rules
from live.detection.strategies import EMPTY_POOL, CexDex, DexDex
from tests.kit.facts import a_card
from tests.kit.market import a_block, a_book, block_hash
from tests.kit.wire import a_pool_state

NOW = 1_000
RULES = Rules()
EVEN = {"univ2-a": 3000.0, "univ2-b": 3000.0}


def _market() -> Market:
    market = hear_market(Market.unheard(a_card()), [a_book(1, 3000.0)], NOW).market
    return hear_defi(market, a_block(10, EVEN), NOW).market


def _pairs(strategy: DexDex | CexDex, *changed: str) -> set[tuple[str, str]]:
    looks = strategy.look(_market(), frozenset(changed), RULES, NOW)
    return {look.venues for look in looks}


def test_a_changed_pool_is_compared_with_every_other_both_ways():
    assert _pairs(DexDex(), "univ2-a") == {
        ("univ2-a", "univ2-b"),
        ("univ2-b", "univ2-a"),
        ("univ2-a", "univ3"),
        ("univ3", "univ2-a"),
    }


def test_the_book_does_not_concern_pools_among_themselves():
    assert _pairs(DexDex(), "paper") == set()


def test_a_changed_book_concerns_every_pool_and_a_changed_pool_itself():
    venues = {"univ2-a", "univ2-b", "univ3"}
    assert _pairs(CexDex(), "paper") == {
        pair for venue in venues for pair in ((venue, "paper"), ("paper", venue))
    }
    assert _pairs(CexDex(), "univ3") == {("univ3", "paper"), ("paper", "univ3")}


def test_evidence_says_which_block_and_which_book():
    (look, _) = CexDex().look(_market(), frozenset({"univ2-a"}), RULES, NOW)
    assert look.evidence == (f"block:{block_hash(10)}", "book:1")
    assert look.answer is NO_EDGE


def test_an_empty_pool_is_a_reason_and_no_failure():
    empty = a_pool_state("univ2-b", 10, block_hash=block_hash(10), reserve0=0, reserve1=0)
    market = hear_defi(_market(), [empty], NOW).market
    changed = frozenset({"univ2-b"})
    for strategy in (DexDex(), CexDex()):
        answers = {look.answer for look in strategy.look(market, changed, RULES, NOW)}
        assert EMPTY_POOL in answers


def test_the_registry_runs_each_strategy_once():
    names = [strategy.name for strategy in strategies_for(a_card())]
    assert names == ["dex_dex", "cex_dex", "rounds"]
