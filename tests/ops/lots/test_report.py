"""What is printed is exact: texts sum to texts, and the methods stand side by side."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.lots.types import Book, Fact, FeePolicy, Kind, Method, Scope
from ops.lots.file import PLACES, Ledger
from ops.lots.report import COMPARED, compared, lots_object, plain, table
from tests.kit.lots import PLAIN


@given(st.integers(), st.integers(0, 50))
def test_plain_text_is_the_number_without_idle_zeros(units, decimals):
    text = plain(units, decimals)
    assert Fraction(text) == Fraction(units, 10**decimals)
    assert "E" not in text
    assert not ("." in text and text[-1] in ".0")


def _sum(rows, name):
    return sum(Fraction(row[name]) for row in rows)


@given(PLAIN, st.sampled_from(COMPARED), st.sampled_from(Scope))
def test_the_texts_balance_to_the_last_digit(facts, method, scope):
    told = lots_object(Ledger(facts, 2, PLACES), Book(method, scope))
    disposals, remaining, missing = told["disposals"], told["remaining"], told["missing"]
    for row in disposals:
        assert Fraction(row["gain"]) == Fraction(row["proceeds"]) - Fraction(row["basis"])
    bought = [fact for fact in facts if fact.kind is Kind.BUY]
    sold = [fact for fact in facts if fact.kind is not Kind.BUY]
    cost = sum(fact.value_units + fact.fee_units for fact in bought)
    brought = sum(fact.value_units - fact.fee_units for fact in sold)
    assert _sum(disposals, "basis") + _sum(remaining, "basis") == Fraction(cost, 10**PLACES)
    assert _sum(disposals, "proceeds") + _sum(missing, "proceeds") == Fraction(brought, 10**PLACES)
    quantity = Fraction(sum(fact.quantity_units for fact in sold), 100)
    assert _sum(disposals, "quantity") + _sum(missing, "quantity") == quantity


def test_a_share_without_end_is_cut_and_the_rest_stays_with_the_lot():
    facts = [
        Fact(1, Kind.BUY, "BTC", 3, 10**PLACES, id="b"),
        Fact(2, Kind.SELL, "BTC", 1, id="s"),
    ]
    told = lots_object(Ledger(facts, 0, PLACES), Book())
    assert told["disposals"][0]["basis"] == "0." + "3" * PLACES
    assert told["remaining"][0]["basis"] == "0." + "6" * (PLACES - 1) + "7"


def test_fees_are_told_in_a_book_of_lines_alone():
    facts = [Fact(1, Kind.BUY, "BTC", 3, 10, 2, id="b")]
    assert "fees" not in lots_object(Ledger(facts, 0, 0), Book())
    told = lots_object(Ledger(facts, 0, 0), Book(fees=FeePolicy.LINES))
    assert told["fees"] == [{"id": "b", "fee": "2"}]


@given(PLAIN)
def test_every_method_is_compared_and_the_last_column_is_one_number(facts):
    sums = compared(Ledger(facts, 2, PLACES), Book())
    for by_method in sums.values():
        assert list(by_method) == [method.value for method in COMPARED]
        assert len({one["gain_less_remaining_basis"] for one in by_method.values()}) == 1
    assert Method.SPECIFIC not in COMPARED
    assert all(asset in table(sums) for asset in sums)
