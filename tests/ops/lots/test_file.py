"""A ledger file is read whole or refused by row, and its scales hold every product."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from domain.lots.types import Kind, Pick
from ops.lots.file import COLUMNS, PLACES, read_ledger

HEADER = ",".join(COLUMNS)
BUY = "2024-01-01T00:00:00Z,buy,BTC,3,100.5,1,cold,b1"
SELL = "2024-01-02T00:00:00Z,sell,BTC,0.25,200,,cold,s1"


@pytest.fixture
def written(tmp_path):
    def write(*lines: str, header: str = HEADER):
        path = tmp_path / "ledger.csv"
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        return path

    return write


def test_rows_become_facts_at_the_scales_the_file_needs(written):
    ledger = read_ledger(written(BUY, SELL))
    buy, sell = ledger.facts
    assert (ledger.quantity_decimals, ledger.money_decimals) == (2, PLACES)
    assert (buy.kind, buy.quantity_units, buy.price_units) == (Kind.BUY, 300, 1005)
    assert Fraction(buy.value_units, 10**PLACES) == Fraction("301.5")
    assert Fraction(buy.fee_units, 10**PLACES) == 1
    assert Fraction(sell.value_units, 10**PLACES) == 50


def test_columns_may_come_in_any_order_and_with_a_mark_of_byte_order(written):
    columns = list(COLUMNS)
    path = written(
        ",".join(reversed(BUY.split(","))), header="\ufeff" + " , ".join(reversed(columns)).upper()
    )
    assert read_ledger(path).facts == read_ledger(written(BUY)).facts


def test_fee_and_wallet_may_be_left_out_where_no_row_has_one(written):
    bare = written("2024-01-01T00:00:00Z,buy,BTC,3,100.5,b1", header=_without("fee", "wallet"))
    full = written("2024-01-01T00:00:00Z,buy,BTC,3,100.5,,,b1")
    assert read_ledger(bare).facts == read_ledger(full).facts


def _without(*names: str) -> str:
    return ",".join(column for column in COLUMNS if column not in names)


def test_lots_are_picks_given_with_the_disposal_at_the_scale_of_the_file(written):
    ledger = read_ledger(written(BUY + ",", SELL + ",b1:0.125; b0:0.1", header=HEADER + ",lots"))
    (buy, sell) = ledger.facts
    assert ledger.quantity_decimals == 3
    assert buy.picks == ()
    assert sell.picks == (Pick("b1", 125, sell.time_ns), Pick("b0", 100, sell.time_ns))


def test_empty_lines_are_nothing_and_so_is_a_file_of_none(written):
    empty = ("", ",,,,,,,", " , ,,,,,,", "  ")
    assert read_ledger(written(*empty, BUY, *empty)).facts == read_ledger(written(BUY)).facts
    assert read_ledger(written()).facts == []


def test_an_id_may_come_again_for_another_asset_or_kind(written):
    again = [BUY.replace("BTC", "ETH"), BUY.replace("buy", "sell")]
    assert len(read_ledger(written(BUY, *again)).facts) == 3


def test_a_fee_of_nothing_is_no_fact(written):
    assert len(read_ledger(written(BUY, SELL.replace("sell,BTC,0.25", "fee,BTC,0"))).facts) == 1


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 60), st.integers(1, 10**6))
def test_a_share_that_ends_is_whole_at_the_scale_of_money(tmp_path_factory, fee, part, two, rest):
    quantity = 2**two * rest
    share = Fraction(fee * part, quantity)
    path = tmp_path_factory.mktemp("ledger") / "ledger.csv"
    path.write_text(f"{HEADER}\n1,buy,BTC,{quantity},1,{fee},,b\n")
    scaled = share * 10 ** read_ledger(path).money_decimals
    ends = set(_primes(share.denominator)) <= {2, 5}
    assert (scaled.denominator == 1) == ends


def _primes(number):
    prime = 2
    while number > 1:
        while number % prime == 0:
            yield prime
            number //= prime
        prime += 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (SELL.replace("0.25", "a quarter"), "write quantity as a plain decimal number"),
        (SELL.replace("sell", "sold"), "write kind as one of"),
        (SELL + ",more", "give every row 8 cells"),
        (BUY, "write each buy of an asset once"),
        (SELL.replace("2024-01-02T00:00:00Z", "1706702400"), "write all times in one form"),
    ],
)
def test_a_malformed_row_refuses_the_file_and_is_named(written, line, told):
    with pytest.raises(InputRefused, match=told) as refused:
        read_ledger(written(BUY, "", line))
    assert (refused.value.context["row"], refused.value.context["line"]) == (2, 4)


@pytest.mark.parametrize("header", ["", "time,kind", HEADER + ",note", HEADER.replace("fee", "id")])
def test_other_columns_are_refused(written, header):
    with pytest.raises(InputRefused, match="begin the file with the columns"):
        read_ledger(written(BUY, header=header))


def test_broken_quotes_and_foreign_bytes_are_refused(written, tmp_path):
    with pytest.raises(InputRefused, match="mend the CSV"):
        read_ledger(written('"' + BUY))
    path = tmp_path / "bytes.csv"
    path.write_bytes(b"\xff\xfe\x00")
    for absent in (path, tmp_path / "absent.csv", tmp_path):
        with pytest.raises(InputRefused, match="readable CSV"):
            read_ledger(absent)
