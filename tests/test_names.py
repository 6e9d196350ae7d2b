"""One sense per word: names of modules, classes and functions against each other and against the glossary."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent


def code() -> Iterator[Path]:
    yield ROOT / "dosije.py"
    for package in ("archive", "indexer", "webapp"):
        yield from sorted((ROOT / package).rglob("*.py"))


def public_classes(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def test_no_class_name_has_two_senses() -> None:
    homes: dict[str, list[str]] = {}
    for path in code():
        for name in public_classes(path):
            homes.setdefault(name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def synonyms() -> dict[str, str]:
    """The words that names do not use, with the word in their place: the second table of the glossary."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("| not | but |")[2]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, flags=re.MULTILINE)
    return {word: better for words, better in rows for word in words.split(", ") if not word.startswith("-")}


def words_of(name: str) -> list[str]:
    """The words of an identifier, in small letters: ``ClauseHit`` and ``clause_hit`` are clause and hit."""
    return [word.lower() for word in re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def named(path: Path) -> Iterator[str]:
    """The names that a module gives: its own, its classes', its functions'."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_names_use_the_words_of_the_glossary() -> None:
    forbidden = synonyms()
    assert forbidden
    found = [
        f"{path.relative_to(ROOT)}: {name} ({word}: say {forbidden[word]})"
        for path in code()
        for name in named(path)
        for word in words_of(name)
        if word in forbidden
    ]
    assert found == []


def test_no_test_misses_a_run_of_digits_that_a_hash_may_hold() -> None:
    """A page with a SHA-256 holds ``500`` once in 66 runs: say where it must not stand, as ``"500.00"`` or a cell."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotIn)
        if re.fullmatch("'[0-9a-f]{1,8}'", ast.unparse(node.left))
    ]
    assert found == []


NO_VERBS = """
a all an another any as at between both by counts documents each every for from how in its it lines links names nobody
nothing numbers of on one other out pages pairs pieces rows some something that the their these this those to two
units values what when where whether which who whoever whose why with without words
"""
"""What begins a description and no instruction."""


def test_docstrings_of_functions_begin_with_a_verb() -> None:
    """What a function does (PEP 257): "Return the pages". A property is what it returns, and a class is a thing."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {text.splitlines()[0]}"
        for path in code()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name not in ("__init__", "group", "cli", "vendors_group")
        and not any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
        and (text := ast.get_docstring(node))
        and text.split()[0].lower().rstrip(",:") in NO_VERBS.split()
    ]
    assert found == []
