"""What a frame says about the one book that is listened for, or why it cannot be believed.

A frame that is no message at all is a doubt here, unless it answers a ping: on a live connection
nothing else comes that a venue did not mean. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.market.reason import Reason
from domain.market.word import BookKey, BookSaid, Counted, Unread, Word
from live.collectors.grid import Digits, on_grid
from live.collectors.lines import Line

_PONG = "pong"


@dataclass(frozen=True, slots=True)
class Ear:
    """Listens for one book.

    Args:
        line: Of the exchange.
        key: Of the book.
        digits: Of its pair.
    """

    line: Line
    key: BookKey
    digits: Digits

    def frame(self, text: str) -> list[Word]:
        """Read one frame; words about other books are among them."""
        words = _read(lambda: self.line.dialect.parse(text))
        if not words and not _is_message(text):
            return [Unread(None, Reason.UNREADABLE)]
        return self._held(words)

    def answer(self, url: str, body: str) -> list[Word]:
        """Read the answer to a request."""
        return self._held(_read(lambda: self.line.dialect.parse_answer(url, body)))

    def is_ours(self, word: Word) -> bool:
        """Ask whether a word concerns the book."""
        return isinstance(word, Counted) or word.key is None or word.key == self.key

    def _held(self, words: list[Word]) -> list[Word]:
        return [self._on_grid(word) if self.is_ours(word) else word for word in words]

    def _on_grid(self, word: Word) -> Word:
        if not isinstance(word, BookSaid):
            return word
        return on_grid(word, self.digits, is_padded=self.line.is_padded)


def _read(parse: Callable[[], list[Word]]) -> list[Word]:
    try:
        return parse()
    except (TypeError, ValueError, LookupError):
        return [Unread(None, Reason.UNREADABLE)]


def _is_message(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "["} or text.strip() in {_PONG, ""}
