"""Readers on real sockets: good, slow, stuck, flooding, silent; and what is counted of them."""

from __future__ import annotations

import asyncio
import socket
from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest
import uvloop
from prometheus_client import CollectorRegistry

from live.protocol import v1, v2
from live.relay.chunks import Run
from live.relay.config import desk_settings
from live.relay.listening import tcp_address
from live.relay.metrics import exported
from live.relay.subscription import Subscription
from live.relay.v2_client import hear
from tests.kit.clock import NOON_NS, noon_clock
from tests.kit.eventually import eventually
from tests.kit.wire import a_chain_head, a_pool_state, an_opportunity
from tests.live.relay.guests import HELLO, Guest, Party, publish
from tests.live.relay.makers import a_book, a_relay, an_alert, beats, connected, wire


def test_guests_hear_what_they_asked_for_on_every_socket(tmp_path):
    async def scenario() -> None:
        settings = desk_settings(tmp_path)
        serve = msgspec.structs.replace(settings.serve, tcp="127.0.0.1:0")
        settings = msgspec.structs.replace(settings, serve=serve)
        async with a_relay(tmp_path, settings=settings) as relay:
            address = relay.readers_addresses()[2]
            places = [tmp_path / "defi.sock", tmp_path / "relay.sock", tcp_address(address)]
            pools = v2.Subscribe(1, channels=("pools",))
            async with Party(*[Guest(place, pools) for place in places]) as guests:
                said = publish(relay, a_pool_state("a"), an_alert(), a_pool_state("b"))
                for guest in guests:
                    await eventually(lambda guest=guest: len(guest.messages) == 4)
                    welcome, ack, *rest = guest.messages
                    assert welcome == v2.Welcome(v2.V2_0, (), "relay")
                    assert ack.request == 1
                    assert rest == [said[0], said[2]]

    uvloop.run(scenario())


def test_silence_becomes_v1_and_a_late_hello_still_counts(tmp_path):
    async def scenario() -> None:
        async with a_relay(tmp_path, grace_ms=1) as relay:
            stream, writer = await asyncio.open_unix_connection(tmp_path / "defi.sock")
            await eventually(lambda: len(relay.market.readers) == 1)
            relay.market.publish(Run(beats(0, 1)[0], 1))
            assert await stream.readexactly(24) == beats(0, 1)[0]
            writer.write(HELLO)
            await eventually(lambda: len(relay.hub.members) == 1)
            assert relay.market.readers == []
            relay.market.publish(Run(beats(1, 1)[0], 1))
            await asyncio.sleep(0)
            [welcome] = v2.Decoder().feed(await stream.read(1 << 16))
            assert isinstance(welcome.message, v2.Welcome)
            writer.close()

    uvloop.run(scenario())


@pytest.mark.parametrize("bad", [b"\xfe" * 99, wire(an_alert()), wire(v2.Subscribe(1, ("x",)))])
def test_bad_bytes_are_refused_in_words_and_then_it_is_over(tmp_path, bad):
    async def scenario() -> None:
        async with a_relay(tmp_path) as relay:
            guest = Guest(tmp_path / "defi.sock", v2.Subscribe(1))
            good = Guest(tmp_path / "defi.sock", v2.Subscribe(1))
            async with Party(guest, good):
                guest.writer.write(bad)
                await eventually(lambda: guest.is_over)
                assert isinstance(guest.messages[-1], v2.Refused)
                publish(relay, an_alert())
                await eventually(lambda: good.of(v2.RiskAlert) == [an_alert()])
                assert len(relay.consumers) == 1

    uvloop.run(scenario())


def test_half_a_frame_and_then_silence_costs_nobody_anything(tmp_path):
    async def scenario() -> None:
        async with a_relay(tmp_path) as relay:
            halves = [connected(tmp_path / name) for name in ("paper.sock", "chain.sock")]
            halves += [connected(tmp_path / name) for name in ("relay.sock", "defi.sock")]
            for half, said in zip(halves, (beats(0, 1)[0], HELLO, HELLO, HELLO), strict=True):
                half.send(said[:-1])
            async with Party(Guest(tmp_path / "defi.sock", v2.Subscribe(1))) as [guest]:
                relay.market.publish(Run(b"".join(beats(0, 9)), 9))
                publish(relay, an_alert())
                await eventually(lambda: len(guest.of(v2.V1Frame)) == 9)
                assert guest.of(v2.RiskAlert) == [an_alert()]
            for half in halves:
                half.close()

    uvloop.run(scenario())


