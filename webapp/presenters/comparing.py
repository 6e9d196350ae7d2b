"""Two clauses side by side, with what differs marked in their texts and on the images of their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from archive.comparing.clauses import ClauseText
from archive.comparing.words import Comparison, DifferenceKind, Stretch
from archive.model.words import Break, Words
from archive.vendors.entities import Entity
from webapp.contexts.citing import Crop
from webapp.contexts.common import Link
from webapp.contexts.comparing import CompareContext, ComparedSide, Run
from webapp.languages.translation import gettext, plural
from webapp.links import clause_url, document_url, topic_url
from webapp.presenters.clause_hits import clause_title
from webapp.presenters.crops import crop
from webapp.presenters.marking import Mark
from webapp.presenters.places import words_counted
from webapp.presenters.wording import percent, tolerated, value_label
from webapp.search_state import SearchState

CROPS = 3
"""Pages of a clause that are shown as pictures; the others are linked from its own page."""

PageWords = Mapping[int, Words]


def present_question(one: str, other: str, topics: Sequence[Link] = ()) -> CompareContext:
    """The form that asks which two clauses are to be compared."""
    return CompareContext(SearchState(), gettext("Compare clauses"), one, other, "", (), (), tuple(topics))


def present_comparison(
    one: ClauseText,
    other: ClauseText,
    comparison: Comparison,
    words: tuple[PageWords, PageWords],
    topics: Sequence[Link],
) -> CompareContext:
    """Two clauses side by side.

    :param words: for each, the words of the pages that are shown, by their numbers.
    """
    state = SearchState()
    sides = tuple(_side(text, comparison, at, words[at]) for at, text in enumerate((one, other)))
    return CompareContext(
        state=state,
        title=gettext("%(one)s beside %(other)s", one=_title(one), other=_title(other)),
        one=address(one),
        other=address(other),
        summary=_summary(comparison),
        tallies=tuple(f"{words_counted(count)} ({tolerated(why)})" for why, count in comparison.tally().items()),
        sides=sides,
        topics=tuple(topics),
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
    """The way to the same topic in the contracts of the vendors of a clause's document."""
    topic = text.clause.topic
    if topic is None:
        return ()
    return tuple(Link(topic_title(topic, one), topic_url(one.id, topic)) for one in vendors)


def topic_title(topic: str, vendor: Entity) -> str:
    """``Warranty in the contracts of …``."""
    told = value_label("topic", topic)
    return gettext("%(topic)s in the contracts of %(vendor)s", topic=told, vendor=vendor.name)


def address(text: ClauseText) -> str:
    """What names a clause in the URL of a comparison."""
    return f"{text.description.id}/{text.clause.eid}"


def clause_link(text: ClauseText) -> Link:
    """The way to a clause."""
    return Link(_title(text), clause_url(text.description.id, text.clause.eid, SearchState()))


def document_link(text: ClauseText) -> Link:
    """The way to its document."""
    described = text.description
    return Link(described.title, document_url(described.id, SearchState()), note=described.filename)


def _title(text: ClauseText) -> str:
    return clause_title(text.clause.label, text.clause.heading) or text.clause.eid


def _side(text: ClauseText, comparison: Comparison, at: int, words: PageWords) -> ComparedSide:
    stretches = [(stretch, (stretch.first, stretch.other)[at]) for stretch in comparison.stretches]
    first, last = text.pages
    more = last - first + 1 - CROPS
    return ComparedSide(
        document=document_link(text),
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


def _paragraphs(words: Words, stretches: Sequence[tuple[Stretch, tuple[int, int]]]) -> tuple[tuple[Run, ...], ...]:
    """The text in its paragraphs, each in runs of what is the same, tolerated or different."""
    of_word = [stretch for stretch, (begin, end) in stretches for _ in range(begin, end)]
    starts = [at for at in range(len(words)) if at == 0 or words.breaks[at] == Break.BLOCK]
    blocks: list[tuple[Run, ...]] = []
    for begin, end in zip(starts, [*starts[1:], len(words)], strict=True):
        runs: list[Run] = []
        for stretch, run in groupby(range(begin, end), key=of_word.__getitem__):
            texts = [words.texts[at] for at in run]
            why = ", ".join(sorted(map(tolerated, stretch.tolerated))) or None
            runs.append(Run(" ".join(texts), str(stretch.kind), why))
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
