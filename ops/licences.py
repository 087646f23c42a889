"""Under which licences the locked packages come, and whether a desk that trades may use them.

Python packages say it in their installed metadata, Node's in the lock file. What is not known to
allow commercial use is refused, silence included; an exception is named with its reason. Packages
of other platforms are locked too but not installed here, and are judged where they are.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

import msgspec

USABLE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "MIT",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    }
)
"""SPDX ids. The MPL asks back only what is changed in its own files."""
WORDS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "CC0-1.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What packages of before SPDX say, and the id it is read as."""
NO_LICENCES = frozenset({"DFSG approved", "OSI Approved"})
"""Classifiers that tell who approves of a licence, not which it is."""
_CONTRACTS = "compiled contracts for the chain of a rehearsal or test, never shipped"
_BESIDE = "LGPL-3.0: a library beside our code, unchanged and replaceable, asks no more"
EXCEPTIONS = {
    "atheris": "its metadata is silent; its licence file is the Apache License 2.0",
    "psycopg": _BESIDE,
    "psycopg-binary": _BESIDE,
    "text-unidecode": "given under either of two; taken under the Artistic License",
    "@balancer-labs/v2-deployments": _CONTRACTS,
    "@uniswap/lib": _CONTRACTS,
    "@uniswap/v2-core": _CONTRACTS,
    "@uniswap/v2-periphery": _CONTRACTS,
    "@uniswap/v3-core": f"{_CONTRACTS}; its BUSL became the GPL on 2023-04-01",
    "@uniswap/v3-periphery": _CONTRACTS,
}
_TOKEN = re.compile(r"\(|\)|[^\s()]+")


class Package(msgspec.Struct, frozen=True):
    """A locked package and what it says of its licence, all of which has to be usable.

    Args:
        name: As its index has it.
        says: SPDX expressions, or words in their place; nothing where it is silent.
    """

    name: str
    says: tuple[str, ...]

    @property
    def is_usable(self) -> bool:
        """Whether a trading desk may use it, by its own word."""
        return bool(self.says) and all(is_usable(one) for one in self.says)


def refused(packages: Iterable[Package]) -> list[str]:
    """Name the packages that a desk may not use, a sentence each."""
    return [
        f"{one.name} is under {' and '.join(one.says) or 'no licence it names'};"
        " take another package, or say in ops/licences.py why it may be used"
        for one in packages
        if not one.is_usable and one.name not in EXCEPTIONS
    ]


def is_usable(said: str) -> bool:
    """Judge an SPDX expression: of `OR` one side has to be usable, of `AND` both."""
    tokens = [WORDS[said]] if said in WORDS else _TOKEN.findall(said)
    verdict, rest = _either(tokens)
    return verdict and not rest


def locked_packages(checkout: Path) -> list[Package]:
    """Read what the lock files name: Python's as far as it is installed here, and Node's."""
    return [*_python(checkout / "uv.lock"), *_node(checkout / "package-lock.json")]


def said_by(about: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Read what a Python package says of its licence.

    Args:
        about: Its `License-Expression`, `Classifier` and `License` fields; the first that speaks
            is believed.
    """
    if expression := about.get("License-Expression"):
        return tuple(expression)
    found = [one.rpartition(" :: ")[2] for one in about.get("Classifier", ()) if "License" in one]
    named = tuple(one for one in found if one not in NO_LICENCES)
    return named or tuple(one.partition("\n")[0] for one in about.get("License", ()))


def _python(lock: Path) -> Iterable[Package]:
    ours = tomllib.loads(lock.read_text())["package"]
    for name in (one["name"] for one in ours if "editable" not in one["source"]):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        fields = ("License-Expression", "Classifier", "License")
        yield Package(name, said_by({key: about.get_all(key) or () for key in fields}))


def _node(lock: Path) -> Iterable[Package]:
    for path, one in json.loads(lock.read_text())["packages"].items():
        if path:
            said = one.get("license")
            yield Package(path.rpartition("node_modules/")[2], (said,) if said else ())


def _either(tokens: list[str]) -> tuple[bool, list[str]]:
    verdict, rest = _both(tokens)
    while rest[:1] == ["OR"]:
        other, rest = _both(rest[1:])
        verdict = verdict or other
    return verdict, rest


def _both(tokens: list[str]) -> tuple[bool, list[str]]:
    verdict, rest = _one(tokens)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:])
        verdict = verdict and other
    return verdict, rest


def _one(tokens: list[str]) -> tuple[bool, list[str]]:
    if not tokens:
        return False, ["an operand is missing"]
    if tokens[0] != "(":
        return tokens[0] in USABLE, tokens[1:]
    verdict, rest = _either(tokens[1:])
    return verdict and rest[:1] == [")"], rest[1:]
