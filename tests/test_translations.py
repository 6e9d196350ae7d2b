"""The catalogs hold every text, each is translated, and nothing in them can fail when it is shown."""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from archive.text.cyrillic import LITERAL, is_foreign

ROOT = Path(__file__).parent.parent
_PLACE = re.compile(r"%\(\w+\)s|%%")
_LETTERS = re.compile(r"[A-Za-zčćžšđČĆŽŠĐ]+")


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    """The program that makes the catalogs."""
    return runpy.run_path(str(ROOT / "docs/translations.py"))


def translated(catalog: Any) -> Iterator[tuple[Message, str, str]]:
    """Each translation with the text that it is of; of several forms, those of many with the second text."""
    for message in catalog:
        if not message.id:
            continue
        if isinstance(message.id, str):
            yield message, message.id, message.string
        else:
            for form in message.string:
                yield message, message.id[1], form


def test_the_catalogs_are_up_to_date(maker: dict[str, Any]) -> None:
    """Messages are compared, and not the files: releases of Babel write the same messages differently."""
    for path, content in maker["rendered"]().items():
        read = read_mo if path.suffix == ".mo" else read_po
        assert texts(read(BytesIO(path.read_bytes()))) == texts(read(BytesIO(content))), (
            f"{path} is stale: run make translations"
        )


def test_no_text_is_hidden_from_the_catalogs(maker: dict[str, Any]) -> None:
    """Babel sees no call within another one or in the braces of an f-string; nobody is asked for its translation."""
    known = {text for message in maker["template"]() for text in _both(message.id)}
    called = [(path, *told) for path in (ROOT / "webapp").rglob("*.py") for told in _called(path)]
    assert [(path.name, line, text) for path, line, text in called if text not in known] == []


def _both(text: str | tuple[str, str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def _called(path: Path) -> Iterator[tuple[int, str]]:
    """The texts that a module translates, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"gettext", "marked"}:
            for text in node.args[:1]:
                if isinstance(text, ast.Constant):
                    yield node.lineno, str(text.value)


def texts(catalog: Catalog) -> dict[str, Any]:
    """The texts of a catalog with their translations, and how many forms a number has."""
    return {f"{message.context}|{message.id}": message.string for message in catalog if message.id} | {
        "": catalog.num_plurals
    }


def test_every_text_is_translated(maker: dict[str, Any]) -> None:
    for locale in maker["BY_HAND"]:
        messages = maker["untranslated"](maker["translated"](locale))
        missing = [f"{message.locations[0][0]}: {message.id!r}" for message in messages]
        assert not missing, f"write these in webapp/translations/{locale}:\n" + "\n".join(missing)


def test_a_translation_has_the_places_of_its_text(maker: dict[str, Any]) -> None:
    latin = maker["translated"]("sr_Latn")
    wrong = []
    for catalog in (latin, maker["cyrillic"](latin)):
        for _, text, said in translated(catalog):
            # A text without places is not formatted, so a percent sign in it stands for itself.
            if said and sorted(_PLACE.findall(text)) != sorted(_PLACE.findall(said)):
                wrong.append(f"{catalog.locale}: {text!r} -> {said!r}")
    assert not wrong, "\n".join(wrong)


def test_a_translation_has_the_tags_of_its_text(maker: dict[str, Any]) -> None:
    wrong = []
    for _, text, said in translated(maker["translated"]("sr_Latn")):
        if said and sorted(re.findall(r"</?\w+", text)) != sorted(re.findall(r"</?\w+", said)):
            wrong.append(f"{text!r} -> {said!r}")
    assert not wrong, "\n".join(wrong)


def test_cyrillic_has_no_latin_letters_but_those_that_are_kept(maker: dict[str, Any]) -> None:
    wrong = []
    for _, text, said in translated(maker["cyrillic"](maker["translated"]("sr_Latn"))):
        left = [word for word in _LETTERS.findall(LITERAL.sub(" ", said)) if not is_foreign(word)]
        if left:
            wrong.append(f"{text!r} -> {said!r}: {left}")
    assert not wrong, "\n".join(wrong)
