"""A day of taxes, loans, shares, rebases and busts closes to the last unit, by cause."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import msgspec
import pytest

from domain.clock import SECOND_NS
from domain.desk import BOOK_CURRENCY, DeskCard
from domain.home import DeskHome
from domain.ledger.types import Entry
from domain.pnl.attribute import attribute
from domain.pnl.policies import POLICIES
from orchestration.assets.pnl import attribution_input
from orchestration.closing.close import close_object
from orchestration.day import ENTRIES, Day
from orchestration.lineage.columns import KEY
from orchestration.resources.lake import Lake
from tests.kit.books import World, cex_dex
from tests.kit.closing import answers, close
from tests.kit.desk_day import a_desk_day, a_traded_world
from tests.kit.incidents import (
    borrow,
    buy_taxed,
    give_liquidity,
    rebase,
    revise,
    sell_taxed,
    take_liquidity,
    with_odd_tokens,
)
from tests.kit.world_names import DAY

CLOSING_E6 = {
    "cex_mid": 3_001_000_000, "block": 3_001_000_000, "cex_bid": 2_999_900_000,
    "cex_side": 2_999_900_000, "pool": 3_000_000_000,
}  # fmt: skip
"""What the day ends at by each policy: held long, so by side at the bid."""


def pool_states(card: DeskCard) -> list[dict[str, object]]:
    """Say that a pool showed two prices, the later one 3,000."""
    pool = next(one for one in card.chain.pools if one.kind == "v2")
    is_base_first = card.asset(pool.token1).underlying == BOOK_CURRENCY
    return [
        {
            "venue": pool.venue, "block_number": number, "block_hash": f"0x{number}",
            "timestamp_s": card.opened_ns // SECOND_NS + number, "log_index": 0,
            "reserve0": str(10**21 if is_base_first else quote),
            "reserve1": str(quote if is_base_first else 10**21), "sqrt_price_x96": "0",
        }
        for number, quote in ((0, 2_990 * 10**9), (3, 3_000 * 10**9))
    ]  # fmt: skip


def an_eventful_world() -> World:
    """Live a day in which everything happens that can happen beside trades."""
    world = a_traded_world()
    world.card = msgspec.structs.replace(with_odd_tokens(world.card), mark_policy="block")
    buy_taxed(world, 10**18, 10**16, 3_000 * 10**6)
    sell_taxed(world, 10**18, 10**16, 2_990 * 10**6)
    world.mark(3_010_000_000)
    borrow(world, 10**10, 9 * 10**6, 20 * 10**6)
    give_liquidity(world, 10**18, 3_000 * 10**6, 10**18)
    rebase(world, -(10**17), received=5)
    cex_dex(world, 10**10, 2_999 * 10**6, [(10**10, 3_003 * 10**8, 3 * 10**8)])
    revise(world, 0, 10**6, 3 * 10**4, 1)
    world.mark(3_000_500_000)
    revise(world, len(world.fills) - 1, None)
    take_liquidity(world, 10**18, 3_000 * 10**6, 10**18)
    world.mark(3_001_000_000)
    return world


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[DeskHome, dg.ExecuteInProcessResult]:
    folder: Path = tmp_path_factory.mktemp("desk")
    home, _ = a_desk_day(folder, an_eventful_world())
    result = close(home)
    found = answers(result)
    assert not found.pop("live_positions_equal_the_books")  # nobody told this loop of the bust
    assert dict.fromkeys(found, True) == found
    return home, result


@pytest.fixture
def home(closed: tuple[DeskHome, dg.ExecuteInProcessResult]) -> DeskHome:
    return closed[0]


def test_every_table_of_the_books_reports_what_its_columns_are_made_of(
    closed: tuple[DeskHome, dg.ExecuteInProcessResult],
):
    made = [one.materialization for one in closed[1].get_asset_materialization_events()]
    silent = {one.asset_key.to_user_string() for one in made if KEY not in one.metadata}
    assert {name for name in silent if not name.startswith("raw_")} <= {
        "int_capacity__headroom_measured"
    }


def test_the_day_closes_with_nothing_left_and_every_cause_has_its_number(home: DeskHome):
    close = close_object(Day(home, DAY))
    assert close is not None
    assert (close["pnl"]["residual"], close["pnl"]["policy"]) == ("0", "block")
    causes = {row["cause"] for row in close["pnl"]["rows"]}
    assert {
        "transfer_tax", "flash_loan_premium", "rebase", "liquidity", "bust", "amendment",
    } <= causes  # fmt: skip


def test_a_bust_is_told_and_its_fill_stays_on_the_books(home: DeskHome):
    close = close_object(Day(home, DAY))
    assert close is not None
    told = {one["cause"] for one in close["breaks"]}
    assert {"BUSTED", "AMENDED"} <= told
    entries = Lake(home).load(ENTRIES, DAY, Entry)
    busts = {entry.subject for entry in entries if entry.cause == "bust"}
    assert busts <= {entry.subject for entry in entries if entry.cause == "trade"}
    assert busts


@pytest.mark.parametrize("policy", POLICIES)
def test_marked_by_any_policy_nothing_is_left_over(home: DeskHome, tmp_path: Path, policy: str):
    copy = DeskHome(shutil.copytree(home.root, tmp_path / "desk"))
    card = msgspec.structs.replace(Day(copy, DAY).card, mark_policy=policy)
    copy.card.write_bytes(msgspec.json.encode(card))
    Lake(copy).replace("raw_chain__pools", DAY, pool_states(card))
    found = attribute(attribution_input(Day(copy, DAY)))
    assert (found.policy, found.residual_usd_e24, found.missing) == (policy, 0, ())
    assert found.closing_marks["ETH"] == CLOSING_E6[policy]


def test_what_a_policy_has_no_mark_of_is_a_list_and_no_smaller_number(
    home: DeskHome, tmp_path: Path
):
    copy = DeskHome(shutil.copytree(home.root, tmp_path / "desk"))
    card = msgspec.structs.replace(Day(copy, DAY).card, mark_policy="pool")
    copy.card.write_bytes(msgspec.json.encode(card))
    found = attribute(attribution_input(Day(copy, DAY)))
    assert (found.total_usd_e24, found.residual_usd_e24) == (None, None)
    assert "a mark of ETH" in found.missing
