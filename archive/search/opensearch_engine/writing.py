"""Changing an index: documents are added, replaced and taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.search.engine import Held, IndexEntry
from archive.search.opensearch_engine.bulk import Bulk
from archive.search.opensearch_engine.client import Client
from archive.search.opensearch_engine.generations import Place
from archive.search.opensearch_engine.mapping import PRINTED, TERMS, Json
from archive.search.opensearch_engine.packing import TextTerms
from archive.search.opensearch_engine.searching import Searching
from archive.search.opensearch_engine.sources import Sources, decoded, document, key_of, printed_words, removal

_FETCHED_AT_ONCE = 50

_LISTED_AT_ONCE = 10_000


def add(client: Client, place: Place, sources: Sources, entries: Iterable[IndexEntry]) -> None:
    """Add or replace documents: all of them are made before the first is sent.

    Their words are sent before them, so that no document is found by less than it should be.

    :raises ValueError: an id comes twice, or an unknown document comes without its text.
    """
    known: set[str] = set()
    words: list[bytes] = []
    documents: list[bytes] = []
    without_text: list[IndexEntry] = []
    for entry in entries:
        if entry.id in known:
            raise ValueError(f"document {entry.id} comes twice in one batch")
        known.add(entry.id)
        if entry.text is None:
            without_text.append(entry)
            continue
        words += sources.words(entry.text)
        documents.append(document(entry, sources.terms(entry.text), printed_words(entry.text.pages)))
    for start in range(0, len(without_text), _FETCHED_AT_ONCE):
        documents += _described_anew(client, place, without_text[start : start + _FETCHED_AT_ONCE])
    send(client, place, words, documents)


def send(client: Client, place: Place, words: Iterable[bytes], documents: Iterable[bytes]) -> None:
    """Send words, then documents; return when both are on the disks of the servers."""
    for index, changes in ((place.words, words), (place.documents, documents)):
        bulk = Bulk(client, index)
        bulk.send(changes)
        bulk.finish()


def _described_anew(client: Client, place: Place, entries: Sequence[IndexEntry]) -> list[bytes]:
    """Documents with new facts and the words that the index has."""
    keys = [key_of(entry.id) for entry in entries]
    held = {fields["_id"]: fields for fields in client.many(place.documents, keys, (TERMS, PRINTED))}
    for entry, key in zip(entries, keys, strict=True):
        if key not in held:
            raise ValueError(f"document {entry.id} comes without a text, and the index does not hold it")
    return [
        document(entry, TextTerms.unpack(decoded(held[key][TERMS][0])), held[key][PRINTED][0])
        for entry, key in zip(entries, keys, strict=True)
    ]


def remove(client: Client, place: Place, ids: Iterable[str]) -> None:
    """Take documents out; unknown ids are no error."""
    send(client, place, (), map(removal, ids))


def held_by(searching: Searching, place: Place, body: Json) -> dict[str, Held]:
    """Every document that a search lists, with its revision and reading."""
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
