"""Creation code: our own as compiled, the published ones from npm and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from vyper import compile_code

from domain.errors import ConfigRefused
from rehearsal.chain import artifacts
from rehearsal.chain.artifacts import TOKEN_BYTECODE, creation_code


def test_recompiling_the_token_gives_the_same_bytes_and_abi():
    source = TOKEN_BYTECODE.with_name("token.vy").read_text()
    compiled = compile_code(source, output_formats=["bytecode", "abi"])
    assert bytes.fromhex(compiled["bytecode"][2:]) == creation_code("token")
    assert compiled["abi"] == json.loads(TOKEN_BYTECODE.with_name("token.abi.json").read_text())


def test_without_the_npm_packages_the_sentence_says_what_to_do(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    monkeypatch.setattr(artifacts, "NODE_MODULES", tmp_path / "node_modules")
    with pytest.raises(ConfigRefused, match="npm ci"):
        creation_code("v2-factory")
