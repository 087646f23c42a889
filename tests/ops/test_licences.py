"""Every locked package may be used by a desk that trades, and who may not is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.licences import EXCEPTIONS, Package, is_usable, locked_packages, refused, said_by

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def packages() -> list[Package]:
    return locked_packages(CHECKOUT)


def test_every_locked_package_may_be_used_commercially(packages):
    assert refused(packages) == []
    assert len(packages) > 150


def test_every_exception_is_locked_and_needed(packages):
    needed = {one.name for one in packages if not one.is_usable}
    installed = {one.name for one in packages}
    assert needed <= EXCEPTIONS.keys()
    assert {name for name in EXCEPTIONS if name in installed} == needed
    assert EXCEPTIONS.keys() - installed <= {"atheris"}  # where no wheel of it is


@pytest.mark.parametrize(
    ("said", "usable"),
    [
        ("MIT", True),
        ("MIT License", True),
        ("MPL-2.0 AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("GPL-3.0-only OR Apache-2.0", True),
        ("GPL-3.0-only AND Apache-2.0", False),
        ("(MIT AND AGPL-3.0-only) OR SSPL-1.0", False),
        ("BUSL-1.1", False),
        ("MIT WITH Commons-Clause", False),
        ("(MIT", False),
        ("MIT) OR MIT", False),
        ("MIT OR", False),
        ("GNU General Public License (GPL)", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_an_expression_is_usable_where_every_way_it_asks_is(said, usable):
    assert is_usable(said) is usable


def test_what_speaks_first_is_believed_and_approval_is_no_licence():
    old = {
        "Classifier": ["Programming Language :: Python", "License :: OSI Approved :: MIT License"],
        "License": ["See LICENSE"],
    }
    assert said_by(old) == ("MIT License",)
    assert said_by(old | {"License-Expression": ["ISC"]}) == ("ISC",)
    assert said_by({"Classifier": ["License :: OSI Approved"], "License": ["BSD\nand more"]}) == (
        "BSD",
    )
    assert said_by({}) == ()


def test_who_may_not_be_used_is_told_with_what_to_do():
    bad = [Package("copyleft", ("AGPL-3.0-only",)), Package("silent", ()), Package("ok", ("MIT",))]
    told = refused(bad)
    assert [one.split(";")[0] for one in told] == [
        "copyleft is under AGPL-3.0-only",
        "silent is under no licence it names",
    ]
    assert all("ops/licences.py" in one for one in told)
