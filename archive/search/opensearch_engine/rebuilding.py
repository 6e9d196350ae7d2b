"""A generation in the making: :class:`archive.search.engine.Rebuild` on OpenSearch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from archive.errors import IndexDamaged
from archive.search.engine import IndexEntry
from archive.search.opensearch_engine.bodies import every
from archive.search.opensearch_engine.bulk import Bulk
from archive.search.opensearch_engine.client import Client, Servers
from archive.search.opensearch_engine.generations import REMEDY, Generations, Place
from archive.search.opensearch_engine.searching import Searching
from archive.search.opensearch_engine.sources import Sources, document, printed_words
from archive.search.opensearch_engine.writing import add, held_by


@dataclass(frozen=True, slots=True)
class OpenSearchBuilder:
    """:class:`archive.search.engine.PartBuilder`: sends documents to a generation that answers no searches."""

    url: str
    place: Place

    def build(self, entries: Iterable[IndexEntry], _: int) -> int:
        """Send documents, each once in the whole generation; returns how many.

        :raises ValueError: an entry has no text.
        """
        count = 0
        with closing(Client(Servers.parse(self.url))) as client:
            sources = Sources()
            words, documents = Bulk(client, self.place.words), Bulk(client, self.place.documents)
            for entry in entries:
                if entry.text is None:
                    raise ValueError(f"document {entry.id} comes without a text, and the index does not hold it")
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
        """Nothing is left to do: what was sent is part of the generation."""


class OpenSearchRebuild:
    """:class:`archive.search.engine.Rebuild`."""

    def __init__(self, client: Client, url: str, generations: Generations, published: Callable[[], None]) -> None:
        """:param published: called once the new generation answers."""
        self._client, self._url, self._generations, self._published = client, url, generations, published
        self._place = generations.create()
        self.generation = self._place.documents
        self._sources = Sources()

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Take in documents; errors as in :meth:`archive.search.opensearch_engine.engine.OpenSearchEngine.add`."""
        add(self._client, self._place, self._sources, entries)

    @contextmanager
    def assembling(self) -> Iterator[OpenSearchAssembly]:
        """Fill the generation, from several processes if wanted."""
        yield OpenSearchAssembly(OpenSearchBuilder(self._url, self._place))

    def publish(self, expected: Mapping[str, int]) -> None:
        """Verify the generation, swap it in, and drop all others.

        :raises IndexDamaged: it does not hold exactly what was expected; the old generation stays.
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
        """Remove what was built, unless it has been published meanwhile."""
        if self._generations.name() != self.generation:
            self._generations.drop(self._place)
