"""``dosije findings`` as of an earlier moment, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.archive import Archive
from archive.config import Settings
from archive.errors import UsageError
from archive.findings.files import SHIPPED
from archive.model.decisions import DecisionAction
from archive.store.events import EventName
from tests.finding_samples import add, contract, decide, price
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.commands.findings import findings_command

FILTERED = """[request]
kind = ["contarct"]
[facts]"""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings()) as opened:
        add(opened, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        ada = add(opened, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")))
        decide(opened, ada, DecisionAction.CORRECT, price("250.00"))
        yield opened


def asked(archive: Archive, *arguments: str) -> Result:
    return CliRunner().invoke(findings_command, arguments, obj=archive.home)


def test_a_filter_on_a_kind_that_does_not_exist_is_refused(archive: Archive) -> None:
    folder = archive.home / "findings"
    folder.mkdir()
    own = (SHIPPED / "spending.toml").read_text(encoding="utf-8").replace("[facts]", FILTERED)
    (folder / "own.toml").write_text(own, encoding="utf-8")
    refused = asked(archive, "own").exception
    assert isinstance(refused, UsageError)
    assert "own.toml, line" in refused.message
    assert "'kind' of [request] cannot be 'contarct'" in refused.message
    assert "Nearest: contract" in str(refused.remedy)
    client = create_app(archive, NoPicture()).test_client()
    for path in ("/findings/own", "/api/v1/findings/own"):
        answer = client.get(path)
        assert answer.status_code == 400, path
        assert "contarct" in answer.text
    assert client.get("/findings").status_code == 200, "the others are not affected"


def of_total(result: Result, column: str = "RSD·without") -> float:
    number: float = json.loads(result.stdout)["total"]["cells"][column]["number"]
    return number


def test_a_table_as_of_an_event_or_a_day(archive: Archive) -> None:
    json_of = ("spending", "--format", "json")
    assert of_total(asked(archive, *json_of)) == 350
    assert of_total(asked(archive, *json_of, "--as-of", "4")) == 300
    assert of_total(asked(archive, *json_of, "--as-of", "2")) == 100
    assert of_total(asked(archive, *json_of, "--as-of", datetime.now(UTC).date().isoformat())) == 350
    assert json.loads(asked(archive, *json_of, "--as-of", "4").stdout)["as_of"]["event"] == 4


def test_numbers_of_persons_are_marked(archive: Archive) -> None:
    text = asked(archive, "spending").stdout
    assert "250*" in text
    assert "100*" not in text
    assert "* a person gave or confirmed a fact of it" in text
    assert "*" not in asked(archive, "spending", "--as-of", "4").stdout


def test_what_changed_and_why(archive: Archive) -> None:
    text = asked(archive, "spending", "--against", "2").stdout
    assert "from event 2 to event 5" in text
    assert "Ada / 2020: RSD without VAT – → 250" in text
    assert "ada.pdf: added (event 4, " in text
    assert "ada.pdf: decided by Ana: amount 200.00 → 250.00 (event 5, " in text
    record = json.loads(asked(archive, "spending", "--as-of", "4", "--against", "5", "--format", "json").stdout)
    assert (record["before"]["event"], record["after"]["event"]) == (4, 5)
    assert [cell["after"] for cell in record["cells"] if cell["key"] == {}] == [350]
    assert "Nothing changed." in asked(archive, "spending", "--against", "5").stdout


def test_what_changed_is_masked_as_a_file(archive: Archive) -> None:
    (archive.home / "masked-names.txt").write_text("Beta", encoding="utf-8")
    command = ("vendors", "--against", "2", "--format", "json")
    assert "Beta d.o.o." in asked(archive, *command).stdout
    run = asked(archive, *command, "--mask", "name")
    assert "Beta d.o.o." not in run.stdout
    assert "████ d.o.o." in run.stdout
    (event,) = archive.catalog.events.named(EventName.REDACTION)
    assert event.detail["what"] == "finding vendors as json"


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("spending", "--as-of", "yesterday"), "not a point in time"),
        (("spending", "--as-of", "99"), "no event 99"),
        (("spending", "--as-of", "2020-01-01"), "no events before"),
        (("spending", "--against", "2", "--format", "csv"), "cannot be written as csv"),
        (("--as-of", "2"), "nothing to count"),
    ],
)
def test_what_cannot_be_asked_is_said(archive: Archive, arguments: tuple[str, ...], wrong: str) -> None:
    error = asked(archive, *arguments).exception
    assert isinstance(error, UsageError)
    assert wrong in error.message
