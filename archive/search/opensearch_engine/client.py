"""Requests to the servers: addresses, timeouts, partial answers, and readable errors."""

from __future__ import annotations

import json
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from opensearchpy import OpenSearch, Transport, exceptions

from archive.errors import EngineFull, EngineUnavailable, Message, QueryTooBroad, UsageError
from archive.search.opensearch_engine.encoding import POSITION
from archive.search.opensearch_engine.query_dsl import MOST_VALUES
from archive.search.opensearch_engine.sources import WORDS, WORDS_INDEX, Json

JsonObject = dict[str, Any]

REQUEST_SECONDS = 30
"""Seconds until a request is sent to another server. Searches time out earlier."""

RETRIES = 3

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_FORM = "Write it as follows, with several hosts separated by commas: http://host:9200/name?shards=3&replicas=1"
BLOCKED = "cluster_block_exception"
"""The error type of an index that is blocked for writing, as OpenSearch does when a disk passes its flood stage."""

_NO_SCRIPTS = ("script_lang not supported", "cannot execute [inline] scripts", "cannot execute scripts using [")
"""Phrases in errors of a server without Painless, or with ``script.allowed_types`` or ``allowed_contexts`` that forbid
it."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_MATCH_ALL: JsonObject = {"match_all": {}}

_BROAD = ("too_many_clauses", "too_many_nested_clauses", "too_complex_to_determinize", "too_many_buckets")


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of the servers, the prefix of index names, and the number of shards of new indexes.

    ``login`` is name and password, ``replicas`` the number of copies. Answers are compressed unless ``gzip`` is 0,
    which is faster on the same machine.
    """

    hosts: tuple[str, ...]
    name: str
    login: tuple[str, str] | None = None
    shards: int = 1
    replicas: int = 0
    gzip: int = 1

    @classmethod
    def parse(cls, url: str) -> Servers:
        """Parse the setting ``search_url``: ``http(s)://[user:password@]host:port[,host:port...]/name``.

        :raises UsageError: it has another form.
        """
        parts = urlsplit(url)
        login, _, hosts = parts.netloc.rpartition("@")
        user, _, password = login.partition(":")
        name = parts.path.strip("/")
        wanted = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        numbers = {key: int(value) for key, value in wanted.items() if value.isdecimal() and len(value) <= 4}
        if (
            parts.scheme not in {"http", "https"}
            or not all(hosts.split(","))
            or not _NAME.fullmatch(name)
            or numbers.keys() != wanted.keys()
            or not numbers.keys() <= {"shards", "replicas", "gzip"}
            or numbers.get("shards") == 0
        ):
            shown = f"{parts.scheme}://{hosts}{parts.path}"
            raise UsageError("The setting search_url does not name an OpenSearch: %(address)s.", _FORM, address=shown)
        return cls(
            hosts=tuple(f"{parts.scheme}://{host}" for host in hosts.split(",")),
            name=name,
            login=(unquote(user), unquote(password)) if login else None,
            **numbers,
        )


# It logs each failed attempt with a traceback; errors raised here say the same.
logging.getLogger("opensearch").setLevel(logging.CRITICAL)


