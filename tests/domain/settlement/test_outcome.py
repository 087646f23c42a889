"""What settlement answers is whole: it survives being written, and each thing has one name."""

from __future__ import annotations

import msgspec
from hypothesis import given

from domain.settlement.outcome import Settlement
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few


@few
@given(HISTORIES)
def test_a_settlement_survives_being_written_down(world: World):
    done = world.settled()
    assert msgspec.json.decode(msgspec.json.encode(done), type=Settlement) == done


@few
@given(HISTORIES)
def test_every_movement_has_a_name_of_its_own(world: World):
    done = world.settled()
    names = [
        *(leg.leg_id for leg in done.legs),
        *(transfer.transfer_id for transfer in done.transfers),
        *(flow.flow_id for flow in done.flows),
        *(one.transit_id for one in done.transits),
        *(movement.movement_id for movement in done.unexplained),
    ]
    assert len(names) == len(set(names))


@few
@given(HISTORIES)
def test_a_leg_s_base_and_quote_are_the_sums_of_its_moves(world: World):
    for leg in world.settled().legs:
        for asset, units in ((leg.base_asset, leg.base_units), (leg.quote_asset, leg.quote_units)):
            assert units == sum(move.units for move in leg.moves if move.asset == asset)
