"""Loading of the chains of a document from the catalog, and their JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from archive.errors import QueryTooBroad
from archive.facts.evidence import EvidenceReader, fact_id, spans_of
from archive.model import Fact
from archive.procedures.chains import Chain, ChainPaper, chains
from archive.procedures.kept_numbers import number_query
from archive.procedures.links import LONGEST
from archive.procedures.numbers import Number, parse
from archive.procedures.papers import REQUEST_KINDS, Paper, paper_of
from archive.procedures.reasons import Ground
from archive.procedures.rulings import made
from archive.procedures.similarity import MOST_WITH_ONE_KEY, Key, keys_of
from archive.search.near_duplicates import NearDuplicateLinker
from archive.serialization import DocumentKind, Id, JsonAnswer, Timestamp, attr, serialize
from archive.store.catalog import Catalog
from archive.store.documents import Known, Surroundings

MOST_AHEAD = 50
"""Most documents that are prefetched before it is known whether they belong to a procedure, because numbers recur
between bodies."""

_STEPS = 2
"""Steps from a request to others: whether a request and its reply belong together depends on the others that either
could belong to."""


class PaperLookup:
    """Finds documents by their numbers, amounts and rulings; each is queried once."""

    def __init__(self, catalog: Catalog, most_ahead: int = MOST_AHEAD) -> None:
        self._catalog = catalog
        self._most_ahead = most_ahead
        self._asked: set[Number] = set()
        self._found: dict[str, set[str]] = {}
        self._ruled: dict[str, set[str]] = {}
        self._by_key: dict[Key, set[str]] = {}

    def ahead(self, document: str, around: Surroundings) -> set[str]:
        """Return the documents to prefetch with one: those with its numbers, unless there are too many, and those of
        rulings on it."""
        self._ruled[document] = set(around.ruled)
        numbers = list(map(parse, around.numbers))
        self._ask(numbers, ())
        ids = {id_ for number in numbers for file in number.files for id_ in self._found.get(file, ())}
        return {document} | around.ruled | (ids if len(ids) <= self._most_ahead else set())

    def with_files(self, numbers: Iterable[Number], papers: Sequence[Paper]) -> Mapping[str, set[str]]:
        """Return the documents with the file number of one of these numbers, by file. Other links of these papers are
        queried at the same time."""
        self._ask(numbers, papers)
        return self._found

    def alike(self, paper: Paper) -> set[str]:
        """Return the documents with an amount or code of a paper, if it is rare enough."""
        return {id_ for key in keys_of(paper) for id_ in self._by_key[key]}

    def ruled(self, papers: Iterable[Paper]) -> set[str]:
        """Return the documents with a ruling that names one of these."""
        return {id_ for paper in papers for id_ in self._ruled[paper.id]}

    def _ask(self, numbers: Iterable[Number], papers: Sequence[Paper]) -> None:
        new = {number for number in numbers if number.has_figures} - self._asked
        ruled = [paper.id for paper in papers if paper.id not in self._ruled]
        keys = {key for paper in papers for key in keys_of(paper)} - self._by_key.keys()
        self._asked |= new
        linked = self._catalog.facts.linked(number_query(self._catalog, new), ruled, keys, MOST_WITH_ONE_KEY)
        reached = [*ruled, *(id_ for ids in linked.by_number.values() for id_ in ids)]
        self._ruled = {id_: set() for id_ in reached} | self._ruled
        self._by_key |= {key: linked.by_key.get(key, set()) for key in keys}
        for printed, ids in linked.by_number.items():
            for file in parse(printed).files:
                self._found.setdefault(file, set()).update(ids)
        for named, ids in linked.rulings.items():
            self._ruled.setdefault(named, set()).update(ids)


def chains_of(
    catalog: Catalog,
    document: str,
    known: Mapping[str, Known] | None = None,
    near_identical: Mapping[str, tuple[str, ...]] | None = None,
    lookup: PaperLookup | None = None,
) -> list[Chain]:
    """Return the chains of a document; several if it is a request about several procurements, none if it belongs to no
    procedure.

    A single document has a chain, too, which lists missing papers.

    :param known: data of documents that are loaded already.
    :param near_identical: the near-identical documents of documents, if known.
    :param lookup: a lookup with a warm cache.
    :raises QueryTooBroad: the limit of documents to read would be exceeded.
    """
    papers: dict[str, Paper] = {}
    copies = dict(near_identical or {})
    lookup = lookup or PaperLookup(catalog)
    asked: set[tuple[str, str | None]] = set()
    # Remaining steps from one request to the next, by document.
    due = {document: _STEPS}
    while due:
        if len(papers) + len(due) > catalog.limits.procedure_papers:
            raise QueryTooBroad(
                "More than %(most)s documents have numbers like those of %(document)s.",
                "If its reference was misread, correct it: dosije correct ID reference VALUE",
                most=f"{catalog.limits.procedure_papers:,}",
                document=document[:12],
            )
        new = _papers(catalog, due, known or {})
        papers.update(new)
        copies.update(NearDuplicateLinker(catalog).near_identical(id_ for id_ in new if id_ not in copies))
        found: dict[str, int] = {}
        for steps in sorted(set(due.values())):
            reached = [paper for id_, paper in new.items() if due[id_] == steps]
            found |= dict.fromkeys(_beside_requests(catalog, reached) if steps else (), steps - 1)
            found |= dict.fromkeys(_linked(catalog, reached, asked, lookup) if steps else (), steps)
            found |= dict.fromkeys((other for paper in reached for other in copies.get(paper.id, ())), steps)
        due = {id_: steps for id_, steps in found.items() if id_ not in papers}
    return [chain for chain in chains(list(papers.values()), copies) if chain.holds(document)]


def papers_now(catalog: Catalog, ids: Collection[str]) -> dict[str, Paper]:
    """Return documents as papers; unknown ones are omitted."""
    return _papers(catalog, ids, {})


def _papers(catalog: Catalog, ids: Collection[str], known: Mapping[str, Known]) -> dict[str, Paper]:
    at_hand = {id_: known[id_] for id_ in ids if id_ in known}
    asked = catalog.documents.known(id_ for id_ in ids if id_ not in at_hand)
    return {id_: paper_of(one.description, one.facts) for id_, one in (at_hand | asked).items()}


def _linked(
    catalog: Catalog, papers: Sequence[Paper], asked: set[tuple[str, str | None]], lookup: PaperLookup
) -> set[str]:
    """Return the documents with a file number or an amount of one of these papers, and those of rulings on them.

    Numbers and amounts recur between bodies, so other municipalities are excluded first.

    :param asked: pairs of file and municipality that were looked up; those of these papers are added.
    """
    named = [(m.number, paper.known.municipality) for paper in papers for m in paper.numbers]
    new = {(number, place) for number, place in named if (number.file, place) not in asked}
    asked.update((number.file, place) for number, place in new)
    of_file = lookup.with_files((number for number, _ in new), papers)
    same = {(id_, place) for number, place in new for file in number.files for id_ in of_file.get(file, ())}
    same |= {(id_, paper.known.municipality) for paper in papers for id_ in lookup.alike(paper)}
    elsewhere = catalog.facts.values_of({id_ for id_, place in same if place is not None}, "municipality")
    fitting = {id_ for id_, place in same if place is None or id_ not in elsewhere or place in elsewhere[id_]}
    return fitting | lookup.ruled(papers) | {ruling.other for paper in papers for ruling in paper.rulings}


def _beside_requests(catalog: Catalog, papers: Iterable[Paper]) -> set[str]:
    """Return the requests, replies and appeals at the same bodies, at times when they may belong together."""
    times: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for paper in papers:
        known = paper.known
        body = ("municipality", known.municipality) if known.municipality else ("buyer", known.buyer)
        if paper.kind in REQUEST_KINDS and paper.date and body[1]:
            first, last = ((paper.date + sign * max(LONGEST.values())).isoformat() for sign in (-1, 1))
            times.setdefault((body[0], body[1]), set()).add((first, last))
    return {
        id_ for body, of_body in times.items() for id_ in catalog.facts.documents_of_kinds(REQUEST_KINDS, body, of_body)
    }


class _LinkAnswer(JsonAnswer):
    value: str
    fact: str
    page: int | None


class _ReasonAnswer(JsonAnswer):
    """Why a paper is there. by is ruling, number, copy, similarity or date."""

    by: Ground = attr("ground")
    text: str


class _RulingAnswer(JsonAnswer):
    """What a person said: document belongs to the procedure of other, or does not."""

    event: int
    at: Timestamp
    by: str
    document: Id
    other: Id
    belongs: bool


class PaperAnswer(JsonAnswer):
    id: Id = attr("paper.known.id")
    title: str = attr("paper.known.title")
    filename: str = attr("paper.known.filename")
    kind: DocumentKind | None = attr("paper.known.kind")
    date: str | None = attr("paper.known.date")
    link: _LinkAnswer | None
    copy_of: Id | None
    reason: _ReasonAnswer | None


class _MissingPaper(JsonAnswer):
    kind: DocumentKind
    why: str


class _SubjectAnswer(JsonAnswer):
    """What a procedure is about, as a paper of it prints it."""

    value: str
    document: Id | None
    fact: str
    page: int | None


class ChainAnswer(JsonAnswer):
    """A procedure with its papers in order."""

    id: str
    about: Literal["procurement", "request"] = attr(lambda chain: "procurement" if chain.is_procurement else "request")
    reference: str | None = attr("number")
    buyer: str | None
    municipality: str | None
    round: int
    rounds: int
    documents: tuple[PaperAnswer, ...]
    requests: tuple[PaperAnswer, ...]
    missing: tuple[_MissingPaper, ...]
    rulings: tuple[_RulingAnswer, ...]
    subject: _SubjectAnswer | None


def chain_records(catalog: Catalog, document_id: str) -> list[dict[str, Any]]:
    """Return the chains of a document as JSON.

    ``link`` of a paper is the number that links it, as printed, with the fact's id and page; null if it is alone or has
    another ``reason``. ``copy_of`` is the document that it is a near-identical copy of. ``missing`` are papers that the
    law requires and the archive lacks. ``rulings`` are those of persons on its papers. ``subject`` is the best
    statement of the procedure's subject, null if there is none.

    :raises archive.errors.UnknownDocument: there is no single such document.
    :raises archive.errors.QueryTooBroad: its number is that of too many documents.
    """
    document = catalog.documents.find(document_id)
    reader = EvidenceReader(catalog)
    return [_record(catalog, reader, chain) for chain in chains_of(catalog, document.id)]


def _record(catalog: Catalog, reader: EvidenceReader, chain: Chain) -> dict[str, Any]:
    facts = [member.link for member in chain.all_members if member.link]
    reader.locate(spans_of([*facts, chain.subject] if chain.subject else facts))
    return serialize(
        ChainAnswer,
        chain,
        documents=[_member(reader, member) for member in chain.members],
        requests=[_member(reader, member) for member in chain.requests],
        rulings=made(catalog, chain.rulings),
        subject=None if chain.subject is None else _subject(reader, chain.subject),
    )


def _subject(reader: EvidenceReader, fact: Fact) -> dict[str, Any]:
    document = fact.span.document if fact.span else None
    return {"value": fact.value, "document": document, "fact": fact_id(fact), "page": _page(reader, fact)}


def _page(reader: EvidenceReader, fact: Fact) -> int | None:
    return None if fact.span is None else reader.page_of(fact.span).number


def _member(reader: EvidenceReader, member: ChainPaper) -> dict[str, Any]:
    fact, link = member.link, None
    if fact is not None:
        link = {"value": fact.value, "fact": fact_id(fact), "page": _page(reader, fact)}
    return serialize(PaperAnswer, member, link=link)
