"""Talking to the servers: where they are, and what a person is told when they do not answer."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from opensearchpy import OpenSearch, Transport, exceptions

from archive.errors import EngineFull, EngineUnavailable, Message, QueryTooBroad, UsageError

Json = dict[str, Any]

REQUEST_SECONDS = 30
"""Time one request may take until another server is asked. Searches stop themselves before that."""

RETRIES = 3

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_FORM = "Write it so, with several hosts parted by commas: http://host:9200/name?shards=3&replicas=1"
BLOCKED = "cluster_block_exception"
"""The kind of error of an index that may not be written: OpenSearch forbids it when a disk passes its flood stage."""

_BROAD = ("too_many_clauses", "too_many_nested_clauses", "too_complex_to_determinize", "too_many_buckets")


@dataclass(frozen=True, slots=True)
class Servers:
    """Where OpenSearch is, what the indexes there are called, and into how many parts new ones are divided.

    ``login`` is name and password. ``replicas`` are copies of each part, on other machines.
    """

    hosts: tuple[str, ...]
    name: str
    login: tuple[str, str] | None = None
    shards: int = 1
    replicas: int = 0

    @classmethod
    def parse(cls, url: str) -> Servers:
        """Read the setting ``search_url``: ``http(s)://[user:password@]host:port[,host:port...]/name``.

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
            or not numbers.keys() <= {"shards", "replicas"}
            or numbers.get("shards") == 0
        ):
            shown = f"{parts.scheme}://{hosts}{parts.path}"
            raise UsageError("The setting search_url names no OpenSearch: %(address)s.", _FORM, address=shown)
        return cls(
            hosts=tuple(f"{parts.scheme}://{host}" for host in hosts.split(",")),
            name=name,
            login=(unquote(user), unquote(password)) if login else None,
            **numbers,
        )


# It logs each attempt that fails, with a traceback. What comes of them all is told by our errors.
logging.getLogger("opensearch").setLevel(logging.CRITICAL)


class Client:
    """The servers, asked in turn: one that does not answer is passed over. Any number of threads may ask.

    Every method raises :class:`EngineUnavailable` where none of them answers or they refuse, and
    :class:`QueryTooBroad` where a query passes a limit of theirs.
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
        )
        self._transport: Transport = self._client.transport

    def ask(self, method: str, path: str, body: Json | None = None, **parameters: str) -> Json:
        """The answer to one request; an empty one where what was asked for is not there."""
        with self._explained():
            answer = self._transport.perform_request(method, path, params={**parameters, "ignore": [404]}, body=body)
        return answer if isinstance(answer, dict) else {}

    def search(self, index: str, body: Json) -> Json:
        """The answer to a search.

        :raises IndexGone: there is no such index.
        """
        return self.searches([(index, body)])[0]

    def searches(self, asked: Sequence[tuple[str, Json]]) -> list[Json]:
        """The answers to several searches that are asked at once.

        :raises IndexGone: one of the indexes is not there.
        """
        if not asked:
            return []
        lines: list[Json] = []
        for index, body in asked:
            # Copies of one shard may score a little otherwise, so the same question is always asked of the same copy.
            asked_of = blake2b(json.dumps(body.get("query")).encode(), digest_size=8).hexdigest()
            lines += [{"index": index, "preference": asked_of}, body]
        with self._explained():
            answers = self._client.msearch(body=lines)["responses"]
        for answer in answers:
            if "error" in answer:
                raise _told(answer["status"], answer["error"])
        return list(answers)

    def bulk(self, lines: bytes) -> Json:
        """What became of many changes."""
        with self._explained():
            answer: Json = self._client.bulk(body=lines)
        return answer

    def many(self, index: str, ids: Sequence[str], fields: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """The stored fields of those of these documents that are there, newest state, whether searchable or not."""
        body = {"docs": [{"_id": id_, "stored_fields": list(fields)} for id_ in ids]}
        with self._explained():
            answer = self._client.mget(index=index, body=body)
        for document in answer["docs"]:
            if document.get("found"):
                yield {"_id": document["_id"], **document.get("fields", {})}

    def close(self) -> None:
        """Let go of connections."""
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
                "The search server at %(address)s refuses us.",
                "See to name and password in the setting search_url.",
                address=where,
            ) from error
        except exceptions.SSLError as error:
            raise EngineUnavailable(
                "The search server at %(address)s has a certificate that we cannot trust.",
                "Have one made that this computer trusts.",
                address=where,
            ) from error
        except exceptions.ConnectionError as error:
            raise unavailable(where) from error
        except exceptions.TransportError as error:
            status = error.status_code if isinstance(error.status_code, int) else 0
            raise _told(status, error.info if isinstance(error.info, dict) else {"reason": str(error.error)}) from error
        except exceptions.OpenSearchException as error:
            raise unavailable(where) from error


class IndexGone(Exception):  # it is news, not an error: another generation has taken over
    """There is no index of this name: another generation may have taken its place."""


class NotAnswering(EngineUnavailable):
    """The servers do not answer now, or are too busy to: the same may be asked again later."""


def unavailable(where: str) -> NotAnswering:
    """What a person is told when no server answers."""
    return NotAnswering(
        Message("The search server at %(address)s does not answer.", address=where),
        Message("See that OpenSearch is running; nothing is lost."),
    )


def blocked(reason: str) -> EngineFull:
    """What a person is told when an index may not be written."""
    return EngineFull(
        "The search server takes in nothing: %(reason)s.",
        "Make room on its disks; it takes in documents again by itself then. What it holds is searched, and what was "
        "read is kept and waits to be indexed.",
        reason=reason[:300],
    )


def _told(status: int, error: Any) -> Exception:
    """What an answer that is an error means."""
    text = str(error)
    if BLOCKED in text:
        root = error.get("error", error) if isinstance(error, dict) else {}
        return blocked(str(root.get("reason", text) if isinstance(root, dict) else text))
    if status == 404 and "index_not_found" in text:
        return IndexGone()
    if any(kind in text for kind in _BROAD):
        return QueryTooBroad("The query asks for more than the search server allows.", "Ask for fewer words.")
    root = error.get("error", error) if isinstance(error, dict) else {}
    reason = root.get("reason", text) if isinstance(root, dict) else text
    sentence = Message("The search server answers %(status)s: %(reason)s.", status=status, reason=str(reason)[:300])
    if status == 429 or status >= 500:
        return NotAnswering(sentence, Message("Look into its log; nothing is lost."))
    return EngineUnavailable(sentence, "Rebuild it with: dosije reindex")
