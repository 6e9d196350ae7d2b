"""What the archive says is in the catalogs: every error, remark, label and finding that a page can show."""

from __future__ import annotations

import ast
import pickle
import re
import runpy
import time
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.support import Translations
from flask import Flask

import archive.errors
from archive.errors import Message, UnknownValue, UsageError, sentences
from archive.facts.doubts import FLAGS
from archive.facts.values import FOI_OUTCOMES
from archive.findings import counting
from archive.findings.files import SHIPPED, read
from archive.model import KINDS
from archive.model.quality import Quality
from archive.procedures.stages import missing
from archive.search.facets import label
from archive.search.query_language.parser import parse
from webapp.languages.translation import ARCHIVE, recognise, said, said_error

ROOT = Path(__file__).parent.parent.parent
STAND_IN = "Ж"
"""What stands for a value. No sentence of ours has this letter."""

_PLACE = re.compile(r"%\(\w+\)s")
_NO_WORDS_OF_OURS = re.compile(rf"[^a-z]*|{STAND_IN} (?:in|x) {STAND_IN}|libreoffice[a-z-]+")
"""What may stand in a place: values, an input within an input, a size, names of packages."""

LATIN: Any = Translations.load(ROOT / "webapp/translations", ["sr_Latn"])


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    """The program that makes the catalogs."""
    return runpy.run_path(str(ROOT / "docs/translations.py"))


@pytest.fixture(scope="module")
def catalog(maker: dict[str, Any]) -> Catalog:
    """The texts of code and templates."""
    made: Catalog = maker["template"]()
    return made


def is_known(text: str) -> bool:
    """Whether the catalogs have a text, with no word of ours left over in a place for names and numbers."""
    found = recognise(text, LATIN)
    return bool(found) and all(_fits(name, value) for _, values, _ in found for name, value in values.items())


def _fits(name: str, value: str) -> bool:
    return bool(_NO_WORDS_OF_OURS.fullmatch(value)) or (name.startswith("our_") and is_known(value))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def untranslatable(tree: ast.Module, maker: dict[str, Any]) -> list[int]:
    """Lines of a module where a message is put together, so that no catalog can have it."""
    found = []
    for argument in maker["spoken"](tree):
        parts = [argument]
        while parts:
            match parts.pop():
                case ast.JoinedStr(lineno=line) | ast.BinOp(lineno=line):
                    found.append(line)
                case ast.IfExp(body=one, orelse=other):
                    parts += [one, other]
                case ast.BoolOp(values=values):
                    parts += values
                case _:
                    pass
    return found


@pytest.mark.parametrize("folder", ["archive", "indexer"])
def test_no_message_is_put_together(folder: str, maker: dict[str, Any]) -> None:
    """A message is a template with values; of an f-string no catalog knows the template."""
    wrong = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(maker["_ONLY_ON_THE_COMMAND_LINE"]):
            wrong += [f"{name}:{line}" for line in untranslatable(tree_of(path), maker)]
    assert not wrong, "give the values by name, see docs/languages.md: " + ", ".join(wrong)


def test_a_message_is_given_the_values_that_it_has_places_for(maker: dict[str, Any]) -> None:
    """Otherwise the error would be a KeyError, on the day that it is raised."""
    wrong = []
    for path in (path for folder in ("archive", "indexer", "webapp") for path in (ROOT / folder).rglob("*.py")):
        tree = tree_of(path)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            given = {keyword.arg for keyword in call.keywords}
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if None in given or (name != "Message" and not isinstance(vars(archive.errors).get(name), type)):
                continue
            texts = [text for argument in call.args[:2] for text in maker["_literals"](argument, tree)]
            places = {place for text in texts for place in re.findall(r"%\((\w+)\)s", text)}
            if given and places != given:
                wrong.append(f"{path.name}:{call.lineno}: {places ^ given}")
    assert not wrong


