"""No body, form, query or path that anybody sends is answered with an error of the server, at any address there is."""

from __future__ import annotations

import inspect
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import count, cycle, islice
from math import ceil
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
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

MOST, MOST_OF_OTHERS = 1000, 100
"""Bytes of a value; and where all fields are sent at once, of most of them: more than a server reads would be refused
before anything is looked at."""

FORMS_EACH = 3
"""Every so many of the views that take forms get a value: each view a third of all, each value a third of the views."""

PATHS_EACH = 4
"""Values that an address gets in its places. Addresses with places of the same names, which are looked up by the same
code, share all of them."""

turns = count()
"""Which fields hold the whole value: each eighth in turn, and the question."""


def fields(names: list[str], value: bytes) -> str:
    """A form or query with a value in every field."""
    turn = next(turns)
    most = (MOST if name == "q" or (place + turn) % 8 == 0 else MOST_OF_OTHERS for place, name in enumerate(names))
    return "&".join(f"{name}={quoted(value[:length])}" for name, length in zip(names, most, strict=True))


@cache
def quoted(value: bytes) -> str:
    """A value as it stands in an address; a form has it a hundred times."""
    return quote_from_bytes(value, safe="")


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def path_of(rule: Rule, document: str, other: bytes | None = None) -> str:
    """An address of a rule: of what is there, or with another value in each place."""

    def value(found: re.Match[str]) -> str:
        if other is not None:
            return quoted(other[:300])
        name = found["name"]
        known = {"document_id": document, "other_id": document, "form": "csv", "version": "2", "name": "spending",
                 "page_number": "1", "words": "0-3", "eid": "art_1", "region": "full", "size": "max",
                 "rotation": "0", "quality": "default", "tag": "en", "filename": "app.css"}  # fmt: skip
        return known.get(name, "1")

    return re.sub(r"<(?:[^:<>]+:)?(?P<name>\w+)>", value, rule.rule)


def ask(app: Flask, method: str, path: str, **more: object) -> int:
    """The status of an answer to somebody without cookies."""
    with app.test_client(use_cookies=False).open(path, method=method, **more) as response:  # type: ignore[arg-type]
        response.get_data()
        return int(response.status_code)


class Body(io.BytesIO):
    """A body that knows whether anybody has looked at it."""

    is_read = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Give some of it."""
        self.is_read = True
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        """Give some of it."""
        self.is_read = True
        return super().readinto(buffer)


@pytest.fixture(scope="module")
def reading(room: tuple[Flask, str]) -> list[Rule]:
    """The rules that look at a body of JSON. What it holds can make no difference to the others."""
    app, document = room
    found = []
    for rule in rules(app, "POST"):
        body = Body(b'{"lines": ["a"]}')
        ask(app, "POST", path_of(rule, document), input_stream=body, content_length=16,
            content_type="application/json")  # fmt: skip
        if body.is_read:
            found.append(rule)
    return found


def test_who_looks_at_a_body_is_known(reading: list[Rule]) -> None:
    found = {rule.rule for rule in reading}
    assert "/api/v1/lists" in found
    assert "/verify" not in found, "what is no form is none for it"


@pytest.mark.parametrize("body", [*HOSTILE_JSON.values(), *ODD_JSON.values()], ids=[*HOSTILE_JSON, *ODD_JSON])
def test_no_body_of_json_is_an_error_of_the_server(room: tuple[Flask, str], reading: list[Rule], body: bytes) -> None:
    app, document = room
    failed = []
    for rule in reading:
        status = ask(app, "POST", path_of(rule, document), data=body, content_type="application/json")
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


def takes_files(app: Flask, rule: Rule) -> bool:
    """Whether the view, or one beside it, looks at files."""
    module = inspect.getmodule(app.view_functions[rule.endpoint])
    assert module is not None
    return "request.files" in inspect.getsource(module)


@pytest.mark.parametrize(("turn", "value"), list(enumerate(HOSTILE_VALUES.values())), ids=HOSTILE_VALUES)
def test_no_form_is_an_error_of_the_server(room: tuple[Flask, str], turn: int, value: bytes) -> None:
    """Every field that any view reads holds it, as a form, in turn; as parts and as a file, of which a view that takes
    no files sees nothing but that its fields are missing, in turn."""
    app, document = room
    failed = []
    for place, rule in enumerate(rules(app, "POST")):
        sent: list[tuple[Any, str | None]] = [
            (fields(FIELDS, value).encode(), "application/x-www-form-urlencoded"),
            (value, "multipart/form-data; boundary=x"),
            ({"file": (io.BytesIO(value), "a\x00/../b.csv"), "files": (io.BytesIO(value), "\u202efdp.txt")}, None),
        ]
        whole = takes_files(app, rule) or (place + turn) % 7 == 0
        for data, kind in sent if whole else sent[: (place + turn) % FORMS_EACH == 0]:
            status = ask(app, "POST", path_of(rule, document), data=data, content_type=kind)
            if status >= 500:
                failed.append((rule.rule, kind, status))
    assert not failed


def asked_of(app: Flask) -> Iterator[tuple[Rule, list[list[str]]]]:
    """Every address that is read, with parameters that it may know, to be asked together: of an endpoint of the API
    each alone, since one that is refused hides the others."""
    described = app.test_client().get("/api/openapi.json").json
    assert described
    for rule in rules(app, "GET"):
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
        operation = described["paths"].get(path, {}).get("get")
        if operation is None:
            yield rule, [FIELDS]
        else:
            yield rule, [[one["name"]] for one in operation.get("parameters", []) if one["in"] == "query"]


def test_no_query_is_an_error_of_the_server(room: tuple[Flask, str]) -> None:
    app, document = room
    failed, values = [], cycle(HOSTILE_VALUES.values())
    for rule, together in asked_of(app):
        for some in together:
            for value in islice(values, VALUES_EACH if len(some) == 1 else 2 * VALUES_EACH):
                status = ask(app, "GET", f"{path_of(rule, document)}?{fields(some, value)}")
                if status >= 500 and status != 501:
                    failed.append((rule.rule, some[:1], value[:20], status))
    assert not failed


def test_no_path_is_an_error_of_the_server(room: tuple[Flask, str]) -> None:
    app, document = room
    failed, asked = [], 0
    placed = [rule for rule in app.url_map.iter_rules() if rule.arguments]
    alike = Counter(frozenset(rule.arguments) for rule in placed)
    values = {names: cycle(HOSTILE_VALUES.values()) for names in alike}
    for rule in placed:
        names = frozenset(rule.arguments)
        each = max(PATHS_EACH, ceil(len(HOSTILE_VALUES) / alike[names]))
        for value in islice(values[names], each):
            for method in {"GET", "POST"} & set(rule.methods or ()):
                status = ask(app, method, path_of(rule, document, value))
                asked += 1
                if status >= 500:
                    failed.append((method, rule.rule, value[:20], status))
    assert not failed
    assert asked > 700
