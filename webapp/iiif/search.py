"""Content Search 2.0 and 1.0 (https://iiif.io/api/search/2.0/, https://iiif.io/api/search/1.0/).

The query language is that of the search page. A match over several lines is one annotation per line, because the target
of an annotation is one rectangle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.facts.evidence import EvidenceReader
from archive.model import Reading, Span
from archive.store.catalog import Catalog
from webapp.iiif.addresses import Addresses, xywh

SEARCH_2_CONTEXT = "http://iiif.io/api/search/2/context.json"
SEARCH_1_CONTEXT = "http://iiif.io/api/search/1/context.json"
SEARCH_1_PROFILE = "http://iiif.io/api/search/1/search"
PRESENTATION_2_CONTEXT = "http://iiif.io/api/presentation/2/context.json"

AROUND = 6
"""Number of words shown before and after a match."""

Matches = Mapping[int, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Found:
    """A match: its words, the text around them, and a rectangle on the canvas for each of its lines."""

    first: int
    last: int
    exact: str
    before: str
    after: str
    places: tuple[str, ...]

    def annotations(self, at: Addresses) -> Iterator[tuple[str, str]]:
        """Yield id and target of each annotation."""
        for line, place in enumerate(self.places):
            yield f"{at.root}/words/{self.first}-{self.last}/{line}", place


@dataclass(frozen=True, slots=True)
class Part:
    """Page ``number``, from 1, of the results of a query.

    ``address`` is the URL of the service, ``asked`` its query without the page; ``ignored`` are parameters of the API
    without effect here.
    """

    found: tuple[Found, ...]
    total: int
    number: int
    address: str
    asked: str
    ignored: tuple[str, ...]
    size: int

    def at(self, number: int) -> str:
        """Return the URL of a page of results."""
        return f"{self.address}?{self.asked}" + (f"&page={number}" if number > 1 else "")

    @property
    def count(self) -> int:
        """The number of pages of results."""
        return max(1, -(-self.total // self.size))

    @property
    def neighbours(self) -> dict[str, str]:
        """The URLs of the previous and next page."""
        beside = {"prev": self.number - 1, "next": self.number + 1}
        return {name: self.at(number) for name, number in beside.items() if 1 <= number <= self.count}


def find(
    catalog: Catalog, reading: Reading, matches: Matches, number: int, at: Addresses, size: int
) -> tuple[Found, ...]:
    """Return page ``number`` of the matches, ``size`` per page, in document order; ``matches`` are keyed by page."""
    spans = [(page, span) for page, of_page in sorted(matches.items()) for span in of_page]
    listed = spans[(number - 1) * size : number * size]
    reader = EvidenceReader(catalog, [reading])
    reader.read(Span(reading.document, reading.number, first, last) for _, (first, last) in listed)
    words = catalog.readings.words_on(reading, {page for page, _ in listed})
    found = []
    for page_number, (first, last) in listed:
        page, texts = reading.pages[page_number - 1], words[page_number].texts
        begin, end = first - page.first_word, last - page.first_word + 1
        lines = reader.of(Span(reading.document, reading.number, first, last)).lines
        found.append(
            Found(
                first,
                last,
                " ".join(texts[begin:end]),
                " ".join(texts[max(0, begin - AROUND) : begin]),
                " ".join(texts[end : end + AROUND]),
                tuple(f"{at.canvas(page_number)}#xywh={xywh(line, page)}" for line in lines),
            )
        )
    return tuple(found)


def as_page(part: Part, at: Addresses) -> dict[str, Any]:
    """Return a response of Content Search 2: the matches, with the words around each."""
    items, around = [], []
    for found in part.found:
        for id_, target in found.annotations(at):
            body = {"type": "TextualBody", "value": found.exact, "format": "text/plain"}
            items.append(
                {"id": id_, "type": "Annotation", "motivation": "highlighting", "body": body, "target": target}
            )
            quoted = {"type": "TextQuoteSelector", "prefix": found.before, "exact": found.exact, "suffix": found.after}
            source = {"type": "SpecificResource", "source": id_, "selector": [quoted]}
            around.append(
                {"id": f"{id_}/around", "type": "Annotation", "motivation": "contextualizing", "target": source}
            )
    return {
        "@context": SEARCH_2_CONTEXT,
        "id": part.at(part.number),
        "type": "AnnotationPage",
        **({"ignored": list(part.ignored)} if part.ignored else {}),
        "partOf": {
            "id": f"{part.at(1)}#all",
            "type": "AnnotationCollection",
            "total": part.total,
            "first": {"id": part.at(1), "type": "AnnotationPage"},
            "last": {"id": part.at(part.count), "type": "AnnotationPage"},
        },
        "startIndex": (part.number - 1) * part.size,
        **{name: {"id": address, "type": "AnnotationPage"} for name, address in part.neighbours.items()},
        "items": items,
        "annotations": [{"id": f"{part.at(part.number)}#around", "type": "AnnotationPage", "items": around}],
    }


def as_list(part: Part, at: Addresses) -> dict[str, Any]:
    """Return a response of Content Search 1."""
    resources, hits = [], []
    for found in part.found:
        annotations = list(found.annotations(at))
        resources += [
            {
                "@id": id_,
                "@type": "oa:Annotation",
                "motivation": "sc:painting",
                "resource": {"@type": "cnt:ContentAsText", "chars": found.exact},
                "on": target,
            }
            for id_, target in annotations
        ]
        hits.append(
            {
                "@type": "search:Hit",
                "annotations": [id_ for id_, _ in annotations],
                "match": found.exact,
                "before": found.before,
                "after": found.after,
            }
        )
    layer = {"@type": "sc:Layer", "total": part.total, "first": part.at(1), "last": part.at(part.count)}
    return {
        "@context": [PRESENTATION_2_CONTEXT, SEARCH_1_CONTEXT],
        "@id": part.at(part.number),
        "@type": "sc:AnnotationList",
        "within": {**layer, **({"ignored": list(part.ignored)} if part.ignored else {})},
        "startIndex": (part.number - 1) * part.size,
        **part.neighbours,
        "resources": resources,
        "hits": hits,
    }
