"""Where the servers are, and what is said of them when they fail."""

from __future__ import annotations

import json
from typing import Any

import pytest
import urllib3

from archive.errors import EngineUnavailable, QueryTooBroad, UsageError
from archive.search.opensearch_engine.client import Client, IndexGone, Servers
from archive.search.opensearch_engine.writing import Bulk
from tests.archive.search.opensearch_engine.servers_that_fail import Answer, answering


def test_an_address_names_servers_and_indexes() -> None:
    assert Servers.parse("http://localhost:9200/dosije") == Servers(("http://localhost:9200",), "dosije")
    assert Servers.parse("https://me:p%40ss@a:9200,b:9201/x-1/?shards=3&replicas=1") == Servers(
        ("https://a:9200", "https://b:9201"), "x-1", ("me", "p@ss"), 3, 1
    )
    assert [Servers.parse(f"http://a:9200/x{told}").gzip for told in ("", "?gzip=0", "?shards=2&gzip=1")] == [1, 0, 1]


@pytest.mark.parametrize(
    "url",
    [
        "localhost:9200/x", "ftp://a/x", "http:///x", "http://a:9200", "http://a:9200/Big", "http://a,/x",
        "http://a/x?shards=many", "http://a/x?shards=0", "http://a/x?copies=2", "http://me:secret@a/..",
    ],
)  # fmt: skip
def test_an_address_of_another_form_is_refused_and_no_password_told(url: str) -> None:
    with pytest.raises(UsageError, match="search_url") as raised:
        Servers.parse(url)
    assert "secret" not in str(raised.value)


def test_servers_that_are_not_there_are_named() -> None:
    client = Client(Servers(("http://127.0.0.1:9",), "x"))
    with pytest.raises(EngineUnavailable, match=r"127\.0\.0\.1:9 does not answer") as raised:
        client.ask("GET", "/_alias/x")
    assert raised.value.http_status == 503


def test_another_server_is_asked_where_one_is_not_there() -> None:
    with answering(lambda *_: (200, {"fine": True})) as url:
        client = Client(Servers(("http://127.0.0.1:9", url), "x"))
        assert [client.ask("GET", "/_alias/x") for _ in range(4)] == [{"fine": True}] * 4


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (401, {"reason": "who are you"}, EngineUnavailable),
        (500, {"reason": "boom"}, EngineUnavailable),
        (400, {"type": "too_many_nested_clauses", "reason": "x"}, QueryTooBroad),
        (404, {"type": "index_not_found_exception", "reason": "x"}, IndexGone),
    ],
)
def test_refusals_are_told_apart(status: int, error: dict[str, str], expected: type[Exception]) -> None:
    with answering(lambda *_: (status, {"error": error, "status": status})) as url:
        client = Client(Servers((url,), "x"))
        with pytest.raises(expected):
            client.bulk(b"{}\n")
    with answering(lambda *_: (200, {"responses": [{"error": error, "status": status}]})) as url:
        client = Client(Servers((url,), "x"))
        with pytest.raises(expected if status != 401 else EngineUnavailable):
            client.search("x", {})


@pytest.mark.parametrize("gzip", [0, 1])
def test_answers_come_compressed_unless_the_address_says_otherwise(gzip: int) -> None:
    told: list[str | None] = []
    ask = urllib3.HTTPConnectionPool.urlopen

    def noted(pool: Any, method: str, url: str, *rest: Any, **more: Any) -> Any:
        told.append(more["headers"].get("accept-encoding"))
        return ask(pool, method, url, *rest, **more)

    with answering(lambda *_: (200, {})) as url, pytest.MonkeyPatch.context() as patched:
        patched.setattr(urllib3.HTTPConnectionPool, "urlopen", noted)
        Client(Servers((url,), "x", gzip=gzip)).ask("GET", "/_alias/x")
    assert told == ["gzip" if gzip else None]


def test_a_server_without_scripts_says_so() -> None:
    for refusal in ("script_lang not supported [painless]", "cannot execute [inline] scripts"):
        error = {"type": "illegal_argument_exception", "reason": refusal}
        with answering(lambda *_, error=error: (400, {"error": error, "status": 400})) as url:
            client = Client(Servers((url,), "x"))
            with pytest.raises(EngineUnavailable, match="runs no scripts"):
                client.ask("PUT", "/x", {})


class Busy:
    """Takes in a change at the third attempt, and refuses one of a name for good."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.requests: list[int] = []
        self._attempts: dict[str, int] = {}

    def answer(self, _method: str, _path: str, body: bytes) -> Answer:
        lines = [json.loads(line) for line in body.splitlines()]
        items = [self._item(line) for line in lines if "delete" in line]
        self.requests.append(len(items))
        return 200, {"errors": any("error" in item["delete"] for item in items), "items": items}

    def _item(self, line: dict[str, Any]) -> dict[str, Any]:
        name = line["delete"]["_id"]
        assert line["delete"]["_index"] == "x"
        attempts = self._attempts[name] = self._attempts.get(name, 0) + 1
        if name == "bad":
            return {"delete": {"_id": name, "status": 400, "error": {"type": "mapper", "reason": "no"}}}
        if attempts < 3:
            return {"delete": {"_id": name, "status": 429, "error": {"type": "rejected", "reason": "busy"}}}
        self.taken.append(name)
        return {"delete": {"_id": name, "status": 404}}


def changes(*names: str) -> list[bytes]:
    return [json.dumps({"delete": {"_id": name}}).encode() + b"\n" for name in names]


IMPATIENT = (0.001, 0.002)


def test_what_a_busy_server_refuses_is_sent_again_and_nothing_else() -> None:
    busy = Busy()
    with answering(busy.answer) as url:
        sending = Bulk(Client(Servers((url,), "x")), "x", most_changes=2, pauses=IMPATIENT)
        sending.send(changes("a", "b", "c"))
        assert busy.taken == ["a", "b"], "the next ones wait until these were taken in"
        sending.finish()
    assert busy.taken == ["a", "b", "c"]
    assert busy.requests == [2, 2, 2, 1, 1, 1]


def test_a_change_that_is_refused_for_good_is_told() -> None:
    with answering(Busy().answer) as url:
        sending = Bulk(Client(Servers((url,), "x")), "x", pauses=IMPATIENT)
        sending.send(changes("bad"))
        with pytest.raises(EngineUnavailable, match="refuses document bad: no"):
            sending.finish()


def test_a_server_that_stays_busy_is_given_up() -> None:
    answer = {"errors": True, "items": [{"delete": {"_id": "a", "status": 429, "error": {"reason": "queue full"}}}]}
    with answering(lambda *_: (200, answer)) as url:
        sending = Bulk(Client(Servers((url,), "x")), "x", pauses=IMPATIENT)
        sending.send(changes("a"))
        with pytest.raises(EngineUnavailable, match="did not take in 1 changes: queue full"):
            sending.finish()
