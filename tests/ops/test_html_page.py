"""A page is one file, well formed, and nothing that is said in it can become markup."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ops.html_page import heading, page, picture, sentence, table


class Reader(HTMLParser):
    """Collects what a page says and which tags it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onload", "onclick"}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


SAID = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1, max_size=20)


@given(SAID, SAID)
def test_whatever_is_said_is_text_and_never_markup(title: str, said: str):
    parts = [heading(said), sentence(said), table((said,), [(said,)])]
    read = Reader(page(title, parts))
    assert set(read.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "thead",
        "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert "".join(read.words).count(said) >= 4


def test_unknown_is_said_and_numbers_stand_to_the_right():
    rows = table(("a", "b", "c"), [(None, "-1,234.5", "x1")])
    assert "<td>unknown</td>" in rows
    assert '<td class="number">-1,234.5</td>' in rows
    assert "<td>x1</td>" in rows
    assert '<th>a</th><th class="number">b</th><th>c</th>' in rows


def test_an_empty_table_says_none():
    assert "none" in table(("a",), [])


def test_a_picture_is_put_in_as_it_is():
    assert picture("<svg/>") == "<figure><svg/></figure>"
