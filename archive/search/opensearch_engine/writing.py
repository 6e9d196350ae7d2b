"""Writing to an index: bulk adding, replacing and removing of documents, and building of generations."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from archive.errors import EngineUnavailable, IndexDamaged
from archive.search.engine import Held, IndexEntry
from archive.search.opensearch_engine.client import (
    BLOCKED,
    Client,
    NotAnswering,
    Searching,
    Servers,
    blocked,
    unavailable,
)
from archive.search.opensearch_engine.encoding import TextTerms
from archive.search.opensearch_engine.generations import REMEDY, GenerationNames, IndexAliases
from archive.search.opensearch_engine.query_dsl import Meaning, every, look
from archive.search.opensearch_engine.sources import (
    PLACES,
    PRINTED,
    TERMS,
    Json,
    Sources,
    decoded,
    document,
    printed_words,
    removal,
)

MOST_BYTES = 8 << 20
MOST_CHANGES = 2000
"""Most changes per request. Larger requests index no faster, and make a busy server refuse more at once."""

ATTEMPTS = 12
PAUSES = (0.1, 10.0)
"""Seconds between two attempts at the same changes: the first and the longest delay; each is twice as long as the one
before it, a minute in total."""

_BUSY = frozenset({429, 502, 503, 504})
_EXISTS = 409


class Bulk:
    """Changes of one index, one request at a time (backpressure); refused ones are sent again. Every change is
    idempotent."""

    def __init__(
        self, client: Client, index: str, most_changes: int = MOST_CHANGES, pauses: tuple[float, float] = PAUSES
    ) -> None:
        self._client = client
        self._path = json.dumps(index)
        self._most_changes = most_changes
        self._pauses = pauses
        self._lines: list[bytes] = []
        self._bytes = 0

    def send(self, changes: Iterable[bytes]) -> None:
        """Send changes, each one or two lines of the bulk API; some may be buffered until :meth:`finish`.

        :raises EngineUnavailable: the servers do not answer, or refuse a change though they are not busy.
        :raises IndexDamaged: the index was deleted. It is detected only if the servers' setting
            ``action.auto_create_index`` is false (docs/deployment.md); else they create one.
        """
        for change in changes:
            if self._lines and (self._bytes + len(change) > MOST_BYTES or len(self._lines) >= self._most_changes):
                self.finish()
            self._lines.append(self._addressed(change))
            self._bytes += len(change)

    def finish(self) -> None:
        """Return when all changes are durable on the servers; errors as in :meth:`send`."""
        lines, self._lines, self._bytes = self._lines, [], 0
        pause, longest = self._pauses
        for attempt in range(1, ATTEMPTS + 1):
            if not lines:
                return
            try:
                answer = self._client.bulk(b"".join(lines))
            except NotAnswering as error:
                if attempt == ATTEMPTS:
                    raise
                reason = error.message
            else:
                lines, reason = _refused(lines, answer)
            if lines:
                time.sleep(pause)
                pause = min(2 * pause, longest)
        if lines:
            raise EngineUnavailable(
                "The search server did not take in %(count)s changes: %(reason)s.",
                "Try again when it is less busy; what it took in is kept.",
                count=len(lines),
                reason=reason,
            )

    def _addressed(self, change: bytes) -> bytes:
        action, end, source = change.partition(b"\n")
        return action[:-2] + b', "_index": ' + self._path.encode() + b"}}" + end + source


def _refused(lines: list[bytes], answer: dict[str, Any]) -> tuple[list[bytes], str]:
    """Return the changes that must be sent again, and why the last of them was refused."""
    if not answer["errors"]:
        return [], ""
    again: list[bytes] = []
    reason = ""
    for line, item in zip(lines, answer["items"], strict=True):
        (what, told), *_ = item.items()
        error = told.get("error")
        if error is None or (what == "create" and told["status"] == _EXISTS):
            continue
        if error.get("type") == "index_not_found_exception":
            raise IndexDamaged(
                "The search index %(name)s is gone: it was removed while it was written.",
                "Rebuild it with: dosije reindex",
                name=told["_index"],
            )
        why = str(error.get("reason"))[:300]
        if error.get("type") == BLOCKED:
            # Retrying is useless, because the block lasts until somebody frees space.
            raise blocked(why)
        if told["status"] not in _BUSY:
            raise EngineUnavailable(
                "The search server refuses document %(name)s: %(reason)s.",
                "Rebuild it with: dosije reindex",
                name=told["_id"],
                reason=why,
            )
        again.append(line)
        reason = why
    return again, reason


_FETCHED_AT_ONCE = 50

_LISTED_AT_ONCE = 10_000


def add(client: Client, place: GenerationNames, sources: Sources, entries: Iterable[IndexEntry]) -> None:
    """Add or replace documents. All lines are built before the first is sent.

    Words are sent before documents, so that a document is findable by all of its words.

    :raises ValueError: an id is repeated, or an unknown document has no text.
    """
    known: set[str] = set()
    words: list[bytes] = []
    documents: list[bytes] = []
    without_text: list[IndexEntry] = []
    for entry in entries:
        if entry.id in known:
            raise ValueError(f"document {entry.id} is twice in one batch")
        known.add(entry.id)
        if entry.text is None:
            without_text.append(entry)
            continue
        words += sources.words(entry.text)
        documents.append(document(entry, sources.terms(entry.text), printed_words(entry.text.pages)))
    for start in range(0, len(without_text), _FETCHED_AT_ONCE):
        documents += _described_anew(client, place, without_text[start : start + _FETCHED_AT_ONCE])
    send(client, place, words, documents)


def send(client: Client, place: GenerationNames, words: Iterable[bytes], documents: Iterable[bytes]) -> None:
    """Send words, then documents; return when both are durable on the servers."""
    for index, changes in ((place.words, words), (place.documents, documents)):
        bulk = Bulk(client, index)
        bulk.send(changes)
        bulk.finish()


def _described_anew(client: Client, place: GenerationNames, entries: Sequence[IndexEntry]) -> list[bytes]:
    """Return documents with new facts and the indexed words, whether these are searchable yet or not."""
    client.ask("POST", f"/{place.documents}/_refresh")
    columns = (PLACES, TERMS, PRINTED)
    body = {**look([entry.id for entry in entries], {}, Meaning({}), frozenset()), "docvalue_fields": list(columns)}
    searching = Searching(client)
    (answer,) = searching.fetched([(place.documents, body)])
    if searching.partial:
        raise unavailable(", ".join(client.servers.hosts))
    held = {
        hit["sort"][-1]: {column: decoded(hit["fields"][column][0]) for column in columns}
        for hit in answer["hits"]["hits"]
    }
    for entry in entries:
        if entry.id not in held:
            raise ValueError(f"document {entry.id} has no text, and the index does not hold it")
    packed = ((entry, held[entry.id]) for entry in entries)
    return [document(entry, TextTerms.unpack(of[TERMS], of[PLACES]), of[PRINTED]) for entry, of in packed]


def remove(client: Client, place: GenerationNames, ids: Iterable[str]) -> None:
    """Remove documents; unknown ids are no error."""
    send(client, place, (), map(removal, ids))


def held_by(searching: Searching, place: GenerationNames, body: Json) -> dict[str, Held]:
    """Return every entry that a search lists, with its revision and reading."""
    held: dict[str, Held] = {}
    after: dict[str, list[str]] = {}
    while True:
        (answer,) = searching.fetched([(place.documents, {**body, **after, "size": _LISTED_AT_ONCE})])
        hits = answer["hits"]["hits"]
        for hit in hits:
            fields = hit["fields"]
            held[hit["sort"][-1]] = Held(fields["revision"][0], fields["reading"][0])
        if len(hits) < _LISTED_AT_ONCE:
            return held
        after = {"search_after": hits[-1]["sort"]}


@dataclass(frozen=True, slots=True)
class OpenSearchBuilder:
    """:class:`archive.search.engine.PartBuilder`: sends documents to a generation that is not searched yet."""

    url: str
    place: GenerationNames

    def build(self, entries: Iterable[IndexEntry], _: int) -> int:
        """Send documents that the generation does not have yet; returns their number.

        :raises ValueError: an entry has no text.
        """
        count = 0
        with closing(Client(Servers.parse(self.url))) as client:
            sources = Sources()
            words, documents = Bulk(client, self.place.words), Bulk(client, self.place.documents)
            for entry in entries:
                if entry.text is None:
                    raise ValueError(f"document {entry.id} has no text, and the index does not hold it")
                words.send(sources.words(entry.text))
                documents.send([document(entry, sources.terms(entry.text), printed_words(entry.text.pages))])
                count += 1
            words.finish()
            documents.finish()
        return count


class OpenSearchAssembly:
    """:class:`archive.search.engine.Assembly`: the parts are on the servers already."""

    def __init__(self, builder: OpenSearchBuilder) -> None:
        self.builder = builder

    def take(self, _: int) -> None:
        """Do nothing: the documents were sent to the generation already."""


class OpenSearchRebuild:
    """:class:`archive.search.engine.Rebuild`."""

    def __init__(self, client: Client, url: str, generations: IndexAliases, published: Callable[[], None]) -> None:
        """:param published: called when the new generation is current."""
        self._client, self._url, self._generations, self._published = client, url, generations, published
        self._place = generations.create()
        self.generation = self._place.documents
        self._sources = Sources()

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add documents; errors as in :meth:`archive.search.opensearch_engine.engine.OpenSearchEngine.add`."""
        add(self._client, self._place, self._sources, entries)

    @contextmanager
    def assembling(self) -> Iterator[OpenSearchAssembly]:
        """Fill the generation, possibly from several processes."""
        yield OpenSearchAssembly(OpenSearchBuilder(self._url, self._place))

    def publish(self, expected: Mapping[str, int]) -> None:
        """Verify the generation, swap it in, and delete all others.

        :raises IndexDamaged: it differs from ``expected``; the old generation is kept.
        """
        self._generations.refresh(self._place)
        searching = Searching(self._client)
        listed = held_by(searching, self._place, every(frozenset()))
        held = {id_: known.revision for id_, known in listed.items()}
        if searching.partial or held != expected:
            wrong = len(held.items() ^ dict(expected).items())
            raise IndexDamaged(
                "The rebuilt index differs from the catalog in %(count)s records; it is not used.", REMEDY, count=wrong
            )
        self._generations.publish(self._place)
        self._published()
        self._generations.drop_all_but(self._place)
        self._generations.compact(self._place)

    def discard(self) -> None:
        """Delete the new generation, unless it was published."""
        if self._generations.name() != self.generation:
            self._generations.drop(self._place)
