"""The tree of RFC 6962: against the public vectors, and against its own definition."""

from __future__ import annotations

import json
import tarfile
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root,
)
from domain.errors import InputRefused

VECTORS = Path(__file__).parents[3] / "../shared/data/rfc6962/testdata.tgz"
LEAVES = st.lists(st.binary(max_size=4).map(leaf_hash), min_size=1, max_size=40)


def _vectors(subject: str) -> list[dict]:
    if not VECTORS.exists():
        pytest.skip("the public RFC 6962 vectors are not on this machine")
    with tarfile.open(VECTORS) as archive:
        members = [one for one in archive if one.name.startswith(f"merkle/testdata/{subject}/")]
        files = [archive.extractfile(one) for one in members if one.isfile()]
        return [json.load(one) for one in files if one is not None]


def test_every_public_inclusion_vector_is_judged_as_published():
    vectors = _vectors("inclusion")
    assert len(vectors) == 98
    for vector in vectors:
        proof = [b64decode(one) for one in vector["proof"] or ()]
        leaf, head = b64decode(vector["leafHash"]), b64decode(vector["root"])
        judged = is_included(leaf, vector["leafIdx"], vector["treeSize"], proof, head)
        assert judged != vector["wantErr"], vector["desc"]


def test_every_public_consistency_vector_is_judged_as_published():
    vectors = _vectors("consistency")
    assert len(vectors) == 98
    for vector in vectors:
        proof = [b64decode(one) for one in vector["proof"] or ()]
        heads = b64decode(vector["root1"]), b64decode(vector["root2"])
        judged = is_consistent(vector["size1"], vector["size2"], proof, *heads)
        assert judged != vector["wantErr"], vector["desc"]


def _by_definition(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_by_definition(leaves[:split]), _by_definition(leaves[split:]))


@given(LEAVES)
def test_the_head_is_what_the_definition_says(leaves: list[bytes]):
    assert root(leaves) == _by_definition(leaves)


def test_the_empty_tree_and_the_empty_leaf_hash_as_published():
    assert root([]) == EMPTY_ROOT == sha256(b"").digest()
    assert leaf_hash(b"").hex().startswith("6e340b9c")
    assert leaf_hash(b"").hex().endswith("a01d")


@given(LEAVES, st.data())
def test_every_leaf_is_proved_and_another_is_not(leaves: list[bytes], data: st.DataObject):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(index, leaves)
    assert is_included(leaves[index], index, len(leaves), proof, root(leaves))
    assert not is_included(leaf_hash(b"another"), index, len(leaves), proof, root(leaves))


@given(LEAVES, st.data())
def test_a_longer_book_is_proved_to_begin_with_the_shorter(
    leaves: list[bytes], data: st.DataObject
):
    size = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(size, leaves)
    heads = root(leaves[:size]), root(leaves)
    assert is_consistent(size, len(leaves), proof, *heads)
    rewritten = root([leaf_hash(b"rewritten"), *leaves[1:size]])
    assert not is_consistent(size, len(leaves), proof, rewritten, heads[1])


@given(LEAVES, LEAVES)
def test_appending_to_a_frontier_gives_the_head_of_the_whole(
    first: list[bytes], second: list[bytes]
):
    frontier = Frontier.of(first)
    for leaf in second:
        frontier = frontier.append(leaf)
    assert frontier == Frontier.of([*first, *second])
    assert frontier.root() == _by_definition([*first, *second])
    assert len(frontier.peaks) == frontier.size.bit_count()


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_outside_the_tree_cannot_be_proved(index: int):
    with pytest.raises(InputRefused, match="in the tree"):
        inclusion_proof(index, [leaf_hash(b"")] * 3)


@pytest.mark.parametrize("size", [0, 4])
def test_an_empty_or_later_tree_cannot_be_an_earlier_one(size: int):
    with pytest.raises(InputRefused, match="earlier"):
        consistency_proof(size, [leaf_hash(b"")] * 3)
