"""docs/protocol.md, made from the table of schemas, so that it cannot say anything else.

Prose about what does not fit a table (versions, negotiation) is here too, beside the rendering.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from live.protocol.v2.blocks import CHANNELS, CONTROL
from live.protocol.v2.frames import HEADER_BYTES, MAX_PAYLOAD_BYTES, MINOR, VERSION
from live.protocol.v2.kinds import WORDS
from live.protocol.v2.negotiation import HELLO_BYTES
from live.protocol.v2.schemas import Field, Part, Schema, Table
from live.protocol.v2.table import TABLE

_HEAD = f"""# The wire: protocol {VERSION}.{MINOR}

Made by `alphapulse protocol docs` from `live/protocol/v2/table.py`; change that, not this. Golden
frames for other languages are in `tests/golden/protocol/v2.json`.

Everything is little-endian, without alignment holes. Amounts are integers in base units of a
named asset; times are nanoseconds since the epoch (`_ns`); `_e6` and `_e24` are decimal places,
`_ppm` and `_pips` millionths. A value that is not known is absent, never 0.

v1, the protocol of the deployed clients, is carried unchanged on sockets of its own; this
document is about what a client may ask for beyond it. `alphapulse protocol decode --generation`
reads both. Where v1's bytes do not tell their layout the caller says it: type 9 is A in g1 and B in
g2 unless `--arbitrage-layout` says otherwise; the data of type 13 stay hex (`"layout": "opaque"`)
unless `--pool-family` names who wrote them. Such a frame is whole and valid, so it is no error; it
is not guessed at, and comes back byte for byte.

## Envelope, {HEADER_BYTES} bytes

| offset | bytes | field |
|---|---|---|
| 0 | 4 | magic `APv2`; its first byte is not v1's 0xFE |
| 4 | 1 | major version, {VERSION} |
| 5 | 1 | flags; bit 0: the payload begins with a routing block |
| 6 | 2 | source id |
| 8 | 2 | schema number |
| 10 | 2 | minor version of the writer |
| 12 | 4 | payload bytes, at most {MAX_PAYLOAD_BYTES} |
| 16 | 8 | sequence: the source's own counter, from 0, one more a frame |
| 24 | 8 | `sent_ns`, the source's clock |
| 32 | 8 | `venue_ns`, the venue's or chain's clock; 0 when it gave none |
| 40 | 4 | CRC-32 (IEEE, as in zlib) of bytes 0-39 and the payload |

A frame whose magic, major version, size or checksum is wrong ends the stream: what follows cannot
be told from payload. An unknown schema is no error: its frame is whole, and whoever does not know
it passes it over.

## Routing block

The payload of every data message begins with it, and a relay reads nothing else. It says its own
size, so a newer writer may add to its end.

| offset | bytes | field |
|---|---|---|
| 0 | 2 | size of the block, this field included |
| 2 | 1 | channel number, see below |
| 3 | 1 | flags, 0 |
| 4 | 4 | confidence in millionths, at most 1 000 000; 0xFFFFFFFF when there is none |
| 8 | 8 | net profit in millionths of a dollar, signed, floored; -2^63 when there is none |
| 16 | 8 | `expires_ns`; 0 never |
| 24 | 16 | correlation id: the journal's opportunity id; zeros when there is none |
| 40 | … | strategy (0 or 1), venues, pairs: each u8 count, then u8 byte count and UTF-8 |
"""

_NEGOTIATION = f"""## Who speaks what

The server never speaks first, and silence is v1. A client that wants more sends one `Hello` of at
most {HELLO_BYTES} bytes as its first frame and is answered once: `Welcome` with the highest
version and the features that both have, or `Refused` in words, after which the server hangs up.
From the `Welcome` on, both directions are v2. Where v1 frames were flowing already they keep
coming until the `Welcome`, which begins at a frame boundary. No answer within the client's
patience means an old relay: a client that may live with v1 does so, another hangs up. A `Welcome`
to something that was not offered, v1 frames where only v2 may come, and an answer after the
client gave up are errors.

A version is a u16, major in the high byte: 0x0200 is 2.0.

## What may change

A field may be added at the end of a schema; readers skip bytes they do not know, and take an
absent newer field for its default. A number is never given to another layout. A new message gets
a new number, a new channel a new number.

Parts of lists never grow: they stand one behind the other without a size of their own, so a reader
that knew fewer fields would take the surplus of one for the beginning of the next, and a size in
front of each would be another layout than 2.0's. What a newer version has to say of each part goes
into a list of its own at the end of the schema, as long as the first: an older reader skips it, a
newer one that misses it takes its default.
"""


def manual(table: Table = TABLE) -> str:
    """Write the whole document."""
    sections = (_HEAD, _channels(), _NEGOTIATION, _kinds(table), _schemas(table))
    return "\n".join(sections)


def _channels() -> str:
    rows = [(str(number), name) for name, number in CHANNELS.items() if name != CONTROL]
    return f"Channels:\n\n{_grid(('number', 'channel'), rows)}"


def _kinds(table: Table) -> str:
    rows = [(f"`{name}`", size, words) for name, (size, words) in WORDS.items()]
    rows += [
        ("`kind?`", "1 + …", "u8 0 when absent, else 1 and the value"),
        ("`kind*`", "4 + …", "u32 count, then each"),
    ]
    rows += [
        (f"`{part.name}`", "…", f"its fields in order, see {part.name} below")
        for part in table.parts
    ]
    grid = _grid(("kind", "bytes", "what"), rows)
    return f"## Kinds\n\n{grid}\n{chr(10).join(map(_part, table.parts))}"


def _part(part: Part) -> str:
    return f"### {part.name}\n\n{_about(part.struct)}\n\n{_fields(part.fields)}"


def _schemas(table: Table) -> str:
    control = [schema for schema in table.schemas if not schema.is_routed]
    data = [schema for schema in table.schemas if schema.is_routed]
    retired = [f"* {number}: {why}" for number, why in sorted(table.retired.items())]
    return "\n".join(
        (
            "## Data messages\n",
            *map(_schema, data),
            "## Control messages\n",
            *map(_schema, control),
            "## Retired numbers\n",
            *retired,
            "",
        )
    )


def _schema(schema: Schema) -> str:
    where = f"Channel `{schema.channel}`. " if schema.is_routed else ""
    body = _fields(schema.fields) if schema.fields else "No fields.\n"
    title = f"### {schema.number} {schema.message.__name__}"
    return f"{title}\n\n{where}{_about(schema.message)}\n\n{body}"


def _about(struct: type[object]) -> str:
    return (struct.__doc__ or "").partition("\n")[0]


def _fields(fields: Sequence[Field]) -> str:
    rows = [(f"`{field.name}`", f"`{field.kind}`", field.says + _since(field)) for field in fields]
    return _grid(("field", "kind", "meaning"), rows)


def _since(field: Field) -> str:
    return f" Since {VERSION}.{field.since}." if field.since else ""


def _grid(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
