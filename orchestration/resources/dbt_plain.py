"""Which of dbt's nodes are nothing but their query, so that it says everything dbt would do.

A query that is compiled once may be asked again only if compiling it asks nothing but the project:
no warehouse, no clock, no environment; and if nothing happens around it: no hook, no grant, no
increment. Whatever is not known to be so is not plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

PACKAGE = "alphapulse"
_JINJA = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_ASKS_MORE = re.compile(
    r"\b(run_query|execute|adapter|statement|load_result|load_cached_relation|env_var|graph|flags"
    r"|invocation_id|run_started_at|modules|builtins|is_incremental|this|selected_resources)\b"
)
"""What in dbt's language may give another text for the same project and days."""
_NODES_OF_TESTS = {
    "severity": "error",
    "fail_calc": "count(*)",
    "warn_if": "!= 0",
    "error_if": "!= 0",
    "limit": "none",
    "store_failures": "none",
}
"""How a test is asked that fails by any row it finds, and only then."""


def is_plain(node: Any, manifest: Any) -> bool:  # noqa: ANN401 (dbt's own types)
    """Ask whether a model or a data test is nothing but its query.

    Args:
        node: As dbt ran it.
        manifest: The project it is of; a hook on its runs is around every node.
    """
    usual = {"model": _is_bare, "test": _is_strict}.get(str(node.resource_type))
    if usual is None or not usual(node):
        return False
    if any(one.resource_type == "operation" for one in manifest.nodes.values()):
        return False
    return not any(_asks_more(code) for code in _written(node, manifest))


def _is_bare(node: Any) -> bool:  # noqa: ANN401
    config = node.config
    around = (config.pre_hook, config.post_hook, config.grants, config.persist_docs)
    is_made = config.materialized in {"view", "table"} and getattr(node, "language", "") == "sql"
    return is_made and not any(around)


def _is_strict(node: Any) -> bool:  # noqa: ANN401
    config = node.config
    return all(str(getattr(config, name)).lower() == said for name, said in _NODES_OF_TESTS.items())


def _written(node: Any, manifest: Any) -> Iterator[str]:  # noqa: ANN401
    """Give what is written of a node: its own text, and our macros that it calls in the end."""
    yield node.raw_code
    seen: set[str] = set()
    called = list(node.depends_on.macros)
    while called:
        name = called.pop()
        macro = manifest.macros.get(name)
        if name in seen or macro is None or macro.package_name != PACKAGE:
            continue
        seen.add(name)
        yield macro.macro_sql
        called.extend(macro.depends_on.macros)


def _asks_more(written: str) -> bool:
    return any(_ASKS_MORE.search(one[0]) for one in _JINJA.finditer(written))
