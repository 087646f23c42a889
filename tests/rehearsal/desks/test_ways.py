"""Parts and roundings are no faults, and a reconciliation that cannot tell so is worse for it."""

import pytest
from msgspec import structs

from domain.reconciliation.reconcile import reconcile
from rehearsal.desks.catalog import Shape
from rehearsal.desks.desk import BrokenDesk
from rehearsal.desks.lines import Kind
from rehearsal.desks.rows import rows_of, rules_of
from rehearsal.desks.score import Truth, partners_of, score
from rehearsal.desks.trials import answer_of, prices_e6
from rehearsal.desks.ways import Ways, with_ways

SEEDS = range(4)
MOST_BUDGET = 4


def tried(seed, *, leans=False, budget_units=None, **forgotten):
    """Have a desk told otherwise reconciled; give the report, its score and the truth."""
    desk = BrokenDesk(Shape(seed, events=120))
    ways = Ways(seed, leans=leans)
    told = list(ways.told(desk.events()))
    left = rows_of(line for event in told for line in event.left)
    right = rows_of(line for event in told for line in event.right)
    rules = with_ways(rules_of(desk.hand), desk.hand.catalog, budget_units=budget_units)
    report = reconcile(left, right, structs.replace(rules, **forgotten))
    truth = Truth([], dict(partners_of(told)), prices_e6(desk.shape))
    return report, score(answer_of(report), truth), ways, told


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_and_roundings_are_no_breaks_and_belong_together(seed):
    report, found, _, told = tried(seed)
    cut = [event for event in told if event.kind is Kind.DEPOSIT]
    assert cut
    assert (report.breaks, found.false_matches) == ([], 0)
    sums = [one for one in (*report.matched, *report.suggested) if len(one.right_ids) > 1]
    assert len(sums) == len(cut)
    assert sum(len(one.differences) for one in report.matched) > 0


@pytest.mark.parametrize("step", ["pair_instants", "pair_identical"])
def test_without_copies_fewer_are_matched_for_what_they_are(step, monkeypatch):
    whole = [tried(seed)[0] for seed in SEEDS]
    monkeypatch.setattr(f"domain.reconciliation.reconcile.{step}", lambda _: None)
    weak = [tried(seed)[0] for seed in SEEDS]
    matched, suggested = (
        [sum(len(getattr(one, state)) for one in of) for of in (weak, whole)]
        for state in ("matched", "suggested")
    )
    assert matched[0] < matched[1]
    assert step != "pair_instants" or suggested[0] > suggested[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_without_sums_the_parts_are_breaks(seed, monkeypatch):
    monkeypatch.setattr("domain.reconciliation.reconcile.pair_sums", lambda _: None)
    assert tried(seed)[1].told.total() > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_tolerance_the_roundings_are_breaks(seed):
    assert tried(seed, tolerance_units={})[1].told.total() > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_roundings_that_lean_are_a_break_of_their_sum_where_a_budget_watches(seed, monkeypatch):
    report, _, ways, _ = tried(seed, leans=True, budget_units=MOST_BUDGET)
    watched = {name: gap for name, gap in ways.gap_units.items() if gap > MOST_BUDGET}
    assert watched
    assert {one.asset: one.amount_units for one in report.breaks} == watched
    assert {one.cause for one in report.breaks} == {"UNEXPLAINED"}
    monkeypatch.setattr("domain.reconciliation.reconcile.budget_findings", lambda *_: ())
    assert not tried(seed, leans=True, budget_units=MOST_BUDGET)[0].breaks
