"""The filter of a header, held against the reference package."""

from eth_bloom import BloomFilter
from hypothesis import given
from hypothesis import strategies as st

from domain.chain.bloom import bits_apart, bloom_bytes, bloom_hex, bloom_of, may_hold
from tests.kit.logs import a_log

LOGS = st.lists(
    st.builds(
        a_log,
        st.integers(min_value=0, max_value=2**160 - 1),
        st.lists(st.integers(min_value=0, max_value=2**256 - 1), max_size=4),
    ),
    max_size=4,
)


@given(LOGS)
def test_the_filter_is_the_one_of_the_reference_package(logs):
    reference = BloomFilter()
    for log in logs:
        for item in (log.address, *log.topics):
            reference.add(bytes.fromhex(item[2:]))
    assert bloom_of(logs) == int(reference)


@given(LOGS, LOGS)
def test_bits_apart_count_what_each_side_lacks(stated, found):
    missing, foreign = bits_apart(bloom_hex(stated), found)
    assert missing == (bloom_of([*stated, *found]) ^ bloom_of(found)).bit_count()
    assert foreign == (bloom_of([*stated, *found]) ^ bloom_of(stated)).bit_count()


def test_no_logs_set_no_bits():
    assert bloom_bytes([]) == bytes(256)


@given(LOGS)
def test_a_filter_may_hold_whatever_it_took_in_and_a_no_is_certain(logs):
    bloom = bloom_of(logs)
    for log in logs:
        assert may_hold(bloom, log.address, *log.topics)
        assert not may_hold(0, log.address)
