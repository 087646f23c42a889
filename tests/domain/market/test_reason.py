"""Every reason can be told to a person and counted by its name."""

import pytest

from domain.market.reason import Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence(reason):
    assert len(reason.sentence.split()) > 3
    assert str(reason) == reason.value


def test_no_two_reasons_say_the_same():
    assert len({reason.sentence for reason in Reason}) == len(Reason)
