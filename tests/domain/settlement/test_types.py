"""What settlement is told can be written down and read back, and says nothing it was not told."""

from __future__ import annotations

import msgspec
from hypothesis import given

from domain.settlement.types import ChainBook, ExchangeBook, JournalBook
from tests.kit.books import World
from tests.kit.histories import HISTORIES, few


@few
@given(HISTORIES)
def test_sources_survive_being_written_down(world: World):
    for source in world.sources():
        again = msgspec.json.decode(msgspec.json.encode(source), type=type(source))
        assert again == source


def test_an_empty_journal_and_an_empty_statement_claim_nothing():
    assert all(rows == () for rows in msgspec.structs.astuple(JournalBook()))
    assert ExchangeBook().is_complete
    assert ExchangeBook(failure="500", is_complete=False) != ExchangeBook()


def test_how_far_the_chain_had_come_must_be_said():
    required = {field.name for field in msgspec.structs.fields(ChainBook) if field.required}
    assert required == {"transactions", "heads"}
