"""A desk's assets are told apart by identity; a desk too small to have everything is refused."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputRefused
from rehearsal.desks.catalog import MIGRATED, TAX_BPS, Shape, Trait, catalog

SHAPES = st.builds(
    Shape,
    seed=st.integers(0, 10**6),
    venues=st.integers(1, 4),
    chains=st.integers(1, 8),
    assets=st.integers(1, 5),
    strategies=st.integers(2, 4),
)


@given(SHAPES)
def test_no_two_assets_and_no_two_accounts_share_a_name(shape):
    desk = catalog(shape)
    assets = {asset.name: asset for asset in desk.assets()}
    assert len(assets) == len(set(desk.assets()))
    assert len(set(desk.accounts())) == shape.strategies * (shape.venues + shape.chains)


@given(SHAPES)
def test_lots_of_awkward_tokens_divide_so_that_their_causes_are_exact(shape):
    for asset in catalog(shape).assets():
        if asset.trait is Trait.TAXED:
            assert asset.lot_units * TAX_BPS % 10_000 == 0
        if asset.trait is Trait.SUCCESSOR:
            assert asset.lot_units % MIGRATED == 0


@pytest.mark.parametrize("size", ["venues", "chains", "assets", "days", "strategies", "events"])
def test_a_desk_without_anything_of_a_kind_is_refused(size):
    with pytest.raises(InputRefused):
        catalog(msgspec.structs.replace(Shape(1), **{size: 0}))
