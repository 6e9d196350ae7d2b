"""Certificates: what a search covered, so that a search without hits can be verified.

A certificate states the query and its interpretation, how many documents and pages were searched and with what reading
quality, and what was not searched. It names the state of the index and the newest event of the log, whose hash covers
all earlier events. A search with hits gets one, too, as its record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from archive.config import program_version
from archive.errors import QueryTooBroad
from archive.search.engine import SearchEngine
from archive.search.filters import engine_request
from archive.search.help import spellings
from archive.search.query import Pattern
from archive.search.query_language.explanation import ENGLISH, Phrasing, explain
from archive.search.query_language.parsed_query import ParsedQuery
from archive.search.request import FACETS, UNKNOWN, SearchRequest, Unit
from archive.search.results import SearchResults
from archive.search.service import Nearly, SearchService
from archive.serialization import Id, JsonAnswer, Timestamp, attr, serialize
from archive.store.catalog import Catalog
from archive.store.coverage import Coverage, DueDocument, PageCounts
from archive.store.events import LastEvent
from archive.text.analyzer import ANALYSIS_VERSION
from archive.text.folding import fold
from archive.text.forms import latin_word
from archive.text.stemming import serbian_stems
from archive.text.vocabulary import IndexField

NAMED = 1000
"""Most documents and inputs that are listed as not searched. All are counted."""

_ATTEMPTS = 3
"""How often the counts are taken until the archive does not change meanwhile."""


MOST_DERIVED = 100
"""Most derived forms that are listed of each word. All are counted."""

_LEAST_STEM = 4
"""Fewest letters of a stem whose prefix matches are listed as possibly derived words."""


@dataclass(frozen=True, slots=True)
class WordForms:
    """The forms of a typed word that were searched for and exist in the index; and words with the same stem as prefix
    that were not searched for, of which ``not_tried_more`` are not listed. None if they are too many to look up."""

    typed: str
    tried: tuple[str, ...]
    not_tried: tuple[str, ...] | None
    not_tried_more: int


def word_forms(parsed: ParsedQuery, engine: SearchEngine) -> Iterator[WordForms]:
    """Yield the forms of each word of the query that is searched for on pages."""
    for word in dict.fromkeys(parsed.words):
        if not word.leaves:
            continue
        leaves = word.leaves if word.look_alike is None else (*word.leaves, word.look_alike)
        tried = tuple(spellings(leaves, engine))
        derived = _derived(word.text, engine)
        left = None if derived is None else [form for form in derived if form not in tried]
        listed = None if left is None else tuple(left[:MOST_DERIVED])
        yield WordForms(word.text, tried, listed, max(0, len(left or ()) - MOST_DERIVED))


def _derived(word: str, engine: SearchEngine) -> list[str] | None:
    """Return the words of the index that begin with the stem of a word."""
    stem = min((fold(stem.partition("#")[0]) for stem in serbian_stems(latin_word(word), bare=True)), key=len)
    if len(stem) < _LEAST_STEM or not stem.isalpha():
        return []
    try:
        return spellings([Pattern(IndexField.FORM, f"{stem}*")], engine)
    except QueryTooBroad:
        return None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A search and its coverage.

    ``searched`` counts the indexed documents that pass the filters, ``unknown`` per filter those excluded because the
    fact is unknown. ``words`` are the forms that were searched for, ``nearly`` counts the documents that lack some
    words. ``is_steady``: the archive did not change between the first count and the last.
    """

    request: SearchRequest
    results: SearchResults
    understood: str
    made_at: datetime
    generation: str
    searched: PageCounts
    unknown: Mapping[str, int]
    coverage: Coverage
    is_steady: bool
    words: tuple[WordForms, ...]
    nearly: Nearly

    @property
    def never_indexed(self) -> int:
        """Documents that the index does not hold at all."""
        return sum(not document.is_held for document in self.coverage.due)

    def filters(self) -> dict[str, tuple[str, ...]]:
        """Return the filters that were set, in the order of all filters."""
        asked = self.request.filters
        return {name: asked[name] for name in Unit.DOCUMENTS.filters if asked.get(name)}

    def statement(self, wording: Phrasing = ENGLISH) -> str:
        """Return a statement of what the search shows and what it does not."""
        searched, total = self.searched, self.results.total
        ground = {
            "documents": wording.plural("%(count)s document", "%(count)s documents", searched.documents),
            "pages": wording.plural("%(count)s page", "%(count)s pages", searched.pages),
        }
        if total:
            claim = wording.plural(
                "Of the %(documents)s with %(pages)s that were searched, %(count)s document matches the query as it "
                "was understood. This does not show that no other document holds what was asked for.",
                "Of the %(documents)s with %(pages)s that were searched, %(count)s documents match the query as it "
                "was understood. This does not show that no other document holds what was asked for.",
                total,
                **ground,
            )
        else:
            claim = wording.say(
                "Of the %(documents)s with %(pages)s that were searched, none matches the query as it was understood. "
                "This does not show that what was asked for does not exist.",
                **ground,
            )
        some = [self._nearly(wording)] if self.nearly.some else []
        unseen = "; ".join(self._unseen(wording))
        badly = [wording.say("The search could not see, or not see well: %(what)s.", what=unseen)] if unseen else []
        always = wording.say(
            "The same thing may also be written in other words, by hand, or in documents that are not in this archive."
        )
        return " ".join((claim, *some, *badly, always))

    def _nearly(self, wording: Phrasing) -> str:
        return wording.plural(
            "%(count)s more document has some of the words and lacks others.",
            "%(count)s more documents have some of the words and lack others.",
            self.nearly.some,
        )

    def _unseen(self, wording: Phrasing) -> Iterator[str]:
        searched, coverage, missing = self.searched, self.coverage, self.never_indexed
        plural = wording.plural
        if count := searched.unreadable:
            yield plural("%(count)s page that could not be read", "%(count)s pages that could not be read", count)
        if count := searched.doubtful:
            yield plural(
                "%(count)s page read with many wrong words", "%(count)s pages read with many wrong words", count
            )
        if count := searched.wordless:
            yield plural(
                "%(count)s page without words, blank or pictures",
                "%(count)s pages without words, blank or pictures",
                count,
            )
        if count := missing:
            yield plural("%(count)s document not in the index yet", "%(count)s documents not in the index yet", count)
        if count := len(coverage.due) - missing:
            yield plural(
                "%(count)s document searched in the state before the last change",
                "%(count)s documents searched in the state before the last change",
                count,
            )
        if count := len(coverage.failures) + coverage.due_members:
            yield plural(
                "%(count)s file that could not be taken in, or still waiting",
                "%(count)s files that could not be taken in, or still waiting",
                count,
            )
        for name, count in self.unknown.items():
            if count:
                yield plural(
                    "%(count)s document left out because the %(field)s is unknown",
                    "%(count)s documents left out because the %(field)s is unknown",
                    count,
                    field=wording.field(name),
                )
        if not self.is_steady:
            yield wording.say("what was being changed in the archive during the search")

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON without fractions, with the SHA-256 of the rest (:func:`digest`) at the end."""
        record = serialize(CertificateAnswer, self, sha256="")
        return record | {"sha256": digest(record)}


class _ProgramAnswer(JsonAnswer):
    name: str = attr(lambda _: "dosije")
    version: str = attr(lambda _: program_version() or "unknown")
    analysis_version: int = attr(lambda _: ANALYSIS_VERSION)


class _QueryAnswer(JsonAnswer):
    text: str = attr("request.text")
    exact: bool = attr("request.exact")
    look_alikes: bool = attr("request.look_alikes")
    understood: str
    notes: tuple[str, ...] = attr("results.notes")


class _ListedDocument(JsonAnswer):
    id: Id
    title: str = attr("description.title")
    pages: tuple[int, ...] = attr(lambda hit: [page.number for page in hit.pages])


class _FoundAnswer(JsonAnswer):
    documents: int = attr("results.total")
    listed_from: int = attr("request.offset")
    listed: tuple[_ListedDocument, ...] = attr("results.hits")


class _LackingOne(JsonAnswer):
    word: str = attr(lambda pair: pair[0])
    documents: int = attr(lambda pair: pair[1])


class _NearlyAnswer(JsonAnswer):
    documents_with_some_words: int = attr("some")
    lacking_one_word: tuple[_LackingOne, ...] = attr("lacking_one")


class _PageCountsAnswer(JsonAnswer):
    documents: int
    pages: int
    words: int
    pages_read_well: int = attr("good")
    pages_read_fairly: int = attr("fair")
    pages_with_unreliable_words: int = attr("doubtful")
    pages_without_words: int = attr("wordless")
    pages_unreadable: int = attr("unreadable")


class _FailedInput(JsonAnswer):
    path: str
    sha256: str | None
    reason: str


class _NotSearchedAnswer(JsonAnswer):
    documents_not_indexed: int = attr("never_indexed")
    documents_indexed_as_they_were_before: int = attr(lambda one: len(one.coverage.due) - one.never_indexed)
    documents: tuple[DueDocument, ...] = attr(lambda one: one.coverage.due[:NAMED])
    failed_inputs: int = attr(lambda one: len(one.coverage.failures))
    inputs: tuple[_FailedInput, ...] = attr(lambda one: one.coverage.failures[:NAMED])
    members_not_read_yet: int = attr("coverage.due_members")
    left_out_for_an_unknown_fact: Mapping[str, int] = attr("unknown")


class _IndexAnswer(JsonAnswer):
    generation: str
    is_steady: bool


def _itself(certificate: Certificate) -> Certificate:
    return certificate


class CertificateAnswer(JsonAnswer):
    """What a search looked through."""

    kind: Literal["search record", "negative search result"] = attr(
        lambda one: "search record" if one.results.total else "negative search result"
    )
    made_at: Timestamp
    program: _ProgramAnswer = attr(_itself)
    query: _QueryAnswer = attr(_itself)
    filters: Mapping[str, tuple[str, ...]] = attr(lambda one: one.filters())
    found: _FoundAnswer = attr(_itself)
    words: tuple[WordForms, ...]
    nearly: _NearlyAnswer
    searched: _PageCountsAnswer
    archive: _PageCountsAnswer = attr("coverage.archive")
    not_searched: _NotSearchedAnswer = attr(_itself)
    index: _IndexAnswer = attr(_itself)
    last_event: LastEvent | None = attr("coverage.last_event")
    statement: str = attr(lambda one: one.statement())
    sha256: str


def certify(
    catalog: Catalog, engine: SearchEngine, search: SearchService, request: SearchRequest, notes: Iterable[str] = ()
) -> Certificate:
    """Run the search and certify its coverage.

    The hits of ``request`` are listed; its limit and offset affect nothing else.

    :param notes: notes on the requested values.

    :raises archive.errors.QueryTooBroad: the query exceeds the limits, so nothing can be stated.
    """
    for _ in range(_ATTEMPTS):
        before = catalog.coverage.survey(engine.generation)
        generation = engine.generation
        results = search.search(replace(request, excerpts=0))
        ground = replace(engine_request(catalog, request, None), limit=1, offset=0)
        within = engine.search(ground)
        if within.total == before.archive.documents:
            searched = before.archive
        else:
            passed = engine.search(replace(ground, limit=max(1, within.total))).hits
            searched = catalog.coverage.page_counts([hit.id for hit in passed])
        words, nearly = tuple(word_forms(results.parsed, engine)), search.nearly(request, results)
        is_steady = engine.generation == generation and catalog.coverage.survey(generation) == before
        if is_steady:
            break
    return Certificate(
        request=request,
        results=replace(results, notes=tuple(dict.fromkeys((*results.notes, *notes)))),
        understood=explain(results.parsed.query),
        made_at=datetime.now(UTC).replace(microsecond=0),
        generation=generation,
        searched=searched,
        unknown={
            name: within.facets[name].get(UNKNOWN, 0)
            for name in FACETS
            if request.filters.get(name) and UNKNOWN not in request.filters[name]
        },
        coverage=before,
        is_steady=is_steady,
        words=words,
        nearly=nearly,
    )


def digest(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a certificate's JSON, its own ``sha256`` left out, in the canonical form of RFC 8785.

    A certificate has no fractions, so that form is: names sorted, no white space, UTF-8.
    """
    told = {name: value for name, value in record.items() if name != "sha256"}
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