def test_a_flood_of_subscriptions_ends_in_words_and_hurts_nobody(tmp_path):
    async def scenario() -> None:
        async with a_relay(tmp_path) as relay:
            flooding = Guest(tmp_path / "defi.sock", *[v2.Subscribe(n) for n in range(3_000)])
            good = Guest(tmp_path / "defi.sock", v2.Subscribe(1))
            async with Party(flooding, good):
                await eventually(lambda: flooding.is_over)
                assert "20 requests a second" in flooding.of(v2.Refused)[0].reason
                publish(relay, an_alert())
                await eventually(lambda: good.of(v2.RiskAlert) == [an_alert()])

    uvloop.run(scenario())


def test_a_stalled_guest_loses_whole_frames_is_told_and_the_others_lose_nothing(tmp_path):
    async def scenario() -> None:
        registry = CollectorRegistry()
        async with a_relay(tmp_path, queue_bytes=100_000) as relay:
            stalled = connected(tmp_path / "defi.sock")
            wish = v2.Subscribe(1, channels=("signals", "pools"))
            stalled.send(HELLO + wire(wish))
            everything = Guest(tmp_path / "defi.sock", v2.Subscribe(1))
            risk = Guest(tmp_path / "defi.sock", v2.Subscribe(1, channels=("risk",)))
            with exported(relay, registry):
                async with Party(everything, risk):
                    for n in range(4_000):
                        publish(relay, an_opportunity(n), a_pool_state("a", n), first=2 * n + 1)
                        if n % 100 == 0:
                            publish(relay, an_alert(str(n)), first=99_000 + n)
                            relay.market.publish(Run(beats(n, 1)[0], 1))
                            await asyncio.sleep(0)
                    publish(relay, an_opportunity(9_999), first=500_000)
                    await eventually(lambda: everything.of(v2.ArbitrageOpportunity)[-1:] == [
                        an_opportunity(9_999)])  # fmt: skip
                    assert len(everything.of(v2.ArbitrageOpportunity)) == 4_001
                    assert len(everything.of(v2.PoolState)) == 4_000
                    assert everything.of(v2.GapNotice) == []
                    await eventually(lambda: len(risk.of(v2.RiskAlert)) == 40)
                    heard = await _drained(stalled, an_opportunity(9_999))
                    _assert_told(heard)
                    _assert_conserved(registry)

    uvloop.run(scenario())


async def _drained(stalled: socket.socket, last: object) -> list[object]:
    decoder, heard = v2.Decoder(), []
    loop = asyncio.get_running_loop()
    while last not in heard[-1:]:
        data = await asyncio.wait_for(loop.sock_recv(stalled, 65_536), 30)
        heard += [found.message for found in decoder.feed(data)]
    stalled.close()
    return heard


def _assert_told(heard: list[object]) -> None:
    """All signals were heard or counted as missing; of the pool at least the last state came."""
    signals = [m for m in heard if isinstance(m, v2.ArbitrageOpportunity)]
    pools = [m.block_number for m in heard if isinstance(m, v2.PoolState)]
    missing = sum(m.missing_frames for m in heard if isinstance(m, v2.GapNotice))
    assert missing > 0
    assert len(signals) + missing == 4_001
    assert pools == sorted(set(pools))
    assert pools[-1] == 3_999
    assert len(pools) < 4_000


def _assert_conserved(registry: CollectorRegistry) -> None:
    """Offered = delivered + filtered + expired + dropped + waiting, as Prometheus is told."""
    balance: dict[tuple[str, str], float] = {}
    signs = {"offered": 1, "delivered": -1, "filtered": -1, "expired": -1, "dropped": -1}
    offered = 0.0
    for family in registry.collect():
        for sample in family.samples:
            fate = sample.name.removeprefix("alphapulse_relay_").removesuffix("_frames_total")
            sign = -1 if sample.name.endswith("waiting_frames") else signs.get(fate, 0)
            if sign:
                key = (sample.labels["protocol"], sample.labels["channel"])
                balance[key] = balance.get(key, 0) + sign * sample.value
                offered += sample.value if fate == "offered" else 0
    assert offered > 0
    assert balance == dict.fromkeys(balance, 0)


