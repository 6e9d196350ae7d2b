"""The page of rates: what is known, and lists that are sent."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from archive.findings.rates import read_rates
from indexer.images.pages import SandboxedRenderer
from tests.webapp_html import text_of
from webapp import create_app

LIST = "Oznaka valute;Važi za;Srednji kurs\nEUR;1;117,5001\nJPY;100;97,25\n"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[FlaskClient]:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        renderer = SandboxedRenderer(archive.settings)
        yield create_app(archive, renderer).test_client()
        renderer.close()


def sent(room: FlaskClient, text: str, **form: str) -> tuple[int, str]:
    data = {**form, "file": (io.BytesIO(text.encode()), "lista.csv")}
    answer = room.post("/rates", data=data, content_type="multipart/form-data")
    return answer.status_code, text_of(answer.text)


def test_what_a_law_fixed_is_known_and_named(room: FlaskClient) -> None:
    told = text_of(room.get("/rates").text)
    assert "BAM → EUR" in told
    assert "Council Regulation (EU) 2022/1208" in told


def test_a_list_is_loaded_and_told(room: FlaskClient, tmp_path: Path) -> None:
    status, told = sent(room, LIST, date="2020-02-03", source="National Bank of Serbia")
    assert status == 200
    assert "Rates read: 2. New: 2." in told
    assert "RSD → JPY" in told
    assert {rate.to for rate in read_rates(tmp_path / "home") if not rate.is_fixed} == {"EUR", "JPY"}


@pytest.mark.parametrize(
    ("text", "form", "wrong"),
    [
        (LIST, {}, "the day of the rate is missing"),
        (LIST, {"date": "3.2."}, "is not a day"),
        (LIST, {"date": "2020-02-03", "base": "dinar"}, "is not a currency"),
        ("ništa", {}, "no column of middle rates"),
    ],
)
def test_what_cannot_be_loaded_is_told_and_changes_nothing(
    room: FlaskClient, tmp_path: Path, text: str, form: dict[str, str], wrong: str
) -> None:
    status, told = sent(room, text, **form)
    assert status == 400
    assert wrong in told
    assert not (tmp_path / "home" / "rates.csv").exists()


def test_a_form_without_a_file_is_told(room: FlaskClient) -> None:
    assert room.post("/rates", data={}).status_code == 400


TYPED = {"base": "rsd", "to": "EUR", "rate": "117,5785", "date": "2020-02-03", "source": "National Bank of Serbia"}


def test_a_rate_is_typed_and_corrected_and_its_source_shown(room: FlaskClient, tmp_path: Path) -> None:
    assert "New: 1." in text_of(room.post("/rates", data=TYPED).text)
    told = text_of(room.post("/rates", data=TYPED | {"rate": "117.6", "source": "Corrected by Ana"}).text)
    assert "Replaced: 1." in told
    assert "117.6 Corrected by Ana" in told
    (rate,) = (one for one in read_rates(tmp_path / "home") if not one.is_fixed)
    assert str(rate) == "117.6 RSD = 1 EUR (2020-02-03, Corrected by Ana)"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"to": "evro"}, "is not a currency"),
        ({"to": "RSD"}, "Two different currencies"),
        ({"rate": "-3"}, "is not a number above 0"),
        ({"date": "2020-02-30"}, "is not a day, month or year"),
        ({"source": ""}, "needs its source"),
    ],
)
def test_a_typed_rate_that_is_none_is_told_and_stands_there_again(
    room: FlaskClient, tmp_path: Path, wrong: dict[str, str], told: str
) -> None:
    answer = room.post("/rates", data=TYPED | wrong)
    assert answer.status_code == 400
    assert told in text_of(answer.text)
    assert 'value="2020-02-30"' in answer.text if "date" in wrong else 'value="2020-02-03"' in answer.text
    assert not (tmp_path / "home" / "rates.csv").exists()


def test_what_the_owner_states_is_not_typed_over(room: FlaskClient, tmp_path: Path) -> None:
    stated = '[[rate]]\ncurrency="RSD"\nto="EUR"\nrate="117"\ndate="2020-02-03"\nsource="Owner"\n'
    (tmp_path / "home" / "rates.toml").write_text(stated, encoding="utf-8")
    answer = room.post("/rates", data=TYPED)
    assert (answer.status_code, "rates.toml states this rate" in text_of(answer.text)) == (400, True)
