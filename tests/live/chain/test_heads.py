"""Heads that were heard of: the newest word counts, and those who wait are woken once each."""

from __future__ import annotations

import asyncio

from live.chain.decoding import BlockHead
from live.chain.heads import Heads


def a_head(number: int, gas_limit: int = 0) -> BlockHead:
    return BlockHead(number, "", "", 0, 10**9, 0, gas_limit)


def test_whoever_waits_is_woken_by_the_next_head_and_by_no_repetition():
    async def story() -> tuple[int, bool]:
        heads = Heads()
        heads.hear(a_head(1))
        waiting = asyncio.create_task(heads.next(within_s=60))
        await asyncio.sleep(0)
        heads.hear(a_head(1))
        await asyncio.sleep(0)
        woken_early = waiting.done()
        heads.hear(a_head(2))
        await waiting
        return heads.heard, woken_early

    assert asyncio.run(story()) == (2, False)


def test_whoever_waits_in_vain_goes_on_after_its_span():
    async def story() -> int:
        heads = Heads()
        await heads.next(within_s=0.001)
        return heads.heard

    assert asyncio.run(story()) == 0


def test_a_lower_head_counts_and_a_poorer_word_of_the_same_does_not_replace_a_richer():
    async def story() -> None:
        heads = Heads()
        assert heads.newest(within_s=60) is None
        heads.hear(a_head(9, gas_limit=30_000_000))
        heads.hear(a_head(9))
        assert heads.newest(within_s=60) == a_head(9, gas_limit=30_000_000)
        heads.hear(a_head(8))
        assert heads.newest(within_s=60) == a_head(8)
        assert heads.newest(within_s=0) is None

    asyncio.run(story())


def test_a_block_that_a_reorg_put_in_anothers_place_is_another_head():
    async def story() -> int:
        heads = Heads()
        for head_hash in ("0xaa", "0xbb", "", "0xbb"):
            heads.hear(BlockHead(7, head_hash, "", 0, 10**9, 0, 30_000_000))
        return heads.heard

    assert asyncio.run(story()) == 2
