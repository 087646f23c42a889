"""An arrival belongs to at most one departure, and to none by guessing."""

from hypothesis import given

from domain.lots.moves import has_moves, paired, with_legs
from domain.lots.order import in_order
from domain.lots.types import Fact, Kind
from tests.kit.lots import ANY

OUT, IN = Kind.TRANSFER_OUT, Kind.TRANSFER_IN


def _out(time_ns, quantity, id_, wallet="cold", asset="BTC"):
    return Fact(time_ns, OUT, asset, quantity, wallet=wallet, id=id_)


def _in(time_ns, quantity, id_, wallet="hot", asset="BTC"):
    return Fact(time_ns, IN, asset, quantity, wallet=wallet, id=id_)


def _pairs(outs, into):
    return [(move.out and move.out.id, move.into and move.into.id) for move in paired(outs, into)]


def test_an_id_pairs_whatever_the_quantities_and_times():
    assert _pairs([_out(5, 10, "x"), _out(1, 3, "y")], [_in(1, 3, "x")]) == [
        ("x", "x"),
        ("y", None),
    ]


def test_an_id_of_another_asset_is_another_id():
    assert _pairs([_out(1, 3, "x")], [_in(1, 3, "x", asset="ETH")]) == [("x", None), (None, "x")]


def test_without_an_id_the_exact_quantity_pairs_the_oldest_that_left_before():
    outs = [_out(1, 5, "a"), _out(2, 5, "b"), _out(9, 7, "c")]
    assert _pairs(outs, [_in(3, 5, "p"), _in(3, 7, "q")]) == [
        ("a", "p"),
        ("b", None),
        ("c", None),
        (None, "q"),
    ]


def test_without_an_id_one_instant_pairs_what_arrived_smaller():
    assert _pairs([_out(4, 5, "a")], [_in(4, 3, "p")]) == [("a", "p")]
    assert _pairs([_out(4, 5, "a")], [_in(4, 6, "p")]) == [("a", None), (None, "p")]


def test_a_wallet_does_not_send_to_itself_by_coincidence():
    assert _pairs([_out(4, 5, "a")], [_in(4, 5, "p", wallet="cold")]) == [
        ("a", None),
        (None, "p"),
    ]


def test_a_wrap_pairs_by_id_across_assets_and_by_nothing_else():
    out = Fact(1, Kind.WRAP_OUT, "ETH", 5, wallet="cold", id="w")
    into = Fact(2, Kind.WRAP_IN, "WETH", 5, wallet="cold", id="w")
    stranger = Fact(2, Kind.WRAP_IN, "ETH", 5, wallet="hot", id="v")
    assert _pairs([out], [into]) == [("w", "w")]
    assert _pairs([out], [stranger]) == [("w", None), (None, "v")]


@given(ANY)
def test_every_half_is_in_exactly_one_move(facts):
    ordered = in_order(facts)
    outs = [fact for fact in ordered if fact.kind in (OUT, Kind.WRAP_OUT)]
    into = [fact for fact in ordered if fact.kind in (IN, Kind.WRAP_IN)]
    moves = paired(outs, into)
    halves = [half for move in moves for half in (move.out, move.into) if half is not None]
    assert sorted(map(id, halves)) == sorted(map(id, [*outs, *into]))
    assert has_moves(facts) == bool(moves)


@given(ANY)
def test_departures_come_before_their_arrivals_and_steps_in_time(facts):
    steps = with_legs(in_order(facts))
    times = [step.time_ns for step in steps]
    assert times == sorted(times)
    departed = set()
    for step in steps:
        if step.kind is None and step.is_departure:
            departed.add(id(step.move))
        elif step.kind is None and step.move.out is not None:
            assert id(step.move) in departed