class Client:
    """A thread-safe client of the servers: one that does not answer is skipped.

    Every method raises :class:`EngineUnavailable` if none of them answers or they refuse, and
    :class:`QueryTooBroad` if a query exceeds a limit of theirs.
    """

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self._client = OpenSearch(
            list(servers.hosts),
            http_auth=servers.login,
            timeout=REQUEST_SECONDS,
            max_retries=max(RETRIES, len(servers.hosts)),
            retry_on_timeout=True,
            pool_maxsize=16,
            headers={"accept-encoding": "gzip"} if servers.gzip else {},
        )
        self._copy = token_hex(8)
        self._transport: Transport = self._client.transport

    def ask(self, method: str, path: str, body: JsonObject | None = None, **parameters: str) -> JsonObject:
        """Return the answer to a request, empty if its subject does not exist."""
        with self._explained():
            answer = self._transport.perform_request(method, path, params={**parameters, "ignore": [404]}, body=body)
        return answer if isinstance(answer, dict) else {}

    def search(self, index: str, body: JsonObject) -> JsonObject:
        """Return the answer to a search.

        :raises IndexGone: there is no such index.
        """
        return self.searches([(index, body)])[0]

    def searches(self, asked: Sequence[tuple[str, JsonObject]]) -> list[JsonObject]:
        """Return the answers to several searches, sent in one request.

        :raises IndexGone: one of the indexes does not exist.
        """
        if not asked:
            return []
        lines = [line for index, body in asked for line in self._lines(index, body)]
        with self._explained():
            told = self._transport.perform_request("POST", "/_msearch", body="\n".join([*lines, ""]))
        answers: list[JsonObject] = told["responses"]
        for answer in answers:
            if "error" in answer:
                raise _to_exception(answer["status"], answer["error"])
        return answers

    def _lines(self, index: str, body: JsonObject) -> tuple[str, str]:
        """Return a search as two lines of JSON. The query, which may have thousands of words, is serialized once."""
        query = _JSON.encode(body.get("query", _MATCH_ALL))
        rest = _JSON.encode({name: part for name, part in body.items() if name != "query"})
        # The same query is always sent to the same copy of a shard, because copies may score slightly differently; and
        # searches for words of one process always to the same, because copies may be of different ages.
        of_copy = self._copy if index.endswith(WORDS_INDEX) else blake2b(query.encode(), digest_size=8).hexdigest()
        return _JSON.encode({"index": index, "preference": of_copy}), f'{{"query":{query},{rest[1:]}'

    def bulk(self, lines: bytes) -> JsonObject:
        """Send many changes; return the results."""
        with self._explained():
            answer: JsonObject = self._client.bulk(body=lines)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        where = ", ".join(self.servers.hosts)
        try:
            yield
        except (exceptions.AuthenticationException, exceptions.AuthorizationException) as error:
            if BLOCKED in str(error.info):
                raise blocked(str(error.info)) from error
            raise EngineUnavailable(
                "The search server at %(address)s refuses access.",
                "Check the name and the password in the setting search_url.",
                address=where,
            ) from error
        except exceptions.SSLError as error:
            raise EngineUnavailable(
                "The search server at %(address)s has a certificate that is not trusted.",
                "Have one made that this computer trusts.",
                address=where,
            ) from error
        except exceptions.ConnectionError as error:
            raise unavailable(where) from error
        except exceptions.TransportError as error:
            status = error.status_code if isinstance(error.status_code, int) else 0
            raise _to_exception(
                status, error.info if isinstance(error.info, dict) else {"reason": str(error.error)}
            ) from error
        except exceptions.OpenSearchException as error:
            raise unavailable(where) from error


class IndexGone(Exception):  # no error: another generation has taken over
    """There is no index of this name: another generation may have replaced it."""


class NotAnswering(EngineUnavailable):
    """The servers do not answer or are too busy: the request may be repeated later."""


def unavailable(where: str) -> NotAnswering:
    """Return the error that no server answers."""
    return NotAnswering(
        Message("The search server at %(address)s does not answer.", address=where),
        Message("Check that OpenSearch is running; nothing is lost."),
    )


def blocked(reason: str) -> EngineFull:
    """Return the error of an index that is blocked for writing."""
    return EngineFull(
        "The search server takes in nothing: %(reason)s.",
        "Make room on its disks; it takes in documents again by itself then. What it holds is searched, and what was "
        "read is kept and waits to be indexed.",
        reason=reason[:300],
    )


def _to_exception(status: int, error: Any) -> Exception:
    """Translate an error answer to an exception."""
    text = str(error)
    if BLOCKED in text:
        root = error.get("error", error) if isinstance(error, dict) else {}
        return blocked(str(root.get("reason", text) if isinstance(root, dict) else text))
    if status == 404 and "index_not_found" in text:
        return IndexGone()
    if any(refusal in text for refusal in _NO_SCRIPTS):
        return EngineUnavailable(
            "The search server runs no scripts, which scores and matches are found by.",
            "Leave its module lang-painless in place, and allow inline scripts (docs/deployment.md).",
        )
    if any(kind in text for kind in _BROAD):
        return QueryTooBroad("The query asks for more than the search server allows.", "Ask for fewer words.")
    root = error.get("error", error) if isinstance(error, dict) else {}
    reason = root.get("reason", text) if isinstance(root, dict) else text
    sentence = Message("The search server answers %(status)s: %(reason)s.", status=status, reason=str(reason)[:300])
    if status == 429 or status >= 500:
        return NotAnswering(sentence, Message("Check its log; nothing is lost."))
    return EngineUnavailable(sentence, "Rebuild it with: dosije reindex")