def test_a_guest_too_slow_for_what_may_not_be_lost_is_told_why_and_cut_off(tmp_path):
    async def scenario() -> None:
        async with a_relay(tmp_path, queue_bytes=65_536) as relay:
            stalled = connected(tmp_path / "defi.sock")
            stalled.send(HELLO + wire(v2.Subscribe(1, channels=("risk",))))
            await eventually(lambda: len(relay.hub.members) == 1)
            for n in range(9_000):
                publish(relay, an_alert(str(n)), first=n + 1)
                if n % 100 == 0:
                    await asyncio.sleep(0)
            await eventually(lambda: relay.hub.members == [])
            decoder, heard = v2.Decoder(), []
            loop = asyncio.get_running_loop()
            while data := await asyncio.wait_for(loop.sock_recv(stalled, 65_536), 30):
                heard += [found.message for found in decoder.feed(data)]
            assert "too slowly" in heard[-1].reason
            names = [m.alert for m in heard if isinstance(m, v2.RiskAlert)]
            assert names == [str(n) for n in range(len(names))]
            stalled.close()

    uvloop.run(scenario())


def test_expiry_on_the_wire(tmp_path):
    async def scenario() -> None:
        clock = noon_clock()
        guest = Guest(tmp_path / "defi.sock", v2.Subscribe(1))
        async with a_relay(tmp_path, clock) as relay, Party(guest):
            late, good = (an_opportunity(n, expires_ns=at) for n, at in ((1, 1), (2, NOON_NS + 9)))
            publish(relay, late, good)
            await eventually(lambda: guest.of(v2.ArbitrageOpportunity) == [good])
            clock.wind(9)
            await eventually(lambda: guest.of(v2.ExpiryNotice) != [])
            [notice] = guest.of(v2.ExpiryNotice)
            assert (notice.source, notice.sequence) == (9, 2)

    uvloop.run(scenario())


def test_a_killed_connection_closes_its_gap_when_it_comes_back(tmp_path):
    wanted = v2.Subscribe(1, channels=("signals", "pools"))
    subscription = Subscription(wanted, name="test")
    heard: list[object] = []

    async def keep(relay_path: Path) -> None:
        async with aclosing(hear(relay_path, subscription)) as batches:
            async for batch in batches:
                heard.extend([found.message for found in batch] or [None])

    async def scenario() -> None:
        async with a_relay(tmp_path) as relay:
            listening = asyncio.create_task(keep(tmp_path / "defi.sock"))
            await eventually(lambda: heard == [None])
            said = []
            for n in range(5):
                said += publish(relay, an_opportunity(n), a_pool_state("a", n), first=10 * n)
                count = len(said)
                await eventually(lambda count=count: len(heard) >= count)
                for consumer in list(relay.consumers):
                    consumer._transport.abort()
                said += publish(relay, an_opportunity(90 + n), first=10 * n + 5)
                await asyncio.sleep(0)
            await eventually(lambda: len(heard) == len(said) + 1)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        assert heard == [None, *said]

    uvloop.run(scenario())


def test_a_relay_that_is_full_says_so_to_who_says_hello(tmp_path):
    async def scenario() -> None:
        async with a_relay(tmp_path, clients=2) as relay:
            first, second = (
                Guest(tmp_path / "defi.sock", v2.Subscribe(1)),
                connected(tmp_path / "relay.sock"),
            )
            async with Party(first):
                await eventually(lambda: len(relay.consumers) == 2)
                third = Guest(tmp_path / "defi.sock", v2.Subscribe(1))
                async with Party(third):
                    await eventually(lambda: third.is_over)
                    assert "as many readers" in third.of(v2.Refused)[0].reason
                stream, writer = await asyncio.open_unix_connection(tmp_path / "relay.sock")
                assert await stream.read() == b""
                writer.close()
                assert relay.refused_clients == 2
                publish(relay, an_alert())
                await eventually(lambda: first.of(v2.RiskAlert) == [an_alert()])
            second.close()

    uvloop.run(scenario())


def test_books_and_heads_reach_a_late_guest_alone_of_what_it_wants(tmp_path):
    async def scenario() -> None:
        mapping = v1.mapping("paper:ETH-USDC")
        async with a_relay(tmp_path) as relay:
            publish(relay, a_chain_head(3), a_book(), a_book(sequence=2, is_full=False), an_alert())
            relay.market_feed("x").take(v1.encode(mapping, 1) + b"".join(beats(0, 2)))
            wish = v2.Subscribe(1, channels=("books", "market"), venues=("paper",))
            async with Party(Guest(tmp_path / "defi.sock", wish)) as [guest]:
                await eventually(lambda: len(guest.messages) == 5)
                _welcome, _ack, told, *books = guest.messages
                assert told.raw == v1.encode(mapping, 1)
                assert books == [a_book(), a_book(sequence=2, is_full=False)]

    uvloop.run(scenario())
