"""What gives way on each channel."""

from __future__ import annotations

from live.protocol import v2
from live.relay.policies import DEFAULT_POLICIES, Policy


def test_every_channel_has_a_policy_and_notices_are_never_dropped():
    assert set(DEFAULT_POLICIES) == set(v2.CHANNELS)
    assert DEFAULT_POLICIES["control"] is Policy.DISCONNECT