MOST_SECONDS = 10.0
"""Seconds that one question may take."""


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Limits of requests to the servers.

    ``words``: most words that a wildcard or fuzzy word may match. ``first_look``: words that are listed in the first
    request, because a server allocates as many as requested. ``counted``: words counted per request. ``deepest``: last
    result that is found by offset; later ones by ``search_after``, a ``page`` per request. ``fetched``: documents whose
    words are fetched per request. ``values``: facet values counted per request. ``remembered``: words of leaves in the
    cache, about 15 MB.
    """

    words: int = 50_000
    first_look: int = 5000
    counted: int = 200
    deepest: int = 10_000
    page: int = 10_000
    fetched: int = 100
    values: int = MOST_VALUES
    remembered: int = 100_000


REQUEST_LIMITS = RequestLimits()

_NOT_ASKED = ("field_statistics", "positions", "offsets", "payloads")


class Searching:
    """Sends the searches of one question. ``partial``: a shard failed to answer."""

    def __init__(self, client: Client, seconds: float = MOST_SECONDS, limits: RequestLimits = REQUEST_LIMITS) -> None:
        self._client = client
        self.limits = limits
        self._deadline = time.monotonic() + seconds
        self.partial = False

    def asked(self, searches: Sequence[tuple[str, Json]]) -> list[Json]:
        """Return the answers to searches, each an index and a body, sent in one request.

        :raises archive.errors.QueryTooBroad: the question has taken too long.
        :raises archive.errors.EngineUnavailable: no server answers.
        :raises archive.search.opensearch_engine.client.IndexGone: there is no such index.
        """
        self._check_time()
        return self.fetched(searches)

    def fetched(self, searches: Sequence[tuple[str, Json]]) -> list[Json]:
        """Send searches without a time limit, in an index that is known to exist."""
        answers = self._client.searches(searches)
        for answer in answers:
            self._note(answer)
        return answers

    def frequencies(self, index: str, tokens: Sequence[str]) -> Counter[str]:
        """Return the document frequency of each token in an index, including replaced and removed documents."""
        self._check_time()
        (answer,) = self.asked([(index, {"size": 0})])
        found: Counter[str] = Counter()
        asked = {"fields": [WORDS], "term_statistics": True, **dict.fromkeys(_NOT_ASKED, False)}
        # Term vectors of an artificial document with these tokens; each shard reports its own frequencies.
        body = {"doc": {WORDS: POSITION.join(tokens)}, **asked}
        for shard in range(answer["_shards"]["total"]):
            told = self._client.ask("POST", f"/{index}/_termvectors", body, preference=f"_shards:{shard}")
            terms = told["term_vectors"].get(WORDS, {}).get("terms", {})
            found.update({token: term.get("doc_freq", 0) for token, term in terms.items()})
        return found

    def deep(self, index: str, body: Json, first: int, last: int) -> Iterator[Json]:
        """Yield the hits between two ranks far down the order, by ``search_after``.

        A point in time keeps the snapshot meanwhile.
        """
        point = self._client.ask("POST", f"/{index}/_search/point_in_time", keep_alive="1m")["pit_id"]
        try:
            body = {name: part for name, part in body.items() if name not in ("aggs", "script_fields")}
            body |= {"pit": {"id": point, "keep_alive": "1m"}, "track_total_hits": False}
            at = 0
            while at < last:
                self._check_time()
                answer = self._client.ask("POST", "/_search", {**body, "size": min(self.limits.page, last - at)})
                self._note(answer)
                hits = answer["hits"]["hits"]
                yield from hits[max(first - at, 0) :]
                at += len(hits)
                if not hits:
                    return
                body["search_after"] = hits[-1]["sort"]
        finally:
            self._client.ask("DELETE", "/_search/point_in_time", {"pit_id": [point]})

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise _too_long()

    def _note(self, answer: Json) -> None:
        if answer["timed_out"]:
            raise _too_long()
        if answer["_shards"]["failed"]:
            self.partial = True


def _too_long() -> QueryTooBroad:
    return QueryTooBroad("The search took too long and was stopped; nothing was counted.", "Ask for fewer words.")
