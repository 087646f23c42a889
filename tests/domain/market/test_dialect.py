"""What a feed promises unless its venue says otherwise."""

from domain.market.dialect import Dialect, no_answer


def test_a_feed_begins_with_its_snapshot_unless_said_otherwise():
    dialect = Dialect("x", parse=lambda _: [])
    assert not dialect.is_snapshot_asked
    assert dialect.checksum is None


def test_a_venue_that_is_asked_nothing_reads_no_answers():
    assert no_answer("https://x/depth?symbol=AB", "{}") == []
