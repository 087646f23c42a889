"""What a joined relay asks of JetStream: the streams, and where it goes on reading each.

A stream that is already there is left as its operator made it. The durable consumer holds, at the
server, how far this relay has read; it is made anew at each connection, right behind that place,
because a consumer that was left with unacknowledged messages gives newer ones first.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nats.js import api
from nats.js.errors import BadRequestError, NotFoundError

from domain.clock import SECOND_NS
from live.relay.nats.lane import LaneState
from live.relay.nats.ports import Streams
from live.relay.nats.settings import NatsSettings

DUPLICATES_S = 120.0
"""How long the server knows an id: a relay that comes back repeats what was not acknowledged."""
MOST_UNACKNOWLEDGED = 4_096
"""Messages the server sends ahead of our word; half a second of a busy market."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def ensure_stream(jetstream: Streams, lane: LaneState, settings: NatsSettings) -> None:
    """Make a stream unless it is there.

    Raises:
        nats.errors.Error: The server will not, or does not answer.
    """
    wanted = api.StreamConfig(
        name=lane.stream,
        subjects=lane.lane.subjects(settings.prefix),
        max_age=settings.history_s,
        max_bytes=settings.history_bytes,
        duplicate_window=min(DUPLICATES_S, settings.history_s),
    )
    try:
        await jetstream.add_stream(wanted)
    except BadRequestError:
        await jetstream.stream_info(lane.stream)  # it is there with other limits: an operator's


async def begin_reading(
    jetstream: Streams, lane: LaneState, settings: NatsSettings, inbox: str
) -> None:
    """Let the server send us a stream from behind what we have read.

    Raises:
        nats.errors.Error: The server will not, or does not answer.
    """
    info = await jetstream.stream_info(lane.stream)
    acknowledged = await _acknowledged(jetstream, lane.stream, settings.name)
    birth_ns = _ns(info.created) if info.created else 0
    last = lane.position.begin(birth_ns, acknowledged or 0, info.state.last_seq)
    if not last and acknowledged is None and not settings.has_past:
        last = info.state.last_seq
        lane.position.keep(last)
    lane.arrivals.begin_after(last)
    if acknowledged is not None:
        await jetstream.delete_consumer(lane.stream, settings.name)
    await jetstream.add_consumer(
        lane.stream,
        api.ConsumerConfig(
            durable_name=settings.name,
            deliver_subject=inbox,
            deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=last + 1,
            ack_policy=api.AckPolicy.ALL,
            max_ack_pending=MOST_UNACKNOWLEDGED,
        ),
    )


async def _acknowledged(jetstream: Streams, stream: str, durable: str) -> int | None:
    try:
        info = await jetstream.consumer_info(stream, durable)
    except NotFoundError:
        return None
    return info.ack_floor.stream_seq if info.ack_floor else 0


def _ns(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1) * (SECOND_NS // 1_000_000)
