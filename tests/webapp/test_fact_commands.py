"""The commands on facts, as a person at a terminal uses them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.model import Fact, Span
from tests.conftest import Dosije, run_dosije

pytestmark = pytest.mark.usefixtures("warm_readers")

TEXT = "УГОВОР О ЈАВНОЈ НАБАВЦИ\n\nзакључен дана 12. марта 2021. године у Нишу\n\nИспоручилац: „Вид” д.о.о. Ниш"


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An archive of two documents, the first of them a contract, which each test gets a copy of."""
    folder = tmp_path_factory.mktemp("facts")
    paths = [folder / "ugovor.txt", folder / "dopis.txt"]
    for path, text in zip(paths, (TEXT, "Dopis o kamerama."), strict=True):
        path.write_text(text, encoding="utf-8")
    run = run_dosije(folder / "home", "add", *paths, "--ocr", "never", "--json")
    found = {line["path"]: line["id"] for line in map(json.loads, run.stdout.splitlines()[:-1])}
    return folder / "home", [found[str(path)] for path in paths]


@pytest.fixture
def ids(filled: tuple[Path, list[str]], tmp_path: Path) -> list[str]:
    home, ids = filled
    shutil.copytree(home, tmp_path / "home")
    return ids


def facts(dosije: Dosije, id_: str) -> dict[str, dict[str, Any]]:
    return {fact["field"]: fact for fact in json.loads(dosije("facts", id_, "--json").stdout)}


def total(dosije: Dosije, *filters: str) -> int:
    return int(json.loads(dosije("search", "", *filters, "--json").stdout)["total"])


def test_facts_come_with_their_evidence(dosije: Dosije, ids: list[str]) -> None:
    kind = facts(dosije, ids[0][:8])["kind"]
    keys = ["id", "field", "value", "page", "quote", "boxes", "method", "confidence", "status", "details"]
    assert list(kind) == keys
    assert (kind["value"], kind["page"], kind["boxes"], kind["status"]) == ("contract", 1, [], "extracted")
    assert kind["quote"].startswith("УГОВОР")
    shown = dosije("facts", ids[0]).stdout
    assert "kind          contract" in shown
    assert f"p. 1: “{kind['quote']}”  [extracted, {kind['method']}" in shown


def test_a_correction_is_searched_at_once_and_undone(dosije: Dosije, ids: list[str]) -> None:
    before = dosije("facts", ids[0], "--json").stdout
    run = dosije("correct", ids[0][:8], "municipality", "Бечеј", "--quote", "u Nišu", "--by", "Ana")
    assert (run.returncode, run.stderr) == (0, "")
    assert "→ Bečej (corrected)  [event " in run.stdout
    place = facts(dosije, ids[0])["municipality"]
    assert (place["quote"], place["status"], place["method"]) == ("у Нишу", "corrected", "person")
    assert total(dosije, "--municipality", "Bečej") == 1
    dosije("correct", ids[0], "vendor", "--remove")
    assert "vendor        none  [corrected, by " in dosije("facts", ids[0]).stdout
    history = json.loads(dosije("facts", ids[0], "--history", "--json").stdout)
    assert [(event["field"], event["action"], event["by"] == "Ana") for event in history] == [
        ("municipality", "correct", True),
        ("vendor", "correct", False),
    ]
    undone = dosije("undo", ids[0], str(history[0]["event"]))
    assert (undone.returncode, "Bečej (corrected) →" in undone.stdout) == (0, True), undone.stderr
    assert dosije("undo", ids[0]).returncode == 0
    assert total(dosije, "--municipality", "Bečej") == 0
    assert dosije("facts", ids[0], "--json").stdout == before
    assert f"(undone: event {history[-1]['event'] + 1})" in dosije("facts", ids[0], "--history").stdout


