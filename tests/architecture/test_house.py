"""The house as promised: charters on the doors, a map equal to the disk, tests beside the maths."""

import ast
import re
import subprocess
from collections.abc import Set
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("domain", "journal", "live", "sensors", "orchestration", "rehearsal", "ops")
PURE = (
    "domain",
    "live/protocol",
    "live/risk",
)


def modules(*rooms: str) -> list[Path]:
    return sorted(
        path
        for room in rooms
        for path in (CHECKOUT / room).rglob("*.py")
        if path.read_text().strip() and "contracts" not in path.parts
    )


@pytest.mark.parametrize("path", modules(*ROOMS), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_module_opens_with_its_charter(path: Path):
    charter = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert len(charter.split()) >= 5, f"say in {path} what belongs there"


@pytest.mark.parametrize("path", modules(*PURE), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_pure_module_has_its_own_tests(path: Path):
    if path.name == "__init__.py":
        return
    inside = path.relative_to(CHECKOUT)
    assert (CHECKOUT / "tests" / inside.parent / f"test_{inside.name}").exists()


def test_no_module_imports_itself_by_way_of_others():
    paths = {_dotted(path): path for path in modules(*ROOMS)}
    arrows = {name: _imported(path, paths.keys()) for name, path in paths.items()}
    assert sum(map(len, arrows.values())) > len(arrows), "no arrow was read"
    TopologicalSorter(arrows).prepare()  # raises CycleError, which names the circle


def _dotted(path: Path) -> str:
    inside = path.relative_to(CHECKOUT).with_suffix("")
    return ".".join(inside.parent.parts if inside.name == "__init__" else inside.parts)


def _imported(path: Path, known: Set[str]) -> set[str]:
    """List modules of ours that one names anywhere: hidden in a function counts, too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & known or {node.module}
    return found & known


def test_the_readme_maps_the_rooms_that_exist():
    readme = (CHECKOUT / "README.md").read_text()
    mapped = set(re.findall(r"^\| `(\w+)/` \|", readme, re.MULTILINE))
    on_disk = {
        path.name
        for path in CHECKOUT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name in _tracked_folders()
    }
    assert mapped == on_disk


def test_dbt_is_not_shadowed():
    assert not (CHECKOUT / "dbt" / "__init__.py").exists()


def test_no_machine_path_or_secret_is_in_a_tracked_file():
    telling = re.compile(rb"/work/|/root/|BEGIN (RSA |EC )?PRIVATE KEY")
    itself = Path(__file__).resolve()
    offenders = [
        str(path.relative_to(CHECKOUT))
        for path in _tracked_files()
        if path.resolve() != itself and telling.search(path.read_bytes())
    ]
    assert offenders == []


def _tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so there is no list of tracked files")
    paths = (CHECKOUT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def _tracked_folders() -> set[str]:
    return {path.relative_to(CHECKOUT).parts[0] for path in _tracked_files()}
