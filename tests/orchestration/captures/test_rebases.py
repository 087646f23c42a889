"""A rebase of a real token is captured with what it did to us; a quiet day has none."""

from __future__ import annotations

import pytest

from domain.home import DeskHome
from orchestration.captures.rebases import capture_rebases
from orchestration.resources.lake import Lake
from tests.kit.chain import TestChain
from tests.kit.odd_tokens import make_base_odd, rebase_base
from tests.orchestration.captures.test_chain import capture, day, home

__all__ = ["day", "home"]
pytestmark = pytest.mark.chain


def test_what_a_rebase_did_to_our_addresses_is_captured_once(
    chain: TestChain, home: DeskHome, day: str
):
    make_base_odd(chain, tax_bps=0)
    before = chain.units(chain.weth, chain.card.wallet)
    tx_hash, number = rebase_base(chain, 9 * 10**17)
    chain.mine(4)
    capture(home, day)
    assert capture_rebases(home, day) == 2  # wallet and executor
    assert capture_rebases(home, day) == 0
    rows = {row["account"]: row for row in Lake(home).read("raw_chain__rebases", day)}
    ours = rows[f"eip155:{chain.card.chain_id}:{chain.card.wallet}"]
    assert (ours["tx_hash"], ours["block_number"]) == (tx_hash, number)
    assert (ours["before_units"], ours["after_units"]) == (str(before), str(before * 9 // 10))


def test_a_quiet_day_has_none_and_still_has_its_table(chain: TestChain, home: DeskHome, day: str):
    chain.mine(4)
    capture(home, day)
    assert capture_rebases(home, day) == 0
    assert [path.name for path in Lake(home).parts("raw_chain__rebases", day)] != []


def home_holders(chain: TestChain) -> set[str]:
    return {chain.card.wallet, chain.card.executor}
