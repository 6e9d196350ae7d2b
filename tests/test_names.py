"""One sense per word: names of modules, classes and functions against each other and against the glossary."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


def code() -> Iterator[Path]:
    yield ROOT / "dosije.py"
    for package in ("archive", "indexer", "webapp"):
        yield from sorted((ROOT / package).rglob("*.py"))


class Defined(NamedTuple):
    """A class or a function that a module defines, wherever it stands."""

    name: str
    line: int
    is_class: bool
    is_outermost: bool
    is_property: bool
    told: str
    """The first line of its description."""


@cache
def defined(path: Path) -> tuple[Defined, ...]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    outermost = {*map(id, tree.body)}
    return tuple(
        Defined(
            node.name,
            node.lineno,
            isinstance(node, ast.ClassDef),
            id(node) in outermost,
            any("property" in ast.unparse(decorator) for decorator in node.decorator_list),
            (ast.get_docstring(node) or "").partition("\n")[0],
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_no_class_name_has_two_senses() -> None:
    homes: dict[str, list[str]] = {}
    for path in code():
        for one in defined(path):
            if one.is_class and one.is_outermost and not one.name.startswith("_"):
                homes.setdefault(one.name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def synonyms() -> dict[str, str]:
    """The words that names do not use, with the word in their place: the second table of the glossary."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("| not | but |")[2]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, flags=re.MULTILINE)
    return {word: better for words, better in rows for word in words.split(", ") if not word.startswith("-")}


def words_of(name: str) -> list[str]:
    """The words of an identifier, in small letters: ``ClauseHit`` and ``clause_hit`` are clause and hit."""
    return [word.lower() for word in re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def test_names_use_the_words_of_the_glossary() -> None:
    forbidden = synonyms()
    assert forbidden
    found = [
        f"{path.relative_to(ROOT)}: {name} ({word}: say {forbidden[word]})"
        for path in code()
        for name in (path.stem, *(one.name for one in defined(path)))  # its own, its classes', its functions'
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
    no_verbs = {*NO_VERBS.split()}
    found = [
        f"{path.relative_to(ROOT)}:{one.line} {one.name}: {one.told}"
        for path in code()
        for one in defined(path)
        if not (one.is_class or one.is_property)
        and one.name not in ("__init__", "group", "cli", "vendors_group")
        and one.told
        and one.told.split()[0].lower().rstrip(",:") in no_verbs
    ]
    assert found == []


def test_no_module_gives_a_name_twice() -> None:
    """The first meaning would be lost without a word, as with two patterns of one module called ``_VEHICLE``."""
    for path in code():
        body = ast.parse(path.read_text(encoding="utf-8")).body
        given = [target.id for node in body if isinstance(node, ast.Assign) for target in node.targets
                 if isinstance(target, ast.Name)]  # fmt: skip
        assert len(given) == len(set(given)), (path, [name for name in given if given.count(name) > 1])