def test_lists_get_and_lose_single_values(dosije: Dosije, ids: list[str]) -> None:
    dosije("correct", ids[1], "vendor", "A d.o.o.", "--detail", "pib=100000001")
    dosije("correct", ids[1], "vendor", "B d.o.o.", "--add")
    dosije("correct", ids[1], "vendor", "C d.o.o.", "--replace", "a D.O.O.")
    record = json.loads(dosije("show", ids[1], "--json").stdout)
    assert record["vendors"] == [{"name": name, "pib": None, "mb": None} for name in ("C d.o.o.", "B d.o.o.")]
    run = dosije("correct", ids[1], "vendor", "B d.o.o.", "--remove", "--json")
    assert [fact["value"] for fact in json.loads(run.stdout)["after"]] == ["C d.o.o."]


def test_confirming_and_correcting_outlive_reading_and_extracting_again(dosije: Dosije, ids: list[str]) -> None:
    dosije("confirm", ids[0], "kind")
    dosije("correct", ids[0], "year", "2022", "--quote", "2021", "--page", "1")
    dosije("correct", ids[1], "kind", "correspondence")
    assert dosije("reread", *ids, "--ocr", "never").returncode == 0
    assert dosije("extract", "--again", "--apply").returncode == 0
    first, second = (facts(dosije, id_) for id_ in ids)
    assert [(first[name]["value"], first[name]["status"]) for name in ("kind", "year")] == [
        ("contract", "confirmed"),
        ("2022", "corrected"),
    ]
    assert first["year"]["quote"] == "2021."
    assert first["year"]["details"] == {"carried_from": "1"}
    assert second["kind"]["status"] == "corrected"
    assert (total(dosije, "--year", "2022"), total(dosije, "--kind", "correspondence")) == (1, 1)


def test_a_table_is_taken_whole_or_not_at_all(dosije: Dosije, ids: list[str], tmp_path: Path) -> None:
    good = [
        "Document;Field;Value;Old;Page;Quote;By;pib",
        f"{ids[1][:9]};vendor;A d.o.o.;;1;Dopis;ana;100000001",
        f"{ids[1]};vendor;B d.o.o.;;;;;",
        f"{ids[0]};kind;minutes;;;;;",
        ";;;;;;;",
    ]
    bad = [
        f"{ids[0]};kind;novel;;;;;",
        f"{ids[0]};year;x;;;;;",
        "ffffffff;kind;minutes;;;;;",
        f"{ids[0]};buyer;X;Y;;;;",
    ]
    table = tmp_path / "ispravke.csv"
    table.write_text("\n".join([*good, *bad]), encoding="utf-8")
    before = dosije("facts", ids[1], "--json").stdout
    run = dosije("correct", "--csv", table)
    assert (run.returncode, run.stdout) == (3, "")
    assert [line.split(":")[0] for line in run.stderr.splitlines()[:-1]] == ["line 6", "line 7", "line 8", "line 9"]
    assert "4 lines cannot be; nothing was changed." in run.stderr
    table.write_text("\n".join(good), encoding="utf-8")
    tried = dosije("correct", "--csv", table, "--dry-run")
    assert "line 2, 3: " in tried.stdout
    assert "→ A d.o.o. (corrected) | B d.o.o. (corrected)" in tried.stdout
    assert dosije("facts", ids[1], "--json").stdout == before
    assert dosije("correct", "--csv", table, "--by", "bora").returncode == 0
    assert json.loads(dosije("show", ids[1], "--json").stdout)["vendors"] == [
        {"name": "A d.o.o.", "pib": "100000001", "mb": None},
        {"name": "B d.o.o.", "pib": None, "mb": None},
    ]
    assert total(dosije, "--vendor", "A d.o.o.") == total(dosije, "--kind", "minutes") == 1


