"""The page of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.facts.evidence import Evidence
from archive.model import Clause, Document, Fact, Page, Reading, Span, TextSource, Words
from archive.model.annotations import Annotation
from archive.model.clauses import irregular_numbers
from archive.model.fields import RULING_FIELD, VENDOR_FIELDS
from archive.model.quality import page_quality
from archive.model.signatures import from_agent
from archive.store.documents import Known, Source, Surroundings
from archive.store.near_duplicates import Similarity
from archive.store.stories.story import Marks
from webapp.languages.translation import gettext, plural, said
from webapp.links import (
    correct_url,
    document_part_url,
    document_url,
    image_url,
    older_number,
    page_url,
    place_url,
    vendor_url,
)
from webapp.page_images import THUMBNAIL_WIDTH
from webapp.pages.annotations import NoteCard, note_cards
from webapp.pages.chain import Chains, LoadedChain, present_chains
from webapp.pages.document.clause import ClauseRow, listed_clauses, outline
from webapp.pages.document.document_parts import (
    ContainerContents,
    PageRow,
    page_rows,
    present_contents,
    present_older,
    present_original,
    present_places,
    read_with,
    reading_links,
)
from webapp.pages.document.page import PageContext, present_page
from webapp.pages.document.page_parts import LoadedPage, StepKind
from webapp.pages.facts import in_reading_order, joined, present_emptied, present_fact
from webapp.pages.near_duplicates import Alike, present_alike
from webapp.pages.parts import Context, FactRow, LabelledValue, Link, OlderReading, back_to_search, part_links
from webapp.pages.wording import (
    MEDIA_TYPES,
    NUMBERING_PROBLEMS,
    ShownTitle,
    about,
    moment,
    no_match,
    page_source,
    pages,
    partial_match,
    reading_quality,
    shown_title,
    words_counted,
)
from webapp.state import PageState, SearchState


@dataclass(frozen=True, slots=True)
class PageTile:
    """A page in the list of pages of a document. ``image`` is None on a flowing page; sizes are in pixels."""

    number: int
    url: str
    image: str | None
    width: int
    height: int
    about: tuple[str, ...]
    quality: str | None
    note: str | None
    matches: str | None


@dataclass(frozen=True, slots=True)
class DocumentContext(Context):
    """The page of a document in one of its readings.

    ``contents`` is None unless it is a container. ``readings`` are all its readings if there are several; ``cards`` are
    annotations.
    """

    document_id: str
    title: ShownTitle
    language: str | None
    about: tuple[str, ...]
    results: Link
    original: Link
    first: PageContext | None
    older: OlderReading | None
    places: tuple[Link, ...]
    contents: ContainerContents | None
    alike: tuple[Alike, ...]
    chains: Chains
    facts: tuple[FactRow, ...]
    fact_parts: tuple[Link, ...]
    clauses: tuple[ClauseRow, ...]
    clause_parts: tuple[Link, ...]
    numbering: tuple[LabelledValue, ...]
    cards: tuple[NoteCard, ...]
    matches: str | None
    first_match: str | None
    tiles: tuple[PageTile, ...]
    parts: tuple[Link, ...]
    page_rows: tuple[PageRow, ...]
    readings: tuple[Link, ...]
    file: tuple[LabelledValue, ...]
    marks: Marks | None


PAGES_SHOWN = 12
"""Maximum number of pages listed at once."""

FACTS_SHOWN = 30
"""Maximum number of facts listed at once; the words of others are not loaded."""

CLAUSES_SHOWN = 30
"""Maximum number of clauses listed at once."""


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """The data for the page of a document.

    ``pages_from``, ``facts_from``, ``clauses_from`` and ``members_from`` are the first page, fact, clause and member to
    list; ``first_words`` are those of its first page, if it has one. ``known`` has the document and all others named on
    the page, ``evidence`` that of the facts listed. ``matches`` are word numbers by page, of some words of the query
    if ``is_partly``; they may be incomplete if it ``is_waiting`` to be indexed. ``chain_trouble`` says why there are no
    ``chains``. ``person`` is the default name in forms; ``marks`` are those of the user who logged in.
    """

    document: Document
    reading: Reading
    view: PageState
    first_words: Words | None
    readings: Sequence[Reading]
    pages_from: int
    around: Surroundings
    members_from: int
    similar: Sequence[Similarity]
    known: Mapping[str, Known]
    facts_from: int
    evidence: Mapping[Span, Evidence]
    clauses: Sequence[Clause]
    clauses_from: int
    annotations: Sequence[Annotation]
    chains: Sequence[LoadedChain]
    chain_trouble: str | None
    person: str
    marks: Marks | None
    matches: Mapping[int, Sequence[tuple[int, int]]]
    is_waiting: bool
    is_partly: bool


def present_document(loaded: LoadedDocument, state: SearchState) -> DocumentContext:
    """Return the context of the page of a document in one of its readings."""
    document, reading, matches = loaded.document, loaded.reading, loaded.matches
    facts, clauses = listed_facts(loaded.known[document.id]), listed_clauses(loaded.clauses)
    listed = reading.pages[loaded.pages_from - 1 : loaded.pages_from - 1 + PAGES_SHOWN]
    described = {id_: one.description for id_, one in loaded.known.items()}
    description = described[document.id]
    quality = (reading_quality(description.quality),) if description.quality else ()
    return DocumentContext(
        state=state,
        document_id=document.id,
        title=shown_title(description),
        language=description.language,
        about=(*about(description, is_titled=True), *quality),
        results=back_to_search(state),
        original=present_original(document),
        first=_first_page(loaded, state),
        older=present_older(document, reading, document_url(document.id, state)),
        places=present_places(loaded.around.containers, described, state),
        contents=present_contents(document.id, loaded.around.members, described, loaded.members_from, state),
        alike=present_alike(description, loaded.similar, described, state),
        chains=present_chains(loaded.chains, loaded.chain_trouble, document.id, loaded.person, state),
        facts=tuple(joined(_facts(loaded, shown_facts(facts, loaded.facts_from), state))),
        fact_parts=_parts(loaded, state, len(facts), FACTS_SHOWN, "fact", loaded.facts_from, "facts"),
        clauses=outline(document, reading, clauses[: loaded.clauses_from - 1 + CLAUSES_SHOWN], state)[
            loaded.clauses_from - 1 :
        ],
        clause_parts=_parts(loaded, state, len(clauses), CLAUSES_SHOWN, "clause", loaded.clauses_from, "clauses"),
        numbering=tuple(
            LabelledValue(gettext(NUMBERING_PROBLEMS[problem]), ", ".join(numbers))
            for problem, numbers in irregular_numbers(loaded.clauses).items()
        ),
        cards=note_cards(loaded.annotations, document, state),
        matches=_found(state, document, reading, matches, loaded.is_waiting, loaded.is_partly),
        first_match=page_url(document.id, next(iter(matches)), state, match=1) if matches else None,
        tiles=tuple(_tile(document, reading, page, state, len(matches.get(page.number, ()))) for page in listed),
        parts=_parts(loaded, state, len(reading.pages), PAGES_SHOWN, "first", loaded.pages_from, "pages"),
        page_rows=page_rows(document, reading, listed, state),
        readings=reading_links(document, loaded.readings, reading, state),
        file=_file(document, reading, loaded.around.sources),
        marks=loaded.marks,
    )


def _parts(
    loaded: LoadedDocument, state: SearchState, total: int, size: int, name: str, first: int, anchor: str
) -> tuple[Link, ...]:
    """Return links to the parts of one of the document's lists; ``name`` is its parameter."""
    id_, older = loaded.document.id, older_number(loaded.document, loaded.reading)
    return part_links(total, size, first, lambda start: document_part_url(id_, state, name, start, older, anchor))