def test_messages_are_gathered_where_they_stand(maker: dict[str, Any]) -> None:
    source = (
        "SHORT = 'Try less.'\n"
        "WHY = {1: 'One is bad.'}\n"
        "def refuse(name):\n"
        "    raise UsageError('%(name)s is bad.' if name else 'It is bad.', SHORT, name=name)\n"
        "note = Message(WHY[1])\n"
    )
    tree = ast.parse(source)
    found = [text for argument in maker["spoken"](tree) for text in maker["_literals"](argument, tree)]
    assert sorted(found) == ["%(name)s is bad.", "It is bad.", "One is bad.", "Try less."]
    assert untranslatable(tree, maker) == []
    assert untranslatable(ast.parse("raise UsageError(f'{name} is bad.')"), maker) == [1]
    assert len(set(maker["messages"]())) > 500


def test_a_message_is_its_sentence_with_template_and_values() -> None:
    message = Message("%(name)s has %(count)s pages, 5%% of all.", name="a.pdf", count=7, other=1)
    assert message == "a.pdf has 7 pages, 5% of all."
    assert (message.template, message.values) == (
        "%(name)s has %(count)s pages, 5%% of all.",
        {"name": "a.pdf", "count": "7"},
    )
    assert Message("5% of all") == "5% of all"
    again = pickle.loads(pickle.dumps(message))
    assert (again, again.template, again.values) == (message, message.template, message.values)
    error = UsageError("There is no %(what)s.", "Nearest: %(names)s.", what="x", names="y")
    assert (str(error), error.message, error.remedy) == ("There is no x. Nearest: y.", "There is no x.", "Nearest: y.")
    copied = pickle.loads(pickle.dumps(error))
    assert (str(copied), copied.remedy.template) == (str(error), "Nearest: %(names)s.")
    assert sentences(message, None, "Try again.") == "a.pdf has 7 pages, 5% of all. Try again."


@pytest.mark.parametrize(
    "query", ["(" * 60 + "a" + ")" * 60, "-" * 50 + "a b", "vrsta:x NEAR/3 b", "-a NEAR/3 -b", "a NEAR/3 year:2020"]
)
def test_queries_that_are_not_understood(query: str) -> None:
    for note in parse(query, exact=False, look_alikes=False).notes:
        assert recognise(note, LATIN), note


def labels() -> Iterator[str]:
    yield from (label("kind", kind) for kind in KINDS)
    yield from (label("quality", quality) for quality in Quality)
    yield from (str(quality) for quality in Quality)
    for tag in ("bg", "bs", "de", "en", "es", "fr", "hr", "hu", "it", "mk", "ro", "ru", "sk", "sl", "sq", "sr", "tr"):
        yield from (label("language", value) for value in (tag, f"{tag}-Latn", f"{tag}-Cyrl"))
    clauses = tomllib.loads((ROOT / "indexer/gazetteer/clauses.toml").read_text(encoding="utf-8"))
    yield from (label("topic", topic["name"]) for topic in clauses["topic"])
    watched = tomllib.loads((ROOT / "indexer/gazetteer/watchlist.toml").read_text(encoding="utf-8"))
    yield from (*watched["capability"], *watched["quantities"], "capability", "software", "brand")
    yield from FOI_OUTCOMES
    yield from ("with VAT", "without VAT", "unknown VAT", "Unknown", "yes")
    yield from ("supplier", "consortium member", "procurement", "contract", "case", "award", "estimated", "other")


def reasons() -> Iterator[str]:
    every = frozenset({"contract", "contract_annex", "award_decision"})
    yield from (lacking.why for lacking in missing(every, received_bid=True, is_request=False))
    yield from (lacking.why for lacking in missing({"contract_annex"}, received_bid=True, is_request=False))
    yield from (lacking.why for lacking in missing({"foi_reply"}, received_bid=False, is_request=True))
    yield from (f"none was found in this {kind.replace('_', ' ')}" for kind in every)
    yield from (f"{flag.replace('_', ' ')}: {'Ж' if flag == 'check_failed' else 'yes'}" for flag in FLAGS)
    yield from ("the rule was 70% sure", "another rule says Ж", "both are printed with PIB 100")
    yield from ("the names are alike (88%)", "one name, with another seat or legal form")
    yield "the names look alike in print (88%)"
    yield "the name fits this vendor and another one, too"


def test_words_of_ours_are_known() -> None:
    assert [text for text in (*labels(), *reasons()) if not is_known(text)] == []


