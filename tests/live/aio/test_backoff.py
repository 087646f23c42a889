"""Spans between attempts."""

from __future__ import annotations

from live.aio.backoff import Backoff


def test_spans_double_to_a_ceiling_and_start_again_after_success():
    backoff = Backoff(first_s=1, ceiling_s=5)
    assert [backoff.next_s() for _ in range(5)] == [1, 2, 4, 5, 5]
    backoff.reset()
    assert backoff.next_s() == 1
