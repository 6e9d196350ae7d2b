"""What the list of findings says is what counting comes to, and is not counted again while nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.findings import kept_sentences
from archive.findings.counting import run
from archive.findings.files import load
from archive.findings.kept_sentences import sentences_of_all
from archive.findings.sentences import ToldSentence, told
from archive.model.decisions import DecisionAction
from tests.finding_samples import add, contract, decide, document_id, price
from tests.finding_samples import told as fact

NAMES = ("spending", "vendors", "competition", "capabilities", "cooperation", "odd-clauses")


def said(home: Path) -> list[tuple[ToldSentence, ...]]:
    """What the findings say to a process of its own."""
    with Archive.open(home, Settings()) as archive:
        found = sentences_of_all([load(home, name) for name in NAMES], archive.catalog, archive.search, archive.engine)
        return [sentences for sentences in found if isinstance(sentences, tuple)]


def counted(home: Path) -> list[tuple[ToldSentence, ...]]:
    with Archive.open(home, Settings()) as archive:
        parts = archive.catalog, archive.search, archive.engine
        return [told(run(load(home, name), *parts)) for name in NAMES]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    with Archive.open(home, Settings()) as archive:
        face = fact("watch", "face recognition", group="capability")
        add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00"), face))
        add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("50.00")))
        archive.settle()
    return home


def correct(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        decide(archive, document_id("bor"), DecisionAction.CORRECT, price("9.00"))


def define(home: Path) -> None:
    (home / "findings").mkdir()
    text = Path("archive/findings/definitions/spending.toml").read_text(encoding="utf-8")
    (home / "findings" / "spending.toml").write_text(
        text.replace('needs = ["contract", "contract_annex", "award_decision"]', 'needs = ["minutes"]'),
        encoding="utf-8",
    )


def damage(home: Path) -> None:
    (file,) = (home / "cache").glob("sentences-*.json")
    file.write_text(file.read_text(encoding="utf-8").replace('"number"', '"nombre"'), encoding="utf-8")


def empty(home: Path) -> None:
    (file,) = (home / "cache").glob("sentences-*.json")
    file.write_text("[]", encoding="utf-8")


@pytest.mark.parametrize("change", [lambda home: None, correct, define, damage, empty])
def test_what_is_said_is_what_is_counted(home: Path, change: Callable[[Path], None]) -> None:
    first = said(home)
    assert first == counted(home)
    assert sum(map(bool, first)) >= 3, "the findings have something to say"
    change(home)
    assert said(home) == counted(home)


def test_nothing_is_counted_again_while_nothing_changes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = said(home)
    monkeypatch.setattr(kept_sentences, "run", lambda *_: pytest.fail("a finding was counted"))
    assert said(home) == first
