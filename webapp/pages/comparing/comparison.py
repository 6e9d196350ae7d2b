"""Two clauses side by side, the clauses on one topic, and contracts from one template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.comparing.clauses import ClauseText, aligned_sentences
from archive.comparing.filled_numbers import FilledNumber
from archive.comparing.kept_templates import OddClause, Template, TemplateContract
from archive.comparing.sentences import SentencePair, SentenceRelation
from archive.comparing.topics import DIFFERENCES, ComparedClause, TopicComparison
from archive.comparing.words import Comparison, DifferenceKind, Stretch, percent
from archive.model import Break, Description, Words
from archive.model.clauses import clause_title
from archive.vendors.entities import Entity
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import clause_url, compare_url, document_url, topic_url, vendor_url
from webapp.pages.parts import Context, Crop, Link, Mark, crop
from webapp.pages.wording import value_label, words_counted
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run of text. ``kind`` is same, tolerated or different; ``why`` is the kind of tolerated difference."""

    text: str
    kind: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One of two clauses: its text, and images of its pages."""

    document: Link
    clause: Link
    language: str | None
    paragraphs: tuple[tuple[ComparedRun, ...], ...]
    crops: tuple[Crop, ...]
    not_shown: str | None


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """Aligned sentences of two clauses, or one without a counterpart. ``kind`` is their relation."""

    kind: str
    label: str
    one: tuple[ComparedRun, ...]
    other: tuple[ComparedRun, ...]


@dataclass(frozen=True, slots=True)
class CompareContext(Context):
    """Two clauses side by side; without ``sides``, the form for the second one.

    ``tallies`` count tolerated differences, ``topics`` link to the same topic in other contracts of a vendor. If most
    words differ, aligned ``sentences`` are shown.
    """

    title: str
    one: str
    other: str
    summary: str
    tallies: tuple[str, ...]
    sides: tuple[ComparedSide, ...]
    topics: tuple[Link, ...]
    sentences: tuple[SentenceRow, ...] = ()
    asked: Link | None = None


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A clause with its differences from the most common wording, as pairs of that wording and its own."""

    document: Link
    clause: Link
    language: str | None
    agreement: str
    differences: tuple[tuple[str, str], ...]
    more: str | None
    beside: Link | None


@dataclass(frozen=True, slots=True)
class TopicContext(Context):
    """The clauses on one topic in a vendor's contracts, unusual ones first. ``usual`` is the most common wording."""

    title: str
    vendor: Link
    summary: str
    topics: tuple[Link, ...]
    usual: Link | None
    usual_text: str
    language: str | None
    rows: tuple[TopicRow, ...]
    without: tuple[Link, ...]


OddRow = tuple[Link, Link | None]
"""A clause without a counterpart in the other document, and a link to the comparison with the most similar one."""


