"""People are told of a break once, again when it is graver, and of one fault by its root alone."""

from __future__ import annotations

import msgspec

from domain.matching.types import Break, make_break
from journal.records import AlertRaised
from orchestration.alerting import Told, alerts_due

NOW_NS = 99


def a_break(severity: str = "medium", evidence: str = "at block 7", **changes) -> Break:
    found = make_break("ledger-balance", "DUPLICATE", "x", evidence, 5)
    return msgspec.structs.replace(found, severity=severity, **changes)


def heard(alerts: list[AlertRaised]) -> Told:
    before: Told = {}
    for one in alerts:
        before.setdefault(one.subject, set()).add((one.severity, one.raised_ns))
    return before


def test_what_clears_by_itself_is_told_to_nobody():
    assert alerts_due([a_break("info")], {}, NOW_NS) == []


def test_a_break_is_told_once_however_its_evidence_is_worded():
    first = alerts_due([a_break()], {}, NOW_NS)
    assert [(one.severity, one.raised_ns) for one in first] == [("medium", 5)]
    assert alerts_due([a_break(evidence="at block 8")], heard(first), NOW_NS) == []


def test_a_break_that_became_graver_is_told_again_and_one_that_became_less_is_not():
    first = alerts_due([a_break()], {}, NOW_NS)
    second = alerts_due([a_break("high")], heard(first), NOW_NS)
    assert [(one.severity, one.raised_ns) for one in second] == [("high", NOW_NS)]
    assert {one.record_id() for one in first}.isdisjoint(one.record_id() for one in second)
    assert alerts_due([a_break("high")], heard([*first, *second]), NOW_NS + 1) == []
    assert alerts_due([a_break()], heard(second), NOW_NS + 1) == []


def test_a_break_that_was_gone_and_is_detected_anew_is_told_again():
    before = heard(alerts_due([a_break()], {}, NOW_NS))
    (again,) = alerts_due([a_break(first_seen_ns=50)], before, NOW_NS)
    assert again.raised_ns == 50


def test_one_fault_is_told_by_its_root():
    root = a_break()
    repeated = a_break(break_id="r", explained_by=(root.break_id,))
    assert [one.subject for one in alerts_due([root, repeated], {}, NOW_NS)] == [root.break_id]
    calm = a_break("info")
    assert [one.subject for one in alerts_due([calm, repeated], {}, NOW_NS)] == ["r"]