def _first_page(loaded: LoadedDocument, state: SearchState) -> PageContext | None:
    """Return the context of its first page, where the scan view begins; None without pages."""
    if loaded.first_words is None:
        return None
    known = loaded.known[loaded.document.id]
    viewed = LoadedPage(
        state=state,
        view=loaded.view.without_find(),
        document=loaded.document,
        description=known.description,
        reading=loaded.reading,
        page=loaded.reading.pages[0],
        words=loaded.first_words,
        hits={StepKind.MATCH: loaded.matches, StepKind.FOUND: {}},
        strip_words={},
        facts=known.facts,
        clauses=(),
        annotations=loaded.annotations,
        is_waiting=loaded.is_waiting,
    )
    page = present_page(viewed)
    # The script for selecting words requests the complete page.
    return page if page.image is None else replace(page, image=replace(page.image, layer=None))


def listed_facts(known: Known) -> list[Fact]:
    """Return the facts of a document in list order, without rulings on its procedure, which are shown there."""
    return in_reading_order([fact for fact in known.facts if fact.field != RULING_FIELD])


def shown_facts(facts: Sequence[Fact], first: int) -> Sequence[Fact]:
    """Return the facts listed at once, from number ``first`` on."""
    return facts[first - 1 : first - 1 + FACTS_SHOWN]