def test_what_makes_no_sense_is_a_usage_error(dosije: Dosije, ids: list[str], tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("field,value\nkind,contract", encoding="utf-8")
    for arguments, said in (
        (("correct", ids[0], "kind"), "Give a VALUE"),
        (("correct", ids[0]), "Name a document and a field"),
        (("correct", ids[0], "kind", "novel"), "It is one of: tender_notice"),
        (("correct", ids[0], "vendor", "X", "--detail", "pib"), "NAME=VALUE"),
        (("correct", "--csv", tmp_path / "t.csv"), "no column 'document'"),
        (("undo", ids[0], "9" * 30), "no decision"),
        (("extract",), "--again"),
    ):
        run = dosije(*arguments)
        assert (run.returncode, run.stdout, said in run.stderr) == (2, "", True), (arguments, run.stderr)


def test_doubts_are_listed_until_they_are_settled(dosije: Dosije, ids: list[str]) -> None:
    told = json.loads(dosije("review", "--field", "amount", "--json").stdout)
    assert (told["total"], told["doubts"][0]["document"], told["doubts"][0]["value"]) == (1, ids[0], None)
    assert "none was found in this contract" in dosije("review").stdout
    dosije("correct", ids[0], "amount", "--remove")
    assert json.loads(dosije("review", "--field", "amount", "--json").stdout) == {"total": 0, "doubts": []}


def test_a_person_is_told_what_else_there_is_to_do(dosije: Dosije, ids: list[str]) -> None:
    assert "The year of this document is 2021" in dosije("correct", ids[0], "date", "1.2.2020").stderr
    assert "not on the list of municipalities" in dosije("correct", ids[0], "municipality", "Nigdina").stderr
    assert "nothing was recorded" in dosije("correct", ids[0], "municipality", "Nigdina").stderr
    tried = dosije("correct", ids[0], "kind", "minutes", "--dry-run")
    assert (tried.returncode, "event" in tried.stdout) == (0, False)
    assert facts(dosije, ids[0])["kind"]["value"] == "contract"


def test_extracting_shows_first_and_changes_when_told(dosije: Dosije, ids: list[str]) -> None:
    shown = dosije("extract", "--again")
    assert shown.returncode == 0, shown.stderr
    assert "2 documents: 0 would change, 0 failed" in shown.stdout
    (line,) = dosije("extract", "--again", ids[0], "--apply", "--json").stdout.splitlines()
    assert json.loads(line)["summary"] | {"seconds": 0} == {
        "documents": 1, "changed": 0, "clauses_changed": 0, "failed": 0, "applied": True, "seconds": 0, "fields": {},
    }  # fmt: skip


def test_one_answer_decides_all_papers_of_which_review_asks_the_same(
    dosije: Dosije, ids: list[str], tmp_path: Path
) -> None:
    with Archive.open(tmp_path / "home", create=False) as archive:
        for id_ in ids:
            words = Span(id_, 1, 0, 1)
            read = [
                Fact("buyer", "Opština Ub", words, "buyer.test", 0.99),
                Fact("vendor", "Vid", words, "v.test", 0.6),
            ]
            archive.catalog.facts.replace_extracted(id_, 1, read)
    (doubt,) = json.loads(dosije("review", "--json").stdout)["doubts"]
    assert sorted([doubt["document"], *doubt["same"]]) == sorted(ids)
    assert "the same in 2 papers: one answer with --same decides all" in dosije("review").stdout
    first, (other,) = doubt["document"], doubt["same"]
    told = dosije("correct", first, "vendor", "Vid doo", "--replace", "Vid", "--same", "--dry-run").stdout
    assert told.count("→ Vid doo (corrected)") == 2
    assert json.loads(dosije("review", "--json").stdout)["total"] == 1, "a try changes nothing"
    made = json.loads(dosije("confirm", first, "vendor", "Vid", "--same", "--json").stdout)
    assert (made["document"], [each["document"] for each in made["same"]]) == (first, [other])
    assert [facts(dosije, id_)["vendor"]["status"] for id_ in ids] == ["confirmed", "confirmed"]
    assert json.loads(dosije("review", "--json").stdout)["total"] == 0
