"""The taxonomy: its codes are its names, and what clears by itself is not grave."""

from domain.reconciliation.causes import CLEARS_BY_ITSELF, Cause, severity


def test_a_code_is_its_name():
    assert all(cause.value == name for name, cause in Cause.__members__.items())
    assert len(Cause) == 38


def test_only_what_clears_by_itself_is_mere_information():
    assert {cause for cause in Cause if severity(cause) == "info"} == CLEARS_BY_ITSELF
    assert severity(Cause.UNEXPLAINED) == "high"
