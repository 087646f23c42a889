"""Rounds: through three assets, between two books, declined with a reason, announced once."""

from __future__ import annotations

import msgspec
import pytest

from domain.desk import Asset
from domain.identity import erc20_asset
from live.detection.announcing import opportunity_message
from live.detection.rounds import Rounds
from live.detection.rules import Rules
from live.protocol import v1
from live.risk.limits import Rulebook
from live.risk.rules import judge
from live.risk.situation import Situation
from tests.kit.facts import CHAIN_ID, USDC, a_card
from tests.kit.market import Playbook, a_block, a_book, a_quiet_book, block_hash
from tests.kit.wide_desk import SYMBOL, a_wide_block, a_wide_card, other_book
from tests.kit.wire import a_pool_state

CARD = a_wide_card()


def _of(answer, kind):
    facts = (finding.opportunity for finding in answer.findings)
    return [fact for fact in facts if fact.strategy == kind]


def _told() -> Playbook:
    told = Playbook(card=CARD)
    told.market(a_book(1, 3000.0))
    return told


def _quiet() -> Playbook:
    """Tell a book too wide to take part."""
    told = Playbook(card=CARD)
    told.market(a_quiet_book(1))
    return told


def test_three_pools_out_of_line_are_one_triangle_in_the_venues_own_units():
    told = _quiet()
    assert not _of(told.defi(*a_wide_block(10)), "triangular")
    (found,) = _of(told.defi(*a_wide_block(11, dai_per_eth=3100)), "triangular")
    venues = [leg.venue for leg in found.legs]
    assert sorted(venues) == ["dai-usdc", "dai-weth", "univ2-a"]
    assert found.expected_net_usd_e24 >= Rules().min_net_usd_e24
    assert found.expected_gas_wei == (30_000 + 3 * 130_000) * 2 * 10**9
    flows = dict[str, int]()
    for leg in found.legs:
        sign = 1 if leg.side == "buy" else -1
        flows[leg.base_asset] = flows.get(leg.base_asset, 0) + sign * leg.base_units
        flows[leg.quote_asset] = flows.get(leg.quote_asset, 0) - sign * leg.quote_units
    assert [asset for asset, units in flows.items() if units] == [USDC]
    assert flows[USDC] * 10**18 == found.expected_gross_usd_e24


def test_the_same_triangle_is_announced_once_and_again_when_a_pool_moved():
    told = _told()
    assert _of(told.defi(*a_wide_block(10, dai_per_eth=3100)), "triangular")
    again = told.defi(*a_wide_block(11, dai_per_eth=3100))
    assert not _of(again, "triangular")
    assert again.declined["triangular", "seen_before"] >= 1
    assert _of(told.defi(*a_wide_block(12, dai_per_eth=3105)), "triangular")


def test_two_books_apart_are_an_opportunity_between_exchanges():
    told = _told()
    told.defi(*a_wide_block(10))
    (found,) = _of(told.market(other_book(1, 3060)), "cex_cex")
    buy, sell = found.legs
    assert (buy.venue, buy.side, sell.venue, sell.side) == ("paper", "buy", "other", "sell")
    assert buy.base_units == sell.base_units
    assert found.expected_gas_wei == 0
    assert (buy.evidence, sell.evidence) == ("book:1", "book:1")


def test_rounds_of_a_kind_that_share_a_venue_are_one_opportunity():
    told = _told()
    answer = told.defi(*a_wide_block(10, dai_per_eth=3100))
    (found,) = _of(answer, "triangular")
    assert answer.declined["triangular", "outranked"] >= 1
    assert found.expected_net_usd_e24 > 0


def test_a_round_of_four_pools_is_found_where_no_shorter_one_is():
    fourth = erc20_asset(CHAIN_ID, "0x" + "55" * 20)
    far = msgspec.structs.replace(CARD.chain.pools[2], venue="far", token0=fourth)
    near = msgspec.structs.replace(CARD.chain.pools[2], venue="near", token0=fourth, token1=USDC)
    chain = msgspec.structs.replace(CARD.chain, pools=(*CARD.chain.pools[:2], far, near))
    assets = (*CARD.assets, Asset(fourth, "FRAX", 18, "FRAX"))
    told = Playbook(card=a_wide_card(chain=chain, assets=assets))
    told.market(a_quiet_book(1))
    tell = {
        "far": (10**6 * 10**18, 10**6 * 10**18),
        "near": (10**6 * 10**18, 10**6 * 10**6),
    }
    states = [
        a_pool_state(name, 10, block_hash=block_hash(10), reserve0=first, reserve1=second)
        for name, (first, second) in tell.items()
    ]
    (found,) = _of(told.defi(*a_wide_block(10, dai_per_eth=3100), *states), "compound")
    assert {leg.venue for leg in found.legs} == {"univ2-a", "dai-weth", "far", "near"}


