"""Looking for a quotation without an address: which place is told first, and what its words are numbered.

All documents lie in one archive, and each test has words of its own: those of :func:`of` end with the name of its case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.citing.claims import claims_in
from archive.citing.lookup import DOCUMENTS, QuotationMatch, QuotationSearch
from archive.citing.quotation import Quotation
from archive.citing.verdicts import QuotedPassage, Verdict, Verification
from archive.citing.verification import Verifier
from archive.citing.wording import RemarkKind
from archive.config import Settings
from archive.model import Clause, ClauseLevel, Span
from tests.webapp_samples import Filler, read_again

QUOTE = "narcis i zumbul cvetaju u maju"


def of(case: str, text: str) -> str:
    """A text of one test: its longer words end with the name of the case."""
    return re.sub(r"\w{3,}", rf"\g<0>{case}", text)


@dataclass(frozen=True, slots=True)
class Shelf:
    """An archive that documents are put into."""

    archive: Archive
    filler: Filler

    @property
    def search(self) -> QuotationSearch:
        return QuotationSearch(self.archive.catalog, self.archive.search)

    def found(self, quotation: str) -> list[QuotationMatch]:
        return self.search.found(Quotation(quotation))

    def verify(self, text: str) -> Verification:
        return Verifier(self.archive.catalog, self.archive.originals, self.archive.search).verify(claims_in(text))

    def add(self, *texts: str) -> list[str]:
        """Add a document of each text."""
        with self.archive.writing():
            names = (f"spis {text[:24]}.txt".replace("/", "") for text in texts)
            ids = [
                self.filler.text(name, text.splitlines(), "sr-Latn") for name, text in zip(names, texts, strict=True)
            ]
            self.archive.indexing.index_due()
        return ids

    def add_pages(self, name: str, *pages: Sequence[str]) -> str:
        """Add a document whose newest reading has these pages, each of some lines."""
        with self.archive.writing():
            id_ = self.filler.text(f"{name}.txt", [name], "sr-Latn")
            read_again(self.archive, id_, *pages)
            self.archive.indexing.index_due()
        return id_

    def words_at(self, standing: QuotedPassage) -> tuple[str, ...]:
        """The words that the archive has at the numbers of a place."""
        span = standing.span
        pages = self.archive.catalog.readings.all_words(span.document, span.reading)
        return tuple([text for page in pages for text in page.texts][span.first : span.last + 1])


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder: Path = tmp_path_factory.mktemp("finding")
    with Archive.open(folder / "home", Settings()) as archive:
        yield Shelf(archive, Filler(archive, folder))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
@pytest.mark.parametrize("is_one_document", [True, False], ids=["in one document", "in several"])
def test_the_least_altered_place_comes_first(shelf: Shelf, order: Sequence[int], is_one_document: bool) -> None:
    quote = of(f"alt{'ab'[is_one_document]}{''.join('xyz'[at] for at in order)}", QUOTE)
    altered = (quote, f"N{quote[1:]}", f"N{quote[1:]}!")
    texts = [altered[number] for number in order]
    shelf.add(*([" | ".join(texts)] if is_one_document else texts))
    found = shelf.found(quote)
    assert [len(place.match.alterations) for place in found] == [0, 1, 2]
    assert [" ".join(place.passage.words) for place in found] == list(altered)
    answer = shelf.verify(quote)
    assert (answer.verdict, answer.alterations) == (Verdict.VERIFIED, ())
    assert answer.places == tuple(place.passage for place in found)
    assert answer.newest == answer.places[0]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("is_one_document", [True, False], ids=["in one document", "in several"])
def test_the_words_most_like_a_quotation_are_shown(shelf: Shelf, order: Sequence[int], is_one_document: bool) -> None:
    """What differs is told against them: against others, a citer would be accused of more than was changed."""
    case = f"like{'ab'[is_one_document]}{''.join('xyz'[at] for at in order)}"
    alike = [
        of(case, "beli narcis i plavi zumbul cvetaju samo u maju"),
        of(case, "beli narcis i plavi zumbul venu samo u junu"),
        of(case, "beli narcis i crni lokvanj venu samo u martu"),
    ]
    texts = [alike[number] for number in order]
    if is_one_document:
        shelf.add_pages(case, *([text] for text in texts))
    else:
        shelf.add(*texts)
    answer = shelf.verify(of(case, "beli narcis i plavi zumbul cvetaju samo u aprilu"))
    assert answer.verdict is Verdict.CHANGED
    assert [" ".join(place.words) for place in answer.places] == [alike[0]]
    assert [(one.quoted, one.archived) for one in answer.differences] == [(of(case, "aprilu"), of(case, "maju"))]
    assert shelf.words_at(answer.places[0]) == answer.places[0].words


def test_the_place_of_which_most_is_so_is_chosen(shelf: Shelf) -> None:
    """Words that stand in several documents are verified by the one that the citation names."""
    quote = of("named", QUOTE)
    ids = shelf.add(*(f"{name} spisak kaže da {quote}" for name in ("Ada", "Beba", "Ceca", "Dana")))
    for id_ in ids:
        answer = shelf.verify(f"„{quote}” (str. 1, SHA-256 {id_[:16]})")
        assert answer.verdict is Verdict.VERIFIED
        assert answer.newest is not None
        assert answer.newest.document.id == id_
        assert {place.document.id for place in answer.places} == set(ids)
        assert answer.places[0] == answer.newest


def test_the_closest_source_is_told_where_none_is_right(shelf: Shelf) -> None:
    """Of two documents with the words, the one about which the citation says less that is not so."""
    quote = of("close", QUOTE)
    for id_ in shelf.add(f"Prvi list kaže da {quote}", f"Drugi list kaže da {quote}"):
        answer = shelf.verify(f"„{quote}” (str. 7, SHA-256 {id_[:16]})")
        assert answer.verdict is Verdict.CHANGED
        assert [str(one.field) for one in answer.fields] == ["page"]
        assert answer.newest is not None
        assert answer.newest.document.id == id_


def test_the_longest_words_of_a_quotation_say_where_something_like_it_stands(shelf: Shelf) -> None:
    """Short words stand in every document."""
    long = [f"a{letter * 3}dugacka{letter}" for letter in "bcdfghkl"]
    short = [f"z{letter}" for letter in "bcdfghkl"]
    shelf.add(*(f"spisak {letter * 6} {' '.join(short)}" for letter in "mnprstv"))
    shelf.add(" ".join(long))
    [nearest] = shelf.search.nearest([*long, *short])
    assert set(nearest.words) == set(long)


FILLED = [
    [f"strana {number} o cveću", f"{letter * 5} {letter * 6} {letter * 7} redova"]
    for number, letter in enumerate("abcdefghi", start=1)
]


@pytest.mark.parametrize("page", [1, 2, 5, 9])
def test_a_place_has_the_numbers_of_its_words(shelf: Shelf, page: int) -> None:
    """Only the pages around a hit are read, and the words of a place are numbered in the whole reading."""
    case = f"num{'abcdefghi'[page - 1]}"
    quote = of(case, QUOTE)
    pages = [list(lines) for lines in FILLED]
    pages[page - 1].append(f"prvi {quote} rano")
    shelf.add_pages(case, *pages)
    [exact] = shelf.found(quote)
    assert (exact.passage.page, shelf.words_at(exact.passage)) == (page, tuple(quote.split()))
    [other] = shelf.search.other_forms(quote.replace("z", "Z").split())
    assert (other.page, shelf.words_at(other), other.words) == (page, tuple(quote.split()), other.words)
    [nearest] = shelf.search.nearest([*quote.split()[:-1], "junu"])
    assert (nearest.page, shelf.words_at(nearest)) == (page, tuple(quote.split()))


@pytest.mark.parametrize("here", [1, 3, 5])
def test_a_quotation_may_go_on_over_the_page(shelf: Shelf, here: int) -> None:
    """Whichever of the two pages has most of its words."""
    quote = of(f"over{'abcdef'[here]}", QUOTE)
    pages = [list(lines) for lines in FILLED]
    pages[3].append(" ".join(quote.split()[:here]))
    pages[4].insert(0, " ".join(quote.split()[here:]))
    shelf.add_pages(f"over{here}", *pages)
    [found] = shelf.found(quote)
    assert (found.passage.page, shelf.words_at(found.passage)) == (4, tuple(quote.split()))


@pytest.mark.parametrize(("apart", "count"), [(0, 1), (1, 1), (2, 0), (4, 0)])
def test_the_pieces_of_a_quotation_stand_near_each_other(shelf: Shelf, apart: int, count: int) -> None:
    """On one page or the next one: words pages away from each other are no sentence of the document."""
    case = f"apart{'abcde'[apart]}"
    one, other = of(case, "lepi narcis ovde cveta"), of(case, "plavi zumbul tamo vene")
    pages = [list(lines) for lines in FILLED]
    pages[1].append(one)
    pages[1 + apart].append(other)
    shelf.add_pages(case, *pages)
    assert len(shelf.found(f"{one} […] {other}")) == count


@pytest.mark.parametrize(
    ("spans", "count"),
    [
        ([(0, 79)], 1),
        ([(0, 24), (25, 79)], 0),
        ([(0, 3), (4, 79)], 1),
        ([(0, 24)], 0),
        ([(25, 79)], 0),
        ([(20, 35)], 0),
    ],
    ids=["one", "two", "both in the second", "the first is in one", "the second is in one", "between"],
)
def test_pieces_pages_apart_stand_in_one_clause(shelf: Shelf, spans: Sequence[tuple[int, int]], count: int) -> None:
    """What is left out of a long article is marked in the middle; two articles are no sentence."""
    case = "clause" + "".join("abcdefghij"[int(digit)] for digit in "".join(f"{one}{two}" for one, two in spans))
    one, other = of(case, "lepi narcis ovde cveta"), of(case, "plavi zumbul tamo vene")
    pages = [[f"strana {number}", of(case, "rec " * 10)] for number in range(6)]
    pages[0].append(one)
    pages[3].insert(0, other)
    words = [word for page in pages for line in page for word in line.split()]
    assert (words.index(one.split()[0]), words.index(other.split()[0]), len(words)) == (12, 40, 80)
    id_ = shelf.add_pages(case, *pages)
    catalog = shelf.archive.catalog
    clauses = [
        Clause(f"art_{number}", "", None, None, None, Span(id_, 3, first, last), ClauseLevel.ARTICLE, 1.0)
        for number, (first, last) in enumerate(spans, start=1)
    ]
    with shelf.archive.writing():
        catalog.readings.add(
            replace(catalog.readings.get(id_), number=3), [*catalog.readings.all_words(id_)], [], clauses
        )
        shelf.archive.indexing.index_due()
    assert len(shelf.found(f"{one} […] {other}")) == count


@pytest.mark.parametrize("is_quoted", [False, True])
def test_a_running_line_between_the_words_is_passed_over_and_told_if_quoted(shelf: Shelf, is_quoted: bool) -> None:
    case = f"run{'ab'[is_quoted]}"
    quote, head = of(case, QUOTE).split(), of(case, "Opština Primer Konkursna dokumentacija")
    pages = [[head, *(letter * count for count in range(3, 12))] for letter in "abcdefghi"]
    pages[3][-1] = " ".join(quote[:3])
    pages[4][1] = " ".join(quote[3:])
    shelf.add_pages(case, *pages)
    [found] = shelf.found(" ".join([*quote[:3], *(head.split() if is_quoted else ()), *quote[3:]]))
    assert shelf.words_at(found.passage) == (*quote[:3], *head.split(), *quote[3:])
    told = [(one.kind, one.cited) for one in found.match.alterations]
    assert told == ([(RemarkKind.RUNNING, head)] if is_quoted else [])


def test_the_newest_earlier_reading_is_told(shelf: Shelf) -> None:
    """The index knows newest readings alone; of the earlier ones with the words, the newest is nearest to the truth."""
    quote = of("early", QUOTE)
    id_ = shelf.add_pages("early", [f"prvi red {quote}"])
    with shelf.archive.writing():
        read_again(shelf.archive, id_, [f"drugi {quote}"])
        read_again(shelf.archive, id_, [f"prvi red {quote.replace('maju', 'junu')}"])
        shelf.archive.indexing.index_due()
    answer = shelf.verify(quote)
    assert answer.verdict is Verdict.CHANGED
    assert answer.cited is not None
    assert answer.cited.span.reading == 3
    assert shelf.words_at(answer.cited) == tuple(quote.split())


@pytest.mark.parametrize(("count", "is_cut"), [(DOCUMENTS, False), (DOCUMENTS + 1, True)])
def test_that_more_documents_have_the_words_is_said(shelf: Shelf, count: int, is_cut: bool) -> None:
    quote = of(f"many{'ab'[is_cut]}", QUOTE)
    shelf.add(*(f"{letter * 4} {letter * 5} {letter * 6}: {quote}" for letter in "abcdefghijklmnopqrstuvw"[:count]))
    search = shelf.search
    found = search.found(Quotation(quote))
    assert (len({place.passage.document.id for place in found}), search.is_cut) == (DOCUMENTS, is_cut)
    assert any("More documents" in note for note in shelf.verify(quote).notes) == is_cut


@pytest.mark.parametrize(
    ("case", "text", "quotation"),
    [
        ("marks", "kaže da „narcis” i „zumbul” cvetaju u maju", "kaže da „narcis” i „zumbul” cvetaju u maju"),
        ("inside", "prema zako„nik”u narcis i zumbul", "prema zako„nik”u narcis i zumbul"),
        ("signs", "narcis — — — — zumbul — — cveta", "narcis — — — — zumbul — — cveta"),
        ("broken", "narcis i zum-\nbul cvetaju", "narcis i zum-\nbul cvetaju"),
        ("bracket", "narcis i zumbul cvetaju", "[N]arcis i zumbul cvetaju"),
    ],
)
def test_words_that_no_query_can_hold_are_passed_over(shelf: Shelf, case: str, text: str, quotation: str) -> None:
    """A quotation is searched by its other words, and then compared as it is."""
    [id_] = shelf.add(of(case, text))
    assert [place.passage.document.id for place in shelf.found(of(case, quotation))] == [id_]


def test_a_long_quotation_is_found_by_its_beginning_its_middle_or_its_end(shelf: Shelf) -> None:
    """One of them that is written otherwise does not hide the place."""
    words = [f"{first}{second}makic" for first in "bcdfg" for second in "aeiou"]
    [id_] = shelf.add(" ".join(words))
    for query in (words, words[:9], words[9:]):
        assert [place.passage.document.id for place in shelf.found(" ".join(query))] == [id_]
    for at in (2, 12, 23):
        broken = [*words[:at], f"{words[at][:2]}-", words[at][2:], *words[at + 1 :]]
        [place] = shelf.found(" ".join(broken))
        assert [one.kind for one in place.match.alterations] == [RemarkKind.HYPHEN]
