"""Symbol texts and the table of their hashes."""

from __future__ import annotations

import pytest

from domain.errors import RemoteWireError
from live.protocol import v1


def test_a_pair_is_written_venue_base_quote():
    assert v1.pair_symbol("paper", "ETH", "USDC") == "paper:ETH-USDC"


def test_a_mapping_heard_twice_changes_nothing():
    table = v1.SymbolTable()
    heard = v1.mapping("paper:ETH-USDC")
    table.bind(heard)
    table.bind(heard)
    assert table.text(heard.symbol_hash) == "paper:ETH-USDC"
    assert table.text(1) is None


def test_a_hash_bound_to_two_texts_is_an_error():
    table = v1.SymbolTable()
    table.bind(v1.SymbolMapping(5, "paper:ETH-USDC"))
    with pytest.raises(RemoteWireError):
        table.bind(v1.SymbolMapping(5, "paper:BTC-USDC"))
