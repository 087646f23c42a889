"""A rules file: decimal amounts at the files' scale, and no word that nobody knows."""

from fractions import Fraction

import pytest

from domain.clock import SECOND_NS
from domain.errors import InputRefused
from domain.reconciliation.rules import Migration
from ops.reconciling.rules import StatedRules


def test_amounts_become_units_of_the_larger_scale():
    stated = StatedRules({"tolerance": {"BTC": "0.015"}, "margin": 2})
    assert stated.rules_at(2).tolerance_units == {"BTC": 15}
    assert stated.rules_at(8).tolerance_units == {"BTC": 1_500_000}
    assert stated.rules_at(8).margin_units == 2 * 10**8


def test_everything_that_can_be_stated_is_read():
    rules = StatedRules(
        {
            "window_after_s": "1.5",
            "left_until": "2026-01-01T00:00:00Z",
            "migrations": {"REP": {"asset": "REPv2", "numerator": 2}},
            "fx_rates": ["0.9"],
            "native_assets": ["ETH"],
            "underlying": {"WETH": "ETH"},
            "tolerance_ppm": {"*": 5},
            "fee_in_amount": True,
            "keys_only": True,
            "max_parts": 3,
        }
    ).rules_at(0)
    assert rules.window_after_ns == 3 * SECOND_NS // 2
    assert rules.left_until_ns == 1_767_225_600 * SECOND_NS
    assert rules.migrations == {"REP": Migration("REPv2", 2)}
    assert rules.fx_rates == (Fraction(9, 10),)
    assert (rules.native_assets, rules.max_parts, rules.fee_in_amount) == ({"ETH"}, 3, True)
    assert rules.keys_only
    assert rules.root("WETH") == "ETH"
    assert rules.tolerance("X", 10**6) == 5


@pytest.mark.parametrize(
    "text",
    [
        '{"tolerence": {}}',
        "[]",
        "not json",
        '{"tolerance": {"BTC": "a lot"}}',
        '{"max_parts": "x"}',
        '{"max_parts": 1.5}',
        '{"max_parts": true}',
        '{"tolerance": "0.1"}',
        '{"tolerance": {"BTC": "-0.1"}}',
        '{"tolerance_ppm": {"*": -4}}',
        '{"window_after_s": -1}',
        '{"near_s": "soon"}',
        '{"native_assets": "ETH"}',
        '{"fee_in_amount": "no"}',
        '{"left_until": "never"}',
        '{"fx_rates": ["0"]}',
        '{"migrations": {"A": {"asset": "B", "numerator": 0}}}',
        '{"migrations": {"A": {"asset": "B", "ratio": 2}}}',
        '{"underlying": {"WETH": ["ETH"]}}',
        '{"dust": {"ETH": "1"}, "dust": {"ETH": "2"}}',
    ],
)
def test_a_file_nobody_understands_is_refused(tmp_path, text):
    path = tmp_path / "rules.json"
    path.write_text(text)
    with pytest.raises(InputRefused):
        StatedRules.read(path)
    with pytest.raises(InputRefused):
        StatedRules.read(tmp_path / "absent.json")


def test_a_number_of_the_file_keeps_every_digit(tmp_path):
    path = tmp_path / "rules.json"
    path.write_text('{"tolerance": {"WEI": 0.123456789012345678901}, "near_s": 0.0}')
    rules = StatedRules.read(path).rules_at(0)
    assert (rules.tolerance_units, rules.near_ns) == ({"WEI": 123456789012345678901}, 0)


def test_names_are_quoted_for_sql():
    assert "'it''s'" in StatedRules({"shared_accounts": ["it's"]}).is_plain()
