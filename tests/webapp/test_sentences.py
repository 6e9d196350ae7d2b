"""What the archive says is known to the catalogs: every error, remark, label and finding that a page can show."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import archive.errors
from archive.facts.values import FOI_OUTCOMES
from archive.findings import counting
from archive.findings.files import SHIPPED, read
from archive.model import KINDS
from archive.model.quality import Quality
from archive.procedures.stages import missing
from archive.search.facets import label
from archive.search.query_language.parser import parse
from archive.store.facts import FLAGS
from tests.sentences_of_code import STAND_IN, sentences
from webapp.languages import sentences as machinery
from webapp.languages.sentences import recognise, said
from webapp.languages.spoken_by_archive import SENTENCES

ROOT = Path(__file__).parent.parent.parent

ERRORS = {name: (0, 1) for name, value in vars(archive.errors).items() if isinstance(value, type)}
SPEAKERS = {**ERRORS, "Remark": (1,), "Verification": (1,), "Choice": (1,), "_Rule": (2,)}

ONLY_ON_THE_COMMAND_LINE = (
    "archive/access/rules.py",
    "archive/system/files.py",
    "archive/upkeep/",
    "archive/packet/",
    "archive/config.py",
    "archive/archive.py",
    "archive/command_line/",
    "archive/archive.py",
    "archive/store/sql/migrations.py",
    "archive/store/sql/sqlite.py",
    "archive/store/transfer",
    "indexer/commands.py",
    "indexer/facts/watchlist.py",
    "indexer/ocr/engine.py",
)
"""What no page shows: these run before there is a server, or never in one."""

PUT_TOGETHER = {f"{STAND_IN}; the words were searched for without operators."}
"""What stands in the catalog with what it is put together from; tested by itself below."""

_NO_WORDS_OF_OURS = re.compile(rf"[^a-z]*|{STAND_IN} (?:in|x) {STAND_IN}|libreoffice[a-z-]+(?: or antiword)?")
"""What may stand in a place: values, an input within an input, a size, names of packages."""


def is_known(text: str) -> bool:
    """Whether the catalogs have a text, with no word of ours left over in a place for names and numbers."""
    # A sentence may follow on another one that is told by itself.
    found = recognise(text) or recognise(text.removeprefix(f"{STAND_IN} "))
    return bool(found) and all(_fits(name, value) for one in found for name, value in one.values.items())


def _fits(name: str, value: str) -> bool:
    return bool(_NO_WORDS_OF_OURS.fullmatch(value)) or (name.startswith(("our_", "word_")) and is_known(value))


def sources() -> Iterator[tuple[Path, str]]:
    for folder in ("archive", "indexer"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(ONLY_ON_THE_COMMAND_LINE):
                yield path, name


@pytest.mark.parametrize("folder", ["archive/", "indexer/"])
def test_every_sentence_that_code_makes_is_known(folder: str) -> None:
    made = [each for path, name in sources() if name.startswith(folder) for each in sentences(path, name, SPEAKERS)]
    assert len(made) > 100
    unknown = [f"{each.place}: {each.text}" for each in made if each.text not in PUT_TOGETHER]
    unknown = [told for told in unknown if not is_known(told.partition(": ")[2])]
    assert not unknown, "no catalog has these; see docs/languages.md:\n" + "\n".join(dict.fromkeys(unknown))


def test_the_reader_of_sources_finds_what_is_not_known(tmp_path: Path) -> None:
    source = tmp_path / "new.py"
    source.write_text(
        "SHORT = 'Try less.'\n"
        "def refuse(name, what):\n"
        "    why = 'bad' if name else 'empty'\n"
        "    raise UsageError(f'{name!r} has {what}, which is {why}.', SHORT)\n"
        "refuse(1, 'a hole')\n"
    )
    made = [each.text for each in sentences(source, "new.py", ERRORS)]
    assert made == [f"'{STAND_IN}' has a hole, which is bad.", f"'{STAND_IN}' has a hole, which is empty.", "Try less."]
    assert not any(map(is_known, made))


@pytest.mark.parametrize(
    "query", ["(" * 60 + "a" + ")" * 60, "-" * 50 + "a b", "vrsta:x NEAR/3 b", "-a NEAR/3 -b", "a NEAR/3 year:2020"]
)
def test_queries_that_are_not_understood(query: str) -> None:
    for note in parse(query, exact=False, look_alikes=False).notes:
        assert recognise(note), note


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
    assert not unknown, "add them to webapp/languages/archive/findings.py:\n" + "\n".join(unknown)


def test_no_sentence_stands_twice_and_each_is_found_as_itself() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES)
    for text in SENTENCES:
        as_made = re.sub(r"%\(\w+\)s", STAND_IN, text).replace("%%", "%")
        found = recognise(as_made)
        assert found, text
        assert is_known(as_made), text


@pytest.mark.parametrize(
    ("sentence", "latin", "cyrillic"),
    [
        ("Unknown", "Nepoznato", "Непознато"),
        ("There is no document 12ab.", "Nema dokumenta 12ab.", "Нема документа 12ab."),
        ("a.pdf is empty. There is nothing to read in it.",
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


def test_the_sentence_with_most_words_of_its_own_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machinery, "SENTENCES", ("%(a)s is %(b)s.", "%(a)s is no %(b)s.", "%(a)s is no date."))
    for cached in (machinery.recognise, machinery._patterns, machinery._texts):
        cached.cache_clear()
    try:
        assert [recognise(text)[0].text for text in ("x is y.", "x is no y.", "x is no date.")] == [
            "%(a)s is %(b)s.",
            "%(a)s is no %(b)s.",
            "%(a)s is no date.",
        ]
    finally:
        for cached in (machinery.recognise, machinery._patterns, machinery._texts):
            cached.cache_clear()


def test_a_hostile_text_is_given_up_soon() -> None:
    assert recognise("The words stand in “" + "”, page 1, words 2 of reading " * 400) == ()
