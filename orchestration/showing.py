"""What a reviewer sees beside an asset: tables in Markdown, and breaks drawn as one small picture.

Everything here is for the eye: amounts are cut to what fits, the marts keep every digit. A picture
is an SVG of our own in a `data:` address, so that a page needs nothing from anywhere.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from html import escape

import dagster as dg

from domain.breaks.gravity import AGE_NAMES
from domain.breaks.tally import Tally
from domain.money import VALUE_SCALE, from_units

SHOWN_ROWS = 50
"""A person reads a page, not a table; the marts hold all of them."""
AGE_COLOURS = ("#9ec5e8", "#4a90c2", "#e0a03c", "#c23b3b")
"""Young is calm, old is not; told apart in grey as well."""
_WIDTH, _ROW, _LEFT, _BAR = 760, 26, 170, 380
_NO_BREAKS = "no breaks"
_MEANT = re.compile(r"[\\`|\[\]]")
"""What Markdown would read as code, a cell's end, a link or a picture."""
_BLOCK, _BLOCKS = "█", 16
"""A picture opens in a dialogue; this much of it is seen beside the words already."""


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as Markdown; rows beyond what a person reads are counted."""
    lines = [[_cell(value) for value in row] for row in rows]
    if not lines:
        return "nothing"
    shown = [header, ["---"] * len(header), *lines[:SHOWN_ROWS]]
    text = "\n".join(f"| {' | '.join(row)} |" for row in shown)
    more = len(lines) - SHOWN_ROWS
    return f"{text}\n\n… and {more} more" if more > 0 else text


def table_metadata(header: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MetadataValue:
    """Show a table beside an asset or check."""
    return dg.MetadataValue.md(markdown_table(header, rows))


def breaks_metadata(told: Sequence[Tally]) -> dict[str, dg.MetadataValue]:
    """Show breaks by cause, age and money: as a picture and as a table."""
    most = max((one.value_usd_e24 for one in told), default=0)
    rows = [
        (
            one.cause,
            one.age.replace("-", "\u2011").replace(
                " ", "\u00a0"
            ),  # so that no age is broken in two
            one.breaks,
            money(one.value_usd_e24),
            _BLOCK * (_BLOCKS * one.value_usd_e24 // most if most else 0),
            one.unknown,
            one.following,
        )
        for one in told
    ]
    header = (
        "cause", "age", "breaks", "money, USDC", "", "of unknown money", "only repeat another",
    )  # fmt: skip
    return {
        "breaks_by_cause": table_metadata(header, rows),
        "plot": dg.MetadataValue.md(f"![breaks by cause, age and money]({data_uri(plot(told))})"),
    }


def money(value_usd_e24: int | None) -> str:
    """Cut a value to cents for the eye; unknown is said, never shown as 0."""
    if value_usd_e24 is None:
        return "unknown"
    whole, _, rest = from_units(value_usd_e24, VALUE_SCALE).partition(".")
    return f"{whole}.{rest[:2].ljust(2, '0')}"


def data_uri(svg: str) -> str:
    """Put a picture into an address."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def plot(told: Sequence[Tally]) -> str:
    """Draw breaks as bars, one a cause: as long as its money, in parts by age."""
    causes = list(dict.fromkeys(one.cause for one in told))
    height = _ROW * (max(1, len(causes)) + 2)
    body = "".join(_bars(at, cause, told) for at, cause in enumerate(causes))
    if not causes:
        body = _text(_LEFT, _ROW, _NO_BREAKS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{body}{_legend(height)}</svg>'
    )


def _bars(at: int, cause: str, told: Sequence[Tally]) -> str:
    mine = [one for one in told if one.cause == cause]
    most = max(sum(two.value_usd_e24 for two in told if two.cause == one.cause) for one in told)
    y, x, parts = _ROW // 2 + at * _ROW, float(_LEFT), [_text(8, _ROW // 2 + at * _ROW + 15, cause)]
    for one in mine:
        wide = _BAR * one.value_usd_e24 / most if most else 0.0
        drawn = max(3.0, wide)  # a break without known money is still seen
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{drawn:.1f}" height="{_ROW - 8}" '
            f'fill="{AGE_COLOURS[one.band]}"/>'
        )
        x += drawn
    total = money(sum(one.value_usd_e24 for one in mine))
    unknown = sum(one.unknown for one in mine)
    words = f"{sum(one.breaks for one in mine)} · {total} USDC"
    words += f" + {unknown} unknown" if unknown else ""
    following = sum(one.following for one in mine)
    words += f" · {following} more repeat another" if following else ""
    return "".join([*parts, _text(x + 8, y + 15, words)])


def _legend(height: int) -> str:
    parts: list[str] = []
    for at, (name, colour) in enumerate(zip(AGE_NAMES, AGE_COLOURS, strict=True)):
        x, y = _LEFT + at * 90, height - 14
        parts.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(x + 15, y, name))
    return "".join(parts)


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="#222222">{escape(words)}</text>'


def _cell(value: object) -> str:
    """Write a cell as text: a name from outside makes no element, picture or link of a page."""
    if value is None:
        return "unknown"
    return _MEANT.sub(r"\\\g<0>", escape(" ".join(str(value).splitlines()), quote=False))
