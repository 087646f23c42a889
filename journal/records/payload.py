"""The one byte string a fact is hashed and kept as, and back.

In canonical JSON every integer is a string, so no reader can round one. What a fact says belongs to
the modules of the kinds; which bytes surround it in the store, to `journal.record`.
"""

from __future__ import annotations

import msgspec
import orjson

from domain.canonical import with_text_integers
from domain.errors import InputRefused
from journal.records.fact import Fact
from journal.records.kinds import KINDS


def canonical_payload(fact: Fact) -> bytes:
    """Write a fact as the one byte string that is hashed and kept.

    RFC 8785 (JCS) JSON in which integers are decimal strings: keys sorted, no spaces. With ASCII
    keys and no numbers, orjson's sorted output is that form (held by a test against `rfc8785`).
    """
    return orjson.dumps(with_text_integers(msgspec.to_builtins(fact)), option=orjson.OPT_SORT_KEYS)


def parse_payload(kind: str, payload: bytes) -> Fact:
    """Read a fact back.

    Raises:
        InputRefused: The kind is unknown or the payload is not of its shape.
    """
    if kind not in KINDS:
        raise InputRefused(
            "this journal holds a kind newer than this program; update it", kind=kind
        )
    try:
        return msgspec.convert(orjson.loads(payload), type=KINDS[kind], strict=False)
    except (msgspec.ValidationError, orjson.JSONDecodeError) as error:
        raise InputRefused(f"this payload is not a {kind}: {error}") from error