def test_a_round_is_announced_whole_and_declined_by_risk_with_a_reason():
    told = _quiet()
    (found,) = _of(told.defi(*a_wide_block(10, dai_per_eth=3100)), "triangular")
    message = opportunity_message(CARD, found)
    assert len(message.hops) == 3
    assert message.hops[0].amount_out == message.hops[1].amount_in
    assert message.routing.strategy == "triangular"
    verdict = judge(found, Situation(now_ns=told.now_ns, head_block=10), Rulebook(), CARD)
    assert not verdict.is_approved
    assert "can execute" in verdict.reason


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (msgspec.structs.replace(other_book(2, 3060), asks=()), "one_sided"),
        (msgspec.structs.replace(other_book(2, 3060), asks=(), bids=()), "empty"),
        (
            msgspec.structs.replace(
                other_book(2, 3060), asks=other_book(2, 3000).bids, bids=other_book(2, 3060).asks
            ),
            "crossed",
        ),
    ],
)
def test_a_book_without_sense_is_counted_and_leads_to_nothing(trouble, reason):
    told = _told()
    told.defi(*a_wide_block(10))
    answer = told.market(trouble)
    assert not answer.findings
    assert answer.declined["rounds", reason] == 1


def test_a_watched_book_with_a_gap_or_reset_is_silent_until_stated_again():
    late = v1.L2Delta(0, SYMBOL, 9, (v1.L2Update(0, 10**8, 10**8, 1),))
    for trouble in (late, v1.L2Reset(SYMBOL, 0)):
        told = _told()
        told.defi(*a_wide_block(10))
        told.market(other_book(1, 3000))
        told.market(trouble)
        assert "other" not in told.detector.market.books
        assert not _of(told.market(a_book(2, 3070.0)), "cex_cex")
        assert _of(told.market(other_book(10, 3000)), "cex_cex")


def test_a_watched_book_grows_stale_whatever_beats():
    told = _told()
    told.defi(*a_wide_block(10))
    told.market(other_book(1, 3000))
    told.market(v1.Heartbeat(0, 1), after_ms=3_100)
    assert not _of(told.market(a_book(2, 3070.0)), "cex_cex")


def test_a_coin_that_may_mean_two_tokens_takes_its_book_out_and_is_counted():
    twin = erc20_asset(CHAIN_ID, "0x" + "44" * 20)
    pool = msgspec.structs.replace(CARD.chain.pools[2], venue="twin", token0=twin)
    chain = msgspec.structs.replace(CARD.chain, pools=(*CARD.chain.pools, pool))
    assets = (*CARD.assets, Asset(twin, "USDC", 6, "USDC"))
    told = Playbook(card=a_wide_card(chain=chain, assets=assets))
    told.market(a_book(1, 3000.0))
    told.defi(*a_wide_block(10))
    answer = told.market(other_book(1, 3060))
    assert not _of(answer, "cex_cex")
    assert answer.declined["rounds", "ambiguous_symbol"] == 2


def test_a_desk_of_one_pair_has_no_rounds_and_asks_for_none():
    told = Playbook(card=a_card())
    told.market(a_book(1, 3000.0))
    assert not any(kind == "rounds" for kind, _ in told.answers[-1].declined)
    assert Rounds(a_card()).name == "rounds"


def test_without_a_mark_no_round_is_valued():
    told = Playbook(card=CARD)
    answer = told.defi(*a_wide_block(10, dai_per_eth=3100))
    assert not answer.findings
    assert answer.declined["rounds", "no_mark"] == 1


@pytest.mark.parametrize(("taxes", "reason"), [(True, "taxed_token"), (None, "tax_unknown")])
def test_no_strategy_sends_through_a_token_that_taxes_transfers_or_may(taxes, reason):
    card = a_card()
    assets = tuple(
        msgspec.structs.replace(asset, taxes_transfers=taxes)
        if asset.asset == card.chain.base_token
        else asset
        for asset in card.assets
    )
    told = Playbook(card=msgspec.structs.replace(card, assets=assets))
    told.market(a_quiet_book(1))
    answer = told.defi(*a_block(10, {"univ2-a": 3000.0, "univ2-b": 3060.0}))
    assert not answer.findings
    assert answer.declined["rounds", reason] == len(card.chain.pools)
