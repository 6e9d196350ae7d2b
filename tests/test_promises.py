"""Each promise in the pages on security and operations names what proves it, and that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

_REFERENCE = re.compile(r"`([\w/]+\.py|tests/[\w/]+)?(?:::(test_\w+)(\.\.\.)?)?`")
"""A file or a folder, a test in it, or a test in the file that was named last; three dots are the rest of its name."""


@pytest.mark.parametrize("page", ["docs/security.md", "docs/operations.md"])
def test_what_proves_a_promise_is_there(page: str) -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    references = [one for one in _REFERENCE.findall((ROOT / page).read_text(encoding="utf-8")) if any(one)]
    assert references
    for file, test, more in references:
        assert not file or (ROOT / file).exists() or any(ROOT.glob(f"[a-z]*/**/{file}")), file
        assert not test or f"def {test}{'' if more else '('}" in tests, test


def test_every_row_of_a_table_of_promises_names_its_proof() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    tables = re.findall(r"\| promise \| (?:test|proved by) \|\n\|[ -|]+\n((?:\|.*\n)+)", text)
    assert len(tables) == text.count("| promise |")
    for row in "".join(tables).splitlines():
        proof = row.rstrip("| ").rpartition("|")[2]
        assert re.search(r"test_\w+|tests/\w+|benchmarks/\w+\.py", proof), row
