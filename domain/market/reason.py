"""Why a book, or a word about one, is not believed: a closed list, so that each can be counted.

The value of a reason is its name in counters and reports; its sentence is for people. What is done
about it is decided in :mod:`domain.market.feed`.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something is not believed."""

    CHECKSUM = "checksum"
    GAP = "gap"
    OUT_OF_ORDER = "out_of_order"
    DUPLICATE = "duplicate"
    NO_SNAPSHOT = "no_snapshot"
    OLD_SNAPSHOT = "old_snapshot"
    IN_SNAPSHOT = "in_snapshot"
    RECONNECTED = "reconnected"
    SILENCE = "silence"
    UNREADABLE = "unreadable"
    NOT_A_NUMBER = "not_a_number"
    OFF_GRID = "off_grid"
    TOO_LARGE = "too_large"
    PRICE_NOT_POSITIVE = "price_not_positive"
    SIZE_NOT_POSITIVE = "size_not_positive"
    REPEATED_PRICE = "repeated_price"
    AMBIGUOUS_SYMBOL = "ambiguous_symbol"
    EMPTY = "empty"
    ONE_SIDED = "one_sided"
    CROSSED = "crossed"

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.CHECKSUM: "the venue's checksum differs from that of our book",
    Reason.GAP: "a message of the venue's chain is missing",
    Reason.OUT_OF_ORDER: "a message came after its successor",
    Reason.DUPLICATE: "a message came twice",
    Reason.NO_SNAPSHOT: "nothing is known before a snapshot",
    Reason.OLD_SNAPSHOT: "the snapshot ends before the changes we have begin",
    Reason.IN_SNAPSHOT: "the snapshot already holds this change",
    Reason.RECONNECTED: "messages may have been missed while the connection was made anew",
    Reason.SILENCE: "nothing was heard for too long",
    Reason.UNREADABLE: "a message could not be read",
    Reason.NOT_A_NUMBER: "a price or size is no plain decimal number",
    Reason.OFF_GRID: "a price or size is finer than its pair's steps",
    Reason.TOO_LARGE: "a price or size is larger than any message can carry",
    Reason.PRICE_NOT_POSITIVE: "a price is zero or negative",
    Reason.SIZE_NOT_POSITIVE: "a size is negative, or zero in a snapshot",
    Reason.REPEATED_PRICE: "a snapshot names a price twice",
    Reason.AMBIGUOUS_SYMBOL: "the symbol names another market here",
    Reason.EMPTY: "nothing rests in the book",
    Reason.ONE_SIDED: "one side of the book is empty",
    Reason.CROSSED: "the best bid reaches the best ask",
}
