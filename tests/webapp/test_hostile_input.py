"""No body, form, query or path that anybody sends is answered with an error of the server, at any address there is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from archive.archive import Archive
from archive.search.request import FACETS
from tests.access_samples import QUICK
from tests.conftest import ROOT
from tests.hostile_samples import HOSTILE_JSON, HOSTILE_VALUES, ODD_JSON
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app

PARAMETER = re.compile(r"""(?:args|arguments|form|sent)(?:\.get|\.getlist)?[(\[]\s*["'](\w+)["']""")
"""How a view reads a field."""

FIELDS = sorted(
    {name for file in (ROOT / "webapp").rglob("*.py") for name in PARAMETER.findall(file.read_text("utf-8"))}
    | {"q", "action", "value", "exact", "sort", "unit", "page", "as_of", "against", "group", *FACETS}
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An application over an archive that may be written to, and the id of its one document."""
    folder = tmp_path_factory.mktemp("hostile")
    with Archive.open(folder / "home") as archive:
        with archive.writing():
            document = Filler(archive, folder).text(
                "ugovor.txt", ["Ugovor o nabavci kamera", "Član 1. Kamere"], "sr-Latn"
            )
            archive.indexing.index_due()
        app = create_app(archive, NoPicture())
        app.config["PASSWORD_HASHES"] = QUICK
        yield app, document


VALUES_EACH = 2
"""Values that each parameter is given, in turn of all."""


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def path_of(rule: Rule, document: str, other: bytes | None = None) -> str:
    """An address of a rule: of what is there, or with another value in each place."""

    def value(found: re.Match[str]) -> str:
        if other is not None:
            return quote_from_bytes(other[:300], safe="")
        name = found["name"]
        known = {"document_id": document, "other_id": document, "form": "csv", "version": "2", "name": "spending",
                 "page_number": "1", "words": "0-3", "eid": "art_1", "region": "full", "size": "max",
                 "rotation": "0", "quality": "default", "tag": "en", "filename": "app.css"}  # fmt: skip
        return known.get(name, "1")

    return re.sub(r"<(?:[^:<>]+:)?(?P<name>\w+)>", value, rule.rule)


def ask(client: FlaskClient, method: str, path: str, **more: object) -> int:
    with client.open(path, method=method, **more) as response:  # type: ignore[arg-type]
        response.get_data()
        return int(response.status_code)


@pytest.mark.parametrize("body", [*HOSTILE_JSON.values(), *ODD_JSON.values()], ids=[*HOSTILE_JSON, *ODD_JSON])
def test_no_body_of_json_is_an_error_of_the_server(room: tuple[Flask, str], body: bytes) -> None:
    app, document = room
    failed = []
    for rule in rules(app, "POST"):
        status = ask(app.test_client(), "POST", path_of(rule, document), data=body, content_type="application/json")
        if status >= 500:
            failed.append((rule.rule, status))
    assert not failed


@pytest.mark.parametrize("body", HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_json_that_is_none_is_refused_in_words(room: tuple[Flask, str], body: bytes) -> None:
    app, _ = room
    response = app.test_client().post("/api/v1/lists", data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.json
    assert "JSON" in response.json["error"]["message"]
    assert len(response.json["error"]["message"]) < 300


@pytest.mark.parametrize("value", HOSTILE_VALUES.values(), ids=HOSTILE_VALUES)
def test_no_form_is_an_error_of_the_server(room: tuple[Flask, str], value: bytes) -> None:
    """Every field that any view reads holds it, as a form, as parts, and as a file."""
    app, document = room
    form = "&".join(f"{name}={quote_from_bytes(value[:1000], safe='')}" for name in FIELDS).encode()
    failed = []
    for rule in rules(app, "POST"):
        for data, kind in (
            (form, "application/x-www-form-urlencoded"),
            (value, "multipart/form-data; boundary=x"),
            ({"file": (io.BytesIO(value), "a\x00/../b.csv"), "files": (io.BytesIO(value), "\u202efdp.txt")}, None),
        ):
            status = ask(app.test_client(), "POST", path_of(rule, document), data=data, content_type=kind)
            if status >= 500:
                failed.append((rule.rule, kind, status))
    assert not failed


def asked_of(app: Flask) -> Iterator[tuple[Rule, list[str]]]:
    """Every address that is read, with the parameters that it may know."""
    described = app.test_client().get("/api/openapi.json").json
    assert described
    for rule in rules(app, "GET"):
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
        operation = described["paths"].get(path, {}).get("get")
        if operation is None:
            yield rule, FIELDS
        else:
            yield rule, [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]


def test_no_query_is_an_error_of_the_server(room: tuple[Flask, str]) -> None:
    """Of an endpoint of the API each parameter alone, since one that is refused hides the others; of a page all."""
    app, document = room
    client, failed, values = app.test_client(), [], cycle(HOSTILE_VALUES.values())
    for rule, names in asked_of(app):
        alone = rule.rule.startswith("/api/")
        for some in [[name] for name in names] if alone else [names]:
            for value in islice(values, VALUES_EACH if alone else 2 * VALUES_EACH):
                query = "&".join(f"{name}={quote_from_bytes(value[:1000], safe='')}" for name in some)
                status = ask(client, "GET", f"{path_of(rule, document)}?{query}")
                if status >= 500 and status != 501:
                    failed.append((rule.rule, some[:1], value[:20], status))
    assert not failed


def test_no_path_is_an_error_of_the_server(room: tuple[Flask, str]) -> None:
    app, document = room
    client, failed = app.test_client(), []
    for rule in app.url_map.iter_rules():
        if not rule.arguments:
            continue
        for value in HOSTILE_VALUES.values():
            for method in {"GET", "POST"} & set(rule.methods or ()):
                status = ask(client, method, path_of(rule, document, value))
                if status >= 500:
                    failed.append((method, rule.rule, value[:20], status))
    assert not failed