def _facts(loaded: LoadedDocument, shown: Sequence[Fact], state: SearchState) -> Iterator[FactRow]:
    """Yield each fact with its evidence in its own reading, which may be older or newer than the one shown."""
    known, id_ = loaded.known[loaded.document.id], loaded.document.id
    decided = [one for one in known.decisions if one.undone_by is None]
    for fact in shown:
        evidence = None if fact.span is None else loaded.evidence[fact.span]
        vendor = known.vendors.get(fact.value) if fact.field in VENDOR_FIELDS else None
        url = place_url(fact.value) if fact.field == "municipality" else vendor_url(vendor) if vendor else None
        correct = correct_url(id_, fact.field, fact.value)
        yield present_fact(fact, evidence, decided, state, loaded.reading.number, url, correct)
    if loaded.facts_from == 1:
        yield from present_emptied(known.facts, [one for one in decided if one.decision.field != RULING_FIELD])


def _found(
    state: SearchState,
    document: Document,
    reading: Reading,
    matches: Mapping[int, Sequence[tuple[int, int]]],
    is_waiting: bool,
    is_partly: bool,
) -> str | None:
    if is_partly:
        return partial_match(state.text)
    if matches:
        return plural(
            "“%(query)s” matches %(count)s time on %(pages)s.",
            "“%(query)s” matches %(count)s times on %(pages)s.",
            sum(map(len, matches.values())),
            query=state.text,
            pages=pages(len(matches)),
        )
    if not state.text or older_number(document, reading) is not None:
        return None
    return no_match(state.text, is_waiting=is_waiting)


def _tile(document: Document, reading: Reading, page: Page, state: SearchState, matches: int) -> PageTile:
    older = older_number(document, reading)
    ratio = 1.414 if page.is_flowing else page.height / page.width
    return PageTile(
        number=page.number,
        url=page_url(document.id, page.number, state, reading=older),
        image=None if page.is_flowing else image_url(document.id, page.number, THUMBNAIL_WIDTH, older),
        width=THUMBNAIL_WIDTH,
        height=round(THUMBNAIL_WIDTH * ratio),
        about=(page_source(page), *((words_counted(page.word_count),) if page.source is not TextSource.NONE else ())),
        quality=page_quality(page),
        note=said(page.note) if page.note else None,
        matches=plural("%(count)s match", "%(count)s matches", matches) if matches else None,
    )


def _file(document: Document, reading: Reading, sources: Sequence[Source]) -> tuple[LabelledValue, ...]:
    return (
        LabelledValue(gettext("File name"), document.filename),
        LabelledValue("SHA-256", document.id, is_code=True),
        LabelledValue(gettext("Size"), plural("%(count)s byte", "%(count)s bytes", document.size)),
        LabelledValue(gettext("Type"), gettext(MEDIA_TYPES.get(document.media_type, document.media_type))),
        LabelledValue(gettext("Collection"), document.collection),
        LabelledValue(gettext("Added"), moment(document.added_at)),
        *(LabelledValue(gettext("Came from"), f"{source.path} ({moment(source.seen_at)})") for source in sources),
        *(LabelledValue(gettext("Signature"), said(one.told())) for one in from_agent(reading.agent)),
        LabelledValue(gettext("Read with"), _read_with(reading)),
    )


def _read_with(reading: Reading) -> str:
    return gettext(
        "%(programs)s (reading %(number)s, %(moment)s)",
        programs=read_with(reading),
        number=reading.number,
        moment=moment(reading.created_at),
    )
