"""How a running desk is told to end."""

from __future__ import annotations

import signal

import pytest

from ops.cli.desk import ONE_WISH_S, Interrupt


def test_the_same_ctrl_c_heard_twice_is_one_wish_and_a_later_one_is_another():
    now_s = [0.0]
    interrupt = Interrupt(lambda: now_s[0])
    with pytest.raises(KeyboardInterrupt):
        interrupt(signal.SIGINT, None)
    now_s[0] = ONE_WISH_S / 2
    interrupt(signal.SIGTERM, None)
    now_s[0] = 2 * ONE_WISH_S
    with pytest.raises(KeyboardInterrupt):
        interrupt(signal.SIGINT, None)
