"""The house's own reconciliation finds what was broken; whatever weakens it lowers its score."""

from collections.abc import Callable, Sequence

import pytest
from msgspec import structs

from domain.reconciliation.reconcile import reconcile
from domain.reconciliation.rules import Rules
from domain.reconciliation.types import Report, Row
from rehearsal.desks.faults.table import INJECTORS
from rehearsal.desks.trials import PAIRS, Trial, Trials, trials, tried

EVENTS = 60
SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_without_faults_has_no_breaks_and_no_false_match(seed):
    found = tried(Trial(seed, "clean", ()), EVENTS, reconcile)
    assert (found.told.total(), found.false_matches) == (0, 0)
    assert found.matches > EVENTS


@pytest.mark.parametrize("cause", INJECTORS)
def test_a_cause_alone_is_found_and_nothing_else_is_said(cause):
    for seed in SEEDS:
        found = tried(Trial(seed, "alone", (cause,)), EVENTS, reconcile)
        assert found.found == found.struck
        assert found.right == found.told
        assert (found.false_matches, found.false_resolves) == (0, 0)
        assert found.unexplained_e6 == 0


def test_enough_seeds_try_every_pair():
    tried_pairs = {
        one.causes for seed in range(36) for one in trials(seed, 20) if one.group == "pairs"
    }
    assert tried_pairs == set(PAIRS)


def forgetting(name: str) -> Callable[[Sequence[Row], Sequence[Row], Rules], Report]:
    """Reconcile by rules that lack one thing a reader knows."""

    def weakened(left: Sequence[Row], right: Sequence[Row], rules: Rules) -> Report:
        return reconcile(left, right, structs.replace(rules, **{name: getattr(Rules(), name)}))

    return weakened


KNOWN = {
    "underlying": "WRAPPED",
    "migrations": "TOKEN_MIGRATION",
    "transfer_tax_bps": "FEE_ON_TRANSFER",
    "dust_units": "DUST",
    "own_accounts": "INTERNAL_TRANSFER",
    "orphaned_blocks": "REORGED",
    "failed_accounts": "SOURCE_FAILURE",
    "shared_accounts": "SHARED_SOURCE",
    "right_until_ns": "CUTOFF",
    "fx_rates": "FX",
}


@pytest.mark.parametrize(("name", "cause"), KNOWN.items())
def test_what_the_rules_do_not_know_is_not_found(name, cause):
    whole, weak = Trials(), Trials()
    for seed in range(4):
        trial = Trial(seed, "alone", (cause,))
        whole.add(trial, tried(trial, EVENTS, reconcile))
        weak.add(trial, tried(trial, EVENTS, forgetting(name)))
    assert weak.alone.found[cause] < whole.alone.found[cause] == 4


NOTHING: tuple[object, ...] = ()
STEPS = [
    ("reconcile.pair_differing", None, "REPLACED_TX"),
    ("reconcile.pair_nearest", None, "QTY"),
    ("reconcile.break_reverted", NOTHING, "REVERTED_TX"),
    ("reconcile.break_cancelled", NOTHING, "CANCELLED_TX"),
    ("reconcile.break_transfers", NOTHING, "INTERNAL_TRANSFER"),
    ("fields._undone", None, "BUSTED"),
    ("fields._standing", NOTHING, "REPLACED_TX"),
    ("fields._identity", NOTHING, "ACCOUNT"),
    ("fields._prices", NOTHING, "PRICE"),
    ("fields._fees", ([], ()), "FEE_ASSET"),
    ("fields._amounts", ([], ()), "DECIMALS"),
    ("fields._times", NOTHING, "TIMING"),
    ("singles._flagged", None, "LATE"),
    ("singles._unbooked", None, "GAS_UNBOOKED"),
    ("singles._not_yet", None, "CUTOFF"),
]


@pytest.mark.parametrize(("step", "answer", "cause"), STEPS, ids=[one[0] for one in STEPS])
def test_a_step_that_is_left_out_lowers_the_score(monkeypatch, step, answer, cause):
    monkeypatch.setattr(f"domain.reconciliation.{step}", lambda *_: answer)
    total = Trials()
    for seed in range(4):
        trial = Trial(seed, "alone", (cause,))
        total.add(trial, tried(trial, EVENTS, reconcile))
    assert total.wrong
    assert total.alone.found != total.alone.struck or total.alone.right != total.alone.told


def test_without_copies_by_key_a_fault_is_told_of_the_wrong_row(monkeypatch):
    trial = Trial(3001, "alone", ("REORGED",))
    whole, weak = Trials(), Trials()
    whole.add(trial, tried(trial, EVENTS, reconcile))
    monkeypatch.setattr("domain.reconciliation.reconcile.pair_identical", lambda _: None)
    weak.add(trial, tried(trial, EVENTS, reconcile))
    assert weak.wrong
    assert not whole.wrong


def test_what_is_only_told_otherwise_is_tried_on_every_seed():
    found = Trials()
    for seed in range(4):
        (trial,) = (one for one in trials(seed, 0) if one.group == "ways")
        found.add(trial, tried(trial, EVENTS, reconcile))
    assert not found.wrong
    assert found.ways.reports == 4
    assert found.ways.matches > EVENTS
