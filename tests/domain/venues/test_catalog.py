"""Every dialect is found by the name of its venue, and proves its books somehow."""

import pytest

from domain.venues.catalog import DIALECTS


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_is_found_by_its_own_name(name):
    assert DIALECTS[name].venue == name


@pytest.mark.parametrize("name", DIALECTS)
def test_a_proof_of_some_levels_is_a_checksum_and_one_of_all_is_a_chain(name):
    dialect = DIALECTS[name]
    assert (dialect.checksum is not None) == (dialect.proved_levels > 0)
