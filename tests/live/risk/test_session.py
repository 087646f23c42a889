"""What a session remembers: results add up, only a settled execution ends a row of failures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from journal.records import HaltOrdered
from live.risk.session import Session

OUTCOMES = st.sampled_from(["SETTLED", "PARTIAL", "FAILED", "UNKNOWN"])


@given(st.lists(st.tuples(OUTCOMES, st.integers(-(10**27), 10**27)), max_size=20))
def test_failures_count_the_row_at_the_end_and_results_add_up(story: list[tuple[str, int]]):
    session = Session()
    for number, (outcome, result) in enumerate(story):
        session = session.finished(outcome, result, number)
    words = [outcome for outcome, _ in story]
    row = next((n for n, word in enumerate(reversed(words)) if word == "SETTLED"), len(words))
    assert session.failures == row
    assert session.result_usd_e24 == sum(result for _, result in story)


def test_the_last_order_about_a_scope_counts():
    def order(cause: str, *, is_lifted: bool = False) -> HaltOrdered:
        return HaltOrdered(scope="desk", cause_id=cause, reason=cause, is_lifted=is_lifted)

    session = Session().ordered(order("a")).ordered(order("b", is_lifted=True)).ordered(order("c"))
    assert session.halted == {"desk": "c"}
