"""How long execution waits for answers, and what it offers for speed; each with its reason.

Numbers only. Limits of risk are in `live/risk/limits.py`.
"""

from __future__ import annotations

import msgspec

from domain.clock import SECOND_NS


class Tuning(msgspec.Struct, frozen=True, kw_only=True):
    """Spans in the unit their name says."""

    receipt_s: float = 5.0
    """How long a send may go unanswered before it is UNKNOWN: five blocks of the rehearsal chain; a
    transaction that pays the tip below is in the next one or something is wrong."""

    poll_s: float = 0.04
    """Between looks for a receipt when no head is heard of: 25 calls a second of 1-2 ms, 4 % of a
    core while waiting; over the node's socket a tenth of that."""

    stuck_after_s: float = 0.5
    """How long after the send a block without it means that it was passed over, and a higher fee is
    worth its while: half a block of the rehearsal chain; less is a race with a block that was being
    built."""

    ask_s: float = 0.25
    """Between questions about an unknown outcome: the answer is seldom there after less."""

    retire_after_s: float = 8.0
    """How long a transaction may be pending before its nonce is used up by a payment to ourselves:
    several slow blocks, yet short enough that the lane behind it is not stuck for long."""

    absent_after_s: float = 2.0
    """Likewise for one the node does not know at all: two blocks, after which it is in none of
    them."""

    order_absent_after_ns: int = 2 * SECOND_NS
    """How long after the send "the exchange has no such order" begins to count: a request that
    timed out may still be in its queue; twice in a row after this it is a refusal."""

    deadline_blocks: int = 2
    """How many blocks after the head a transaction may still trade: the next one, and one more."""

    head_fresh_s: float = 1.0
    """How long a head that was heard of is the newest one: a block of the rehearsal chain; the
    deadline and the offer for gas rest on it, and have room for one block more."""

    tip_wei: int = 10**7
    """Priority fee for one gas: ten times what the rehearsal's market makers offer, so that a
    block's first place is ours, and still less than a cent a trade; on a public chain it is an
    auction."""

    settle_s: float = 5.0
    """After a stop is asked for: how long executions may look for definite answers."""

    finalise_s: float = 3.5
    """And then: how long to wait for final blocks; the sum stays inside the ten seconds a process
    has."""
