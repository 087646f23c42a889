"""Tolerances and windows as stated: never inferred, none by default."""

from domain.reconciliation.rules import HOUR_NS, Rules


def test_nothing_is_tolerated_unless_it_is_stated():
    assert Rules().tolerance("BTC", 10**30) == 0


def test_the_larger_of_the_absolute_and_the_relative_tolerance_holds():
    rules = Rules(tolerance_units={"BTC": 5, "*": 1}, tolerance_ppm={"BTC": 10})
    assert rules.tolerance("BTC", 100_000) == 5
    assert rules.tolerance("BTC", -10_000_000) == 100
    assert rules.tolerance("ETH", 10**9) == 1


def test_external_may_be_much_later_but_only_a_little_earlier():
    rules = Rules()
    assert rules.in_window(0, 20 * HOUR_NS)
    assert not rules.in_window(0, 20 * HOUR_NS + 1)
    assert rules.in_window(HOUR_NS, 0)
    assert not rules.in_window(HOUR_NS + 1, 0)


def test_a_wrapped_asset_has_its_root_and_every_other_is_its_own():
    rules = Rules(underlying={"WETH": "ETH"})
    assert (rules.root("WETH"), rules.root("ETH"), rules.root("BTC")) == ("ETH", "ETH", "BTC")
