"""Whether a node's answer about a block's logs can be all of them, by the filter in its header.

A header's filter (:mod:`domain.chain.bloom`) has the bits of every address and topic logged in its
block. So it can show that a pool's logs are missing from an answer, and that an answer is about
another block; that a filter *seems* to hold a pool's logs may be chance, on a busy chain often.
What seems so is put to all logs of the block, whose bits must be the filter's to the last one.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.chain.bloom import bits_apart, bloom_of, may_hold
from domain.chain.types import Log
from live.collectors.pool_events import TOPICS


def is_doubtful(header_bloom: str, addresses: Iterable[str], logs: Sequence[Log]) -> bool:
    """Ask whether logs of some contracts look incomplete or foreign.

    Args:
        header_bloom: The filter of the block's header; empty when the node did not tell, and then
            nothing can be doubted.
        addresses: Of the pools.
        logs: What the node says they logged in the block.

    Returns:
        Whether the filter may hold a log of a pool that none came of, or lacks one that came.
    """
    if not header_bloom:
        return False
    bloom = int(header_bloom, 16)
    heard = {log.address for log in logs}
    silent = [address for address in addresses if address not in heard]
    return bool(bloom_of(logs) & ~bloom) or any(
        may_hold(bloom, address, topic) for address in silent for topic in TOPICS
    )


def are_all(header_bloom: str, logs: Iterable[Log]) -> bool:
    """Ask whether the logs of a block set the bits of its header's filter, no more and no fewer."""
    return bits_apart(header_bloom, logs) == (0, 0)