def test_texts_of_the_shipped_findings_are_known() -> None:
    unknown = []
    for file in sorted(SHIPPED.glob("*.toml")):
        one = read(file)
        texts = [
            one.title,
            one.about,
            one.absent,
            *one.cannot,
            *(label_.rstrip(":,") for label_ in one.labels.values()),
        ]
        texts += [bucket.label for bucket in one.facts.buckets]
        unknown += [f"{file.name}: {text}" for text in texts if not is_known(text)]
    unknown += [f"counting.py: {rule}" for rule in counting.RULES if not is_known(rule)]
    assert not unknown, "no catalog has these:\n" + "\n".join(unknown)


def test_each_template_is_found_as_itself(catalog: Catalog) -> None:
    templates = [str(message.id) for message in catalog if message.context == ARCHIVE]
    assert len(templates) > 300
    for text in templates:
        as_made = _PLACE.sub(STAND_IN, text).replace("%%", "%")
        assert recognise(as_made, LATIN), text
        assert is_known(as_made), text


@pytest.mark.parametrize(
    ("sentence", "latin", "cyrillic"),
    [
        ("Unknown", "Nepoznato", "Непознато"),
        ("There is no document 12ab.", "Nema dokumenta 12ab.", "Нема документа 12ab."),
        ("a.pdf is empty. It holds nothing to read.",
         "a.pdf: fajl je prazan. U njemu nema šta da se pročita.",
         "a.pdf: фајл је празан. У њему нема шта да се прочита."),
        ("Serbian (Cyrillic)", "Srpski (ćirilica)", "Српски (ћирилица)"),
        ("straightened by 0.5 degrees", "ispravljeno za 0,5 stepeni", "исправљено за 0,5 степени"),
        ("the rule was 70% sure", "pouzdanost pravila: 70%", "поузданост правила: 70%"),
        ("The search finds 12,345 documents; an export has at most 1,000.",
         "Pretraga nalazi previše za izvoz (dokumenti: 12.345); najveći broj je 1.000.",
         "Претрага налази превише за извоз (документи: 12.345); највећи број је 1.000."),
        ("A stranger's words, and more of them.", "A stranger's words, and more of them.",
         "A stranger's words, and more of them."),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_sentence_is_said_by_its_words_or_its_shape(app: Flask, sentence: str, latin: str, cyrillic: str) -> None:
    for tag, expected in (("sr-RS", latin), ("sr-Cyrl", cyrillic), ("en", sentence)):
        with app.test_request_context("/", headers={"Accept-Language": tag}):
            assert said(sentence) == expected
    assert said(sentence) == sentence


def test_a_message_is_said_by_its_template(app: Flask) -> None:
    """What stands in a place never takes part in finding the template, and words of ours in it are said, too."""
    error = UnknownValue("There is no collection %(value)s.", "Nearest: %(names)s.", value="'a. Nearest: b'", names="c")
    with app.test_request_context("/", headers={"Accept-Language": "sr"}):
        assert said_error(error) == "Ne postoji zbirka 'a. Nearest: b'. Najbliže: c."
        assert said(Message("none was found in this %(our_kind)s", our_kind="contract annex")) == (
            said("none was found in this contract annex")
        )
        both = sentences(Message("There is no document %(id)s.", id="12ab"), Message("Type it again."))
        assert said(both) == "Nema dokumenta 12ab. Ukucajte ga ponovo."
        assert said(Message("no catalog has %(name)s", name="5%")) == "no catalog has 5%"
    assert said(both) == "There is no document 12ab. Type it again."


def test_the_template_with_most_words_of_its_own_wins() -> None:
    texts = ("%(a)s is %(b)s.", "%(a)s is no %(b)s.", "%(a)s is no date.")
    few = Translations()
    few._catalog = {f"{ARCHIVE}\x04{text}": text for text in texts}
    assert [recognise(text, few)[0][0] for text in ("x is y.", "x is no y.", "x is no date.")] == [
        "%(a)s is %(b)s.",
        "%(a)s is no %(b)s.",
        "%(a)s is no date.",
    ]


def test_a_hostile_text_is_given_up_soon() -> None:
    assert recognise("The words stand in “" + "”, page 1, words 2 of reading " * 400, LATIN) == ()
    began = time.process_time()
    recognise("a stranger's sentence " * 40, LATIN)
    assert time.process_time() - began < 0.05
