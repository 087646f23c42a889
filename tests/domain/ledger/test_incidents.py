"""What moves without a trade is booked whole, against the account that says what it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.ledger.balances import balances
from domain.ledger.incidents import COUNTER, incident_entries, liquidity_entry, revision_entry
from domain.ledger.types import imbalance, is_own
from domain.settlement.outcome import Incident, LiquidityChange, Move, Revision

SIGNED = ("funding", "rebase")


def _incident(kind: str, units: int, fee: int = 0) -> Incident:
    return Incident(kind, "i1", "wallet:1", "eth", units, "paper", 5, "line 7", fee_units=fee)


def _sign(kind: str) -> int:
    return -1 if COUNTER[kind].startswith("expense") else 1


@given(st.sampled_from(sorted(COUNTER)), st.integers(0, 10**30), st.integers(0, 10**9))
def test_every_kind_balances_and_moves_exactly_what_was_told(kind: str, size: int, fee: int):
    units = _sign(kind) * size
    entries = incident_entries(_incident(kind, units, fee))
    assert [one for one in entries if imbalance(one)] == []
    assert balances(entries) == {("wallet:1", "eth"): units - fee}
    assert entries[0].cause == kind
    (other,) = [p.account for p in entries[0].postings if not is_own(p.account)]
    assert other == f"{COUNTER[kind]}:paper"


@pytest.mark.parametrize("kind", sorted(set(COUNTER) - set(SIGNED)))
def test_a_kind_of_one_sign_refuses_the_other(kind: str):
    with pytest.raises(InputRefused, match="other sign"):
        incident_entries(_incident(kind, -_sign(kind)))


@pytest.mark.parametrize("kind", SIGNED)
def test_funding_and_a_rebase_have_either_sign(kind: str):
    assert balances(incident_entries(_incident(kind, -5))) == {("wallet:1", "eth"): -5}


def test_a_kind_nobody_knows_is_refused():
    with pytest.raises(InputRefused, match="kind of incident that exists"):
        incident_entries(_incident("luck", 5))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=5))
def test_liquidity_given_to_a_pool_and_taken_back_leaves_what_the_pool_kept(amounts):
    given_moves = tuple(Move("wallet:1", asset, -units) for asset, units in amounts)
    taken = tuple(Move("wallet:1", asset, units - 1) for asset, units in amounts)
    mint = liquidity_entry(LiquidityChange("m", "univ2", given_moves, 1, "0x1:0"))
    burn = liquidity_entry(LiquidityChange("b", "univ2", taken, 2, "0x2:0"))
    assert imbalance(mint) == imbalance(burn) == {}
    assert sum(balances([mint, burn]).values()) == -len(amounts)


@given(st.integers(), st.integers(), st.integers(), st.sampled_from(("bust", "amendment")))
def test_a_revision_is_booked_on_the_accounts_its_leg_was_booked_on(base, quote, fee, kind):
    moves = (Move("paper:spot", "eth", base), Move("paper:spot", "usdc", quote))
    fees = (Move("paper:spot", "usdc", fee),)
    one = Revision(
        "r", kind, "leg", "ex", "op", "s", "paper", 9, base, quote, moves, fees, "o", "t1 l1",
    )  # fmt: skip
    entry = revision_entry(one)
    assert imbalance(entry) == {}
    assert (entry.cause, entry.at_ns, entry.subject, entry.execution_id) == (kind, 9, "leg", "ex")
    assert balances([entry]) == {("paper:spot", "eth"): base, ("paper:spot", "usdc"): quote + fee}
    others = {p.account for p in entry.postings if not is_own(p.account)}
    assert others == {"trading:paper", "expense:fee:paper"}
