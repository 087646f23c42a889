"""Five terms, one leg, no remainder: whatever was decided, quoted and filled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.pnl.equity import plus
from domain.pnl.legs import TERMS, PlannedLegs, decided_leg, leg_terms
from domain.pnl.marks import MarkBook
from domain.pnl.types import LATENCY_DRIFT, LP_FEE, QUOTED_EDGE, SIZE_IMPACT, SLIPPAGE, Mark
from domain.pnl.values import Valuer
from domain.settlement.outcome import Leg
from domain.settlement.types import DecidedLeg, Decision
from tests.kit.facts import USDC, WETH, a_card

PRICE = st.integers(1, 10**12)
SIGNED = st.integers(-(10**24), 10**24)

LEG = Leg("l", "e", "o", "dex_dex", "univ2-a", "leg", 5, WETH, USDC, 1, 1, (), (), "0x1", "0x1")


def _plan(top: int, quoted: int, pips: int) -> DecidedLeg:
    return DecidedLeg("univ2-a", "buy", WETH, USDC, 1, 1, top, quoted, pips)


def _terms(base, quote, mark, decided, top, quoted, pips) -> tuple[dict[str, int | None], Valuer]:
    valuer = Valuer.of(a_card().assets, MarkBook.of([Mark(5, "ETH", mark)] if mark else []))
    worth = valuer.at(USDC, quote, 5)
    scaled = base * valuer.scale(WETH)
    terms = leg_terms(scaled, worth, mark, decided, _plan(top, quoted, pips))
    return dict(zip(TERMS, terms, strict=True)), valuer


@given(SIGNED, SIGNED, PRICE, PRICE, PRICE, PRICE, st.integers(0, 10**6))
def test_the_terms_telescope_to_the_leg_s_value_at_the_fill_s_mark(
    base, quote, mark, decided, top, quoted, pips
):
    terms, valuer = _terms(base, quote, mark, decided, top, quoted, pips)
    assert sum(terms.values()) == valuer.at(WETH, base, 5) + valuer.at(USDC, quote, 5)


@given(SIGNED, SIGNED, PRICE, PRICE, PRICE, PRICE, st.integers(0, 10**6))
def test_each_term_is_what_the_formula_says(base, quote, mark, decided, top, quoted, pips):
    terms, _ = _terms(base, quote, mark, decided, top, quoted, pips)
    assert terms[QUOTED_EDGE] == base * (decided - top)
    assert terms[SIZE_IMPACT] + terms[LP_FEE] == base * (top - quoted)
    assert terms[SLIPPAGE] == base * quoted + quote * 10**18
    assert terms[LATENCY_DRIFT] == base * (mark - decided)
    assert terms[LP_FEE] == -(abs(base) * (quoted if base > 0 else top) * pips // 10**6)


@given(
    st.lists(st.tuples(SIGNED, SIGNED, PRICE, PRICE, PRICE, PRICE, st.integers(0, 10**6))),
    st.integers(1, 10**10),
    st.booleans(),
)
def test_legs_summed_are_the_sum_of_their_terms(rows, scale, is_marked):
    planned = PlannedLegs(scale)
    sums: list[int | None] = [0] * len(TERMS)
    base_usd, quote_usd = (0, 0) if is_marked else (None, None)
    for base, quote, mark, decided, top, quoted, pips in rows:
        leg, plan = replace(LEG, base_units=base, quote_units=quote), _plan(top, quoted, pips)
        worth = quote if is_marked else None
        planned.add(5, leg, plan, decided)
        terms = leg_terms(base * scale, worth, mark if is_marked else None, decided, plan)
        sums = [*map(plus, sums, terms)]
        base_usd, quote_usd = plus(base_usd, base * scale * mark), plus(quote_usd, worth)
    if rows:
        assert planned.terms(base_usd, quote_usd) == tuple(sums)
    assert planned.base_units == [row[0] for row in rows]


def test_without_a_mark_only_the_drift_is_unknown():
    terms, _ = _terms(10, -20, None, 1, 1, 1, 0)
    assert [cause for cause, amount in terms.items() if amount is None] == [LATENCY_DRIFT]


def test_a_leg_finds_its_quote_by_venue_and_base_and_a_hedge_has_none():
    plan = _plan(1, 1, 0)
    decision = Decision("o", "dex_dex", (plan,), 1, 0, 0, 0, 0, 1)
    assert decided_leg(decision, LEG) == plan
    assert decided_leg(decision, replace(LEG, venue="univ2-b")) is None
    assert decided_leg(decision, replace(LEG, base_asset=USDC)) is None
    assert decided_leg(decision, replace(LEG, purpose="hedge")) is None