@dataclass(frozen=True, slots=True)
class TemplateContractRow:
    """A document made from a template, with its deviating clauses; ``missing`` are those it lacks."""

    document: Link
    about: str
    odd: tuple[OddRow, ...]
    missing: tuple[OddRow, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class NumberPlaceRow:
    """A place at which contracts of a template have different numbers: its context, the usual number, and others.

    Each other number has the clauses that contain it.
    """

    clause: Link
    before: str
    after: str
    usual: str
    others: tuple[tuple[str, tuple[Link, ...]], ...]


@dataclass(frozen=True, slots=True)
class TemplateGroup:
    """Documents made from one template.

    ``model`` is the most typical one; ``same`` have no deviating clause; ``numbers`` are places with different numbers.
    """

    title: str
    model: Link
    odd: tuple[TemplateContractRow, ...]
    same: tuple[Link, ...]
    numbers: tuple[NumberPlaceRow, ...]


@dataclass(frozen=True, slots=True)
class TemplatesContext(Context):
    """The templates of documents."""

    title: str
    vendor: Link | None
    groups: tuple[TemplateGroup, ...]


CROPS = 3
"""Maximum number of pages of a clause shown as images; the others are linked from its own page."""

PageWords = Mapping[int, Words]


def present_question(
    one: str, other: str, topics: Sequence[Link] = (), clause: ClauseText | None = None
) -> CompareContext:
    """Return the form for the clauses to compare; ``clause`` is the one already chosen."""
    if clause is None:
        return CompareContext(gettext("Compare clauses"), one, other, "", (), (), tuple(topics))
    title = gettext("%(one)s beside which clause?", one=_title(clause))
    return CompareContext(title, one, other, "", (), (), tuple(topics), asked=clause_link(clause))


def present_comparison(
    one: ClauseText,
    other: ClauseText,
    comparison: Comparison,
    words: tuple[PageWords, PageWords],
    topics: Sequence[Link],
) -> CompareContext:
    """Return the context of two clauses side by side.

    :param words: for each, the words of the pages shown, by page number.
    """
    state = SearchState()
    aligned = aligned_sentences(one, other, comparison)
    sides = tuple(_side(text, _stretches(comparison, aligned, at), words[at]) for at, text in enumerate((one, other)))
    return CompareContext(
        state=state,
        title=gettext("%(one)s beside %(other)s", one=_title(one), other=_title(other)),
        one=address(one),
        other=address(other),
        summary=_summary(comparison) if aligned is None else _sentences_summary(comparison, aligned),
        tallies=tuple(f"{words_counted(count)} ({said(why.label)})" for why, count in comparison.tally().items()),
        sides=sides,
        topics=tuple(topics),
        sentences=tuple(_sentence_row(one, other, pair) for pair in aligned or ()),
    )


_Placed = tuple[Stretch, tuple[int, int]]
"""A stretch and its words on one side."""


def _stretches(comparison: Comparison, aligned: Sequence[SentencePair] | None, at: int) -> list[_Placed]:
    """Return what is marked in a clause: words that differ, or sentences without a counterpart."""
    if aligned is None:
        return [(stretch, (stretch.first, stretch.other)[at]) for stretch in comparison.stretches]
    found = []
    for pair in aligned:
        if (place := (pair.first, pair.other)[at]) is not None:
            kind = DifferenceKind.DIFFERENT if None in (pair.first, pair.other) else DifferenceKind.SAME
            found.append((Stretch(kind, place, place), place))
    return sorted(found, key=lambda placed: placed[1])


RELATIONS = {
    SentenceRelation.ALIKE: marked("worded alike"),
    SentenceRelation.REWORDED: marked("in other words"),
    SentenceRelation.ONLY_A: marked("no counterpart"),
    SentenceRelation.ONLY_B: marked("no counterpart"),
}


def _sentence_row(one: ClauseText, other: ClauseText, pair: SentencePair) -> SentenceRow:
    runs: list[tuple[ComparedRun, ...]] = []
    for at, (text, place) in enumerate(((one, pair.first), (other, pair.other))):
        if place is None:
            runs.append(())
        elif pair.comparison is None:
            runs.append((ComparedRun(" ".join(text.words.texts[slice(*place)]), "same"),))
        else:
            runs.append(
                tuple(
                    ComparedRun(said_here, str(stretch.kind))
                    for stretch in pair.comparison.stretches
                    if (said_here := pair.comparison.texts(stretch)[at])
                )
            )
    return SentenceRow(str(pair.relation), gettext(RELATIONS[pair.relation]), runs[0], runs[1])


def _sentences_summary(comparison: Comparison, aligned: Sequence[SentencePair]) -> str:
    alone = sum(1 for pair in aligned if None in (pair.first, pair.other))
    return plural(
        "%(share)s of the words agree, so sentences are compared; %(count)s sentence has no counterpart.",
        "%(share)s of the words agree, so sentences are compared; %(count)s sentences have no counterpart.",
        alone,
        share=percent(comparison.agreement),
    )


def _summary(comparison: Comparison) -> str:
    share, differing = percent(comparison.agreement), len(comparison.of_kind(DifferenceKind.DIFFERENT))
    if not differing:
        return gettext("%(share)s of the words agree; nothing differs.", share=share)
    return plural(
        "%(share)s of the words agree; they differ in %(count)s place.",
        "%(share)s of the words agree; they differ in %(count)s places.",
        differing,
        share=share,
    )


def topic_links(text: ClauseText, vendors: Sequence[Entity]) -> tuple[Link, ...]:
    """Return links to the same topic in the contracts of the vendors of a clause's document."""
    topic = text.clause.topic
    if topic is None:
        return ()
    return tuple(Link(topic_title(topic, one), topic_url(one.id, topic)) for one in vendors)


def topic_title(topic: str, vendor: Entity) -> str:
    """Return ``Warranty in the contracts of …``."""
    told = value_label("topic", topic)
    return gettext("%(topic)s in the contracts of %(vendor)s", topic=told, vendor=vendor.name)


def address(text: ClauseText) -> str:
    """Return the ``ID/EID`` of a clause for the URL of a comparison."""
    return f"{text.description.id}/{text.clause.eid}"


def clause_link(text: ClauseText) -> Link:
    """Return a link to a clause."""
    return Link(_title(text), clause_url(text.description.id, text.clause.eid, SearchState()))


def _title(text: ClauseText) -> str:
    return clause_title(text.clause.label, text.clause.heading) or text.clause.eid


def _side(text: ClauseText, stretches: Sequence[_Placed], words: PageWords) -> ComparedSide:
    first, last = text.pages
    more = last - first + 1 - CROPS
    return ComparedSide(
        document=_document(text.description),
        clause=clause_link(text),
        language=text.reading.language,
        paragraphs=_paragraphs(text.words, stretches),
        crops=tuple(_crop(text, number, of_page, stretches) for number, of_page in words.items() if of_page.boxes),
        not_shown=_not_shown(more) if more > 0 else None,
    )


def _not_shown(count: int) -> str:
    return plural(
        "%(count)s more page, on the page of the clause", "%(count)s more pages, on the page of the clause", count
    )


_REST = Stretch(DifferenceKind.SAME, (0, 0), (0, 0))
"""The stretch of words between sentences."""


def _paragraphs(
    words: Words, stretches: Sequence[tuple[Stretch, tuple[int, int]]]
) -> tuple[tuple[ComparedRun, ...], ...]:
    """Return the paragraphs of a text, each as runs of equal, tolerated or different words."""
    of_word = [_REST] * len(words)
    for stretch, (begin, end) in stretches:
        of_word[begin:end] = [stretch] * (end - begin)
    starts = [at for at in range(len(words)) if at == 0 or words.breaks[at] == Break.BLOCK]
    blocks: list[tuple[ComparedRun, ...]] = []
    for begin, end in zip(starts, [*starts[1:], len(words)], strict=True):
        runs: list[ComparedRun] = []
        for stretch, run in groupby(range(begin, end), key=of_word.__getitem__):
            texts = [words.texts[at] for at in run]
            why = ", ".join(sorted(said(why.label) for why in stretch.tolerated)) or None
            runs.append(ComparedRun(" ".join(texts), str(stretch.kind), why))
        blocks.append(tuple(runs))
    return tuple(blocks)


def _crop(text: ClauseText, number: int, of_page: Words, stretches: Sequence[tuple[Stretch, tuple[int, int]]]) -> Crop:
    page = text.reading.pages[number - 1]
    marks = [
        Mark(max(0, first - page.first_word), min(page.word_count - 1, last - page.first_word), "", current=True)
        for stretch, (begin, end) in stretches
        if stretch.kind is DifferenceKind.DIFFERENT and end > begin
        for first, last in ((text.numbers[begin], text.numbers[end - 1]),)
        if first < page.first_word + page.word_count and last >= page.first_word
    ]
    label = gettext("%(clause)s on the image of page %(number)s", clause=_title(text), number=number)
    return crop(text.clause.span, page, of_page, marks, label)


ODD_SHOWN = 12
"""Maximum number of deviating clauses, and of missing ones, listed per document."""


def present_topic(found: TopicComparison, described: Mapping[str, Description]) -> TopicContext:
    """Return the context of the clauses on a topic; ``described`` are the contracts without one."""
    usual, vendor = found.usual, found.vendor
    return TopicContext(
        title=topic_title(found.topic, vendor),
        vendor=Link(vendor.name, vendor_url(vendor.id)),
        summary=_topic_summary(found),
        topics=tuple(
            Link(
                f"{value_label('topic', topic)} ({number(count)})",
                topic_url(vendor.id, topic),
                current=topic == found.topic,
            )
            for topic, count in found.topics.items()
        ),
        usual=clause_link(usual) if usual else None,
        usual_text=" ".join(usual.words.texts) if usual else "",
        language=usual.reading.language if usual else None,
        rows=tuple(_row(row, found) for row in found.rows),
        without=tuple(Link(one.title, document_url(one.id, SearchState())) for one in described.values()),
    )


def _topic_summary(found: TopicComparison) -> str:
    return plural(
        "%(clauses)s in %(contracts)s; %(count)s clause has the most common wording.",
        "%(clauses)s in %(contracts)s; %(count)s clauses have the most common wording.",
        found.usual_count,
        clauses=plural("%(count)s clause", "%(count)s clauses", len(found.rows)),
        contracts=plural("%(count)s contract", "%(count)s contracts", found.contracts),
    )


def _row(row: ComparedClause, found: TopicComparison) -> TopicRow:
    differing = row.differences
    more = len(differing) - DIFFERENCES
    beside = None
    if found.usual and row.text is not found.usual:
        beside = Link(gettext("Side by side"), compare_url(address(found.usual), address(row.text)))
    return TopicRow(
        document=_document(row.text.description),
        clause=clause_link(row.text),
        language=row.text.reading.language,
        agreement=percent(row.comparison.agreement) if differing else gettext("The same wording"),
        differences=tuple(differing[:DIFFERENCES]),
        more=plural("%(count)s more difference", "%(count)s more differences", more) if more > 0 else None,
        beside=beside,
    )


def present_templates(found: Sequence[Template], vendor: Entity | None) -> TemplatesContext:
    """Return the context of templates, each with deviating documents first."""
    title = gettext("Contracts from one template")
    if vendor:
        title = gettext("Contracts from one template: %(vendor)s", vendor=vendor.name)
    return TemplatesContext(
        title=title,
        vendor=Link(vendor.name, vendor_url(vendor.id)) if vendor else None,
        groups=tuple(map(_group, found)),
    )


def _group(template: Template) -> TemplateGroup:
    model = template.model
    departing = [member for member in template.members if member.odd or member.missing]
    return TemplateGroup(
        title=plural(
            "%(count)s document like “%(title)s”",
            "%(count)s documents like “%(title)s”",
            len(template.members) + 1,
            title=model.title,
        ),
        model=_document(model),
        odd=tuple(_member(member, model.id) for member in departing),
        same=tuple(_document(member.description) for member in template.members if member not in departing),
        numbers=tuple(_places(template)),
    )


def _places(template: Template) -> Iterator[NumberPlaceRow]:
    titles = {each.id: each.title for each in (template.model, *(one.description for one in template.members))}

    def links(found: Sequence[FilledNumber]) -> tuple[Link, ...]:
        named = [Link(titles[one.document], clause_url(one.document, one.eid, SearchState())) for one in found]
        more = len(named) - ODD_SHOWN
        return (*named[:ODD_SHOWN], *([Link(gettext("%(count)s more", count=number(more)), "")] if more > 0 else []))

    for place in template.numbers:
        rows = place.by_text
        others = ((text or gettext("no such place"), links(found)) for text, found in rows.items())
        yield NumberPlaceRow(
            Link(
                clause_title(place.clause.label, place.clause.heading) or place.clause.eid,
                clause_url(template.model.id, place.clause.eid, SearchState()),
            ),
            place.before,
            place.after,
            gettext("no such place") if place.usual is None else place.usual,
            tuple(each for each, text in zip(others, rows, strict=True) if text != place.usual),
        )


def _member(member: TemplateContract, model: str) -> TemplateContractRow:
    here = member.description.id
    more = max(0, len(member.odd) - ODD_SHOWN) + max(0, len(member.missing) - ODD_SHOWN)
    return TemplateContractRow(
        document=_document(member.description),
        about=gettext("%(share)s of the clauses of both are alike", share=percent(member.share)),
        odd=tuple(_odd(odd, here, model) for odd in member.odd[:ODD_SHOWN]),
        missing=tuple(_odd(odd, model, here) for odd in member.missing[:ODD_SHOWN]),
        more=plural("%(count)s more clause", "%(count)s more clauses", more) if more else None,
    )


def _odd(odd: OddClause, here: str, there: str) -> OddRow:
    nearest = None
    if odd.nearest is not None:
        there_named = odd.nearest.label or odd.nearest.eid
        told = gettext("%(share)s like %(clause)s", share=percent(odd.similarity), clause=there_named)
        nearest = Link(told, compare_url(f"{here}/{odd.clause.eid}", f"{there}/{odd.nearest.eid}"))
    named = clause_title(odd.clause.label, odd.clause.heading) or odd.clause.eid
    return Link(named, clause_url(here, odd.clause.eid, SearchState())), nearest


def _document(described: Description) -> Link:
    return Link(described.title, document_url(described.id, SearchState()), note=described.filename)
