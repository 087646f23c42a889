"""A verdict says the same to a person, to the metrics and to the journal."""

from __future__ import annotations

from live.risk.verdict import APPROVED_REASON, Verdict


def test_a_yes_cites_no_limit():
    fact = Verdict.approve().fact("opp")
    assert fact.is_approved
    assert (fact.reason, fact.limit_name, fact.limit_value) == (APPROVED_REASON, "", "")


def test_a_no_keeps_both_numbers_as_text():
    fact = Verdict.deny("limit", limit=1, observed=2, reason="too many").fact("opp")
    assert not fact.is_approved
    assert (fact.limit_name, fact.limit_value, fact.observed_value) == ("limit", "1", "2")
