"""One self-contained page of HTML: headings, sentences, tables, pictures; nothing from elsewhere.

Whatever is said is escaped; a picture is put in as it is. What a page says is its caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; color: #222; margin: 2rem auto; max-width: 76rem; padding: 0 1rem }
h1 { font-size: 1.5rem; margin-bottom: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; font-size: 12px } th, td { padding: .2rem .7rem; text-align: left }
th { border-bottom: 2px solid #888 } td { border-bottom: 1px solid #ddd; overflow-wrap: break-word }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.good { color: #14713a } .bad { color: #b01c1c; font-weight: 600 } .note { color: #666 }
@media print { body { margin: 0; max-width: none } h2 { break-after: avoid } }
"""  # noqa: E501 (CSS reads better on one line a rule)
GOOD, BAD = "good", "bad"
_NUMBER = '<td class="number">'


def page(title: str, parts: Iterable[str]) -> str:
    """Put parts into a page."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        f"</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def heading(words: str) -> str:
    """Begin a section."""
    return f"<h2>{escape(words)}</h2>"


def sentence(words: str, kind: str = "note") -> str:
    """Say something; `kind` is note, good or bad."""
    return f'<p class="{kind}">{escape(words)}</p>'


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Show rows; None is said to be unknown, numbers and their names stand to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        return sentence("none")
    lines = [f"<tr>{''.join(row)}</tr>" for row in cells]
    columns = zip(*cells, strict=True)
    head = "".join(_name(name, column) for name, column in zip(header, columns, strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def picture(svg: str) -> str:
    """Show a drawing of our own."""
    return f"<figure>{svg}</figure>"


def _name(name: str, column: Sequence[str]) -> str:
    is_number = any(cell.startswith(_NUMBER) for cell in column)
    opening = '<th class="number">' if is_number else "<th>"
    return f"{opening}{escape(name)}</th>"


def _cell(value: object) -> str:
    words = "unknown" if value is None else str(value)
    is_number = words.replace("-", "", 1).replace(".", "", 1).replace(",", "").isdigit()
    return f"{_NUMBER}{words}</td>" if is_number else f"<td>{escape(words)}</td>"
