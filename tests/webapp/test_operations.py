"""What those see who run the reading room: numbers, and a log that tells nobody's business."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from archive.config import Settings
from archive.errors import CatalogError, FindingsBehind, UsageError
from tests.webapp_own_room import OwnRoom
from webapp.operations import logs

REQUESTS = logging.getLogger("dosije.requests")


@pytest.fixture
def room(room: OwnRoom) -> OwnRoom:
    room.come_in("tajni-dopis.txt", "Opština Brezovac nabavlja kamere.")
    return room


@pytest.fixture
def client(room: OwnRoom) -> FlaskClient:
    @room.app.get("/broken")
    def broken() -> str:
        raise ValueError("tajna reč u dokumentu")

    @room.app.get("/damaged")
    def damaged() -> str:
        raise CatalogError("tajni-dopis.txt is damaged.")

    @room.app.get("/behind")
    def behind() -> str:
        raise FindingsBehind("Of tajni-dopis.txt, 40 % is done.")

    return room.app.test_client()


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, REQUESTS.level
    yield root
    for handler in root.handlers[:]:
        if handler not in before[0]:
            root.removeHandler(handler)
    root.handlers, root.level = before[0], before[1]
    REQUESTS.setLevel(before[2])


def written(client: FlaskClient, root: logging.Logger, *paths: str, **settings: str | int) -> str:
    """What the log says after these requests."""
    logs.begin(Settings(settings))
    stream = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    for path in paths:
        client.get(path)
    return stream.getvalue()


ASKED = ("/?q=tajna", "/documents/tajno", "/broken", "/damaged")


def test_the_log_as_json_tells_patterns_and_places(client: FlaskClient, root_logger: logging.Logger) -> None:
    log = written(client, root_logger, *ASKED, log="json")
    assert "tajn" not in log
    lines = [json.loads(line) for line in log.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["path"], line["status"]) for line in requests] == [
        ("/", 200),
        ("/documents/<document_id>", 404),
        ("/broken", 500),
        ("/damaged", 500),
    ]
    assert len({line["request"] for line in requests}) == 4
    (broken,) = [line for line in lines if line.get("error") == "ValueError"]
    assert broken["where"][-1].startswith(__file__)
    (damaged,) = [line for line in lines if line["event"] == "error"]
    assert (damaged["error"], damaged["request"]) == ("CatalogError", requests[-1]["request"])


def test_what_passes_is_no_error_of_the_log(client: FlaskClient, root_logger: logging.Logger) -> None:
    lines = [json.loads(line) for line in written(client, root_logger, "/behind", log="json").splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [("info", "waiting"), ("info", "request")]
    assert (lines[0]["error"], lines[1]["status"]) == ("FindingsBehind", 503)
    plain = written(client, root_logger, "/behind")
    assert "WARNING dosije.requests: Answered 503 at /behind" in plain
    assert "ERROR" not in plain


def test_one_may_have_it_tell_all(room: OwnRoom, root_logger: logging.Logger) -> None:
    room.archive.settings = Settings({"log": "json", "log_queries": 1})
    log = written(room.app.test_client(), root_logger, "/?q=tajna", log="json", log_queries=1)
    assert json.loads(log)["asked"] == "/?q=tajna"


def test_the_plain_log_tells_errors_only(client: FlaskClient, root_logger: logging.Logger) -> None:
    log = written(client, root_logger, *ASKED)
    assert "tajni-dopis.txt is damaged." in log
    assert "tajna reč" in log
    assert "/documents/tajno" not in log
    with pytest.raises(UsageError, match="log is plain or json, not 'xml'"):
        logs.begin(Settings({"log": "xml"}))


def test_an_answer_carries_the_id_by_which_the_log_knows_it(client: FlaskClient) -> None:
    one, other = (client.get("/healthz", headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] for _ in "ab")
    assert len(one) == len(other) == 16
    assert one != other


def test_metrics_count_requests_and_tell_of_the_archive(client: FlaskClient) -> None:
    before = _number(client, 'dosije_requests_total{endpoint="search.show",status="200"}')
    client.get("/?q=kamere")
    response = client.get("/metrics")
    assert response.content_type.startswith("text/plain")
    assert _number(client, 'dosije_requests_total{endpoint="search.show",status="200"}') == before + 1
    assert _number(client, "dosije_documents") == 1
    assert _number(client, "dosije_index_due") == 0
    assert _number(client, 'dosije_jobs{state="queued"}') == 0
    assert _number(client, "dosije_index_published_timestamp_seconds") > 0
    assert "kamere" not in response.text


def _number(client: FlaskClient, name: str) -> float:
    for line in client.get("/metrics").text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.removeprefix(name))
    return 0


def test_the_number_on_the_page_of_an_error_stands_beside_its_traceback(
    room: OwnRoom, root_logger: logging.Logger
) -> None:
    @room.app.get("/breaks")
    def breaks() -> str:
        raise ZeroDivisionError("division of nothing")

    room.app.config["PROPAGATE_EXCEPTIONS"] = False
    logs.begin(Settings())
    handler = root_logger.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.stream = heard = io.StringIO()
    client = room.app.test_client()
    for path, status in (("/breaks", 500), ("/nowhere", 404), ("/?page=9", 404), ("/review?field=colour", 400)):
        answer = client.get(path, headers={"Referer": "http://localhost/findings?x=1"})
        assert answer.status_code == status
        number = answer.headers["X-Request-ID"]
        assert f"<code>{number}</code>" in answer.text
        assert f"[{number}]" in heard.getvalue()
        assert 'href="/findings?x=1"' in answer.text, "the way back"
    lines = heard.getvalue().splitlines()
    first = next(line for line in lines if "Exception on /breaks" in line)
    assert first.endswith("]")
    assert lines[lines.index(first) + 1].startswith("Traceback")
    away = client.get("/nowhere", headers={"Referer": "http://elsewhere.example/findings"})
    assert "elsewhere.example" not in away.text
