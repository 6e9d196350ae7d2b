"""Documents of nearly the same text find each other, also after an interruption and a new reading."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.model import Page, Reading, TextSource
from archive.model.words import Word, Words
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog
from archive.store.near_duplicates import LINKED, Signature
from tests.archive.search.conftest import AddDocument

LETTER = (
    "Општина Ћуприја, Одељење за јавне набавке. На основу члана 15. Закона о слободном приступу информацијама од "
    "јавног значаја достављамо вам копију уговора број 404-2/2019 од 9. марта 2019. године о набавци камера за "
    "видео-надзор, чија је вредност 1.200.000,00 динара, са анексима и записницима о примопредаји. Жалба се подноси "
    "у року од 15 дана Поверенику за информације од јавног значаја и заштиту података о личности, непосредно, "
    "поштом или електронски, а о поднетој жалби обавештава се и ова управа, која је дужна да се о наводима жалбе "
    "писмено изјасни."
)
TWIN = (
    "OPŠTINA ĆUPRIJA, Odeljenje za javne nabavke. Na osnovu člana 15. Zakona o slobodnom pristupu informacijama od "
    "javnog značaja dostavljamo vam kopiju ugovora broj 404-2/2019 od 9. marta 2019. godine o nabavci kamera za "
    "video-nadzor, čija je vrednost 1.200.000,00 dinara, sa aneksima i zapisnicima o primopredaji. Žalba se podnosi "
    "u roku od 15 dana Povereniku za informacije od javnog značaja i zaštitu podataka o ličnosti, neposredno, "
    "poštom ili elektronski, a o podnetoj žalbi obaveštava se i ova uprava, koja je dužna da se o navodima žalbe "
    "pismeno izjasni."
)
REDATED = LETTER.replace("404-2/2019", "404-7/2021").replace("9. марта 2019", "30. јуна 2021").replace("1.200", "2.350")
OTHER = (
    "Записник са седнице савета за безбедност саобраћаја одржане у великој сали скупштине града, којој су "
    "присуствовали чланови савета и представници полиције, а разматран је извештај о стању путева и предлог плана "
    "за следећу годину."
)


@pytest.fixture
def duplicates(catalog: Catalog) -> NearDuplicateLinker:
    return NearDuplicateLinker(catalog)


def read_again(catalog: Catalog, document: str, text: str) -> None:
    words = Words.of(Word(word, confidence=80) for word in text.split())
    page = Page(1, 0, len(words), 595, 842, TextSource.OCR, confidence=80.0)
    number = catalog.documents.find(document).reading + 1
    catalog.readings.add(Reading(document, number, datetime.now(UTC), {}, "sr-Cyrl", (page,)), [words], [])


def test_the_same_letter_in_the_other_script_is_near_identical(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    letter, twin, other = map(add_document, (LETTER, TWIN, OTHER))
    assert duplicates.update() == 3
    found = catalog.near_duplicates.of([letter, twin, other])
    assert [(similar.document, similar.wording, similar.numbers) for similar in found[letter]] == [(twin, 1.0, 1.0)]
    assert duplicates.near_identical([twin, other]) == {twin: (letter,)}


def test_a_form_filled_in_twice_is_alike_and_not_near_identical(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    letter, redated = add_document(LETTER), add_document(REDATED)
    duplicates.update()
    (similar,) = catalog.near_duplicates.of([letter])[letter]
    assert similar.document == redated
    assert similar.wording > 0.75
    assert not similar.is_near_identical
    assert duplicates.near_identical([letter, redated]) == {}


def test_one_number_that_is_another_makes_a_text_another_document(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    letter, redated = add_document(LETTER), add_document(LETTER.replace("9. марта", "15. марта"))
    duplicates.update()
    (similar,) = catalog.near_duplicates.of([letter])[letter]
    assert (similar.document, similar.is_near_identical) == (redated, False)


def test_ocr_may_have_misread_a_number(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    long = LETTER + " Прилози: " + ", ".join(f"рачун {number}" for number in range(100, 130))
    letter, scan = add_document(long), add_document("")
    read_again(catalog, scan, long.replace("рачун 107", "рачун 101"))
    duplicates.update()
    (similar,) = catalog.near_duplicates.of([letter])[letter]
    assert similar.numbers < 1
    assert (similar.document, similar.by_ocr, similar.is_near_identical) == (scan, True, True)


def test_likeness_is_not_handed_on(duplicates: NearDuplicateLinker, add_document: AddDocument) -> None:
    """No groups are made: a document that is like one end of a chain is not listed at the other end."""
    added = [*OTHER.split(), *reversed(OTHER.split())]
    half = len(LETTER.split()) // 4
    short, middle, long = (add_document(" ".join([LETTER, *added[:count]])) for count in (0, half, 2 * half))
    duplicates.update()
    near = duplicates.near_identical([short, middle, long])
    assert {id_: set(others) for id_, others in near.items()} == {
        short: {middle}, middle: {short, long}, long: {middle},
    }  # fmt: skip


def test_the_nearest_come_first(catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument) -> None:
    letter, redated, twin = map(add_document, (LETTER, REDATED, TWIN))
    duplicates.update()
    assert [similar.document for similar in catalog.near_duplicates.of([letter])[letter]] == [twin, redated]


def test_short_documents_are_alike_only_when_all_their_words_are(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    one, twin, _longer = map(add_document, ("Захтев се одбија", "Zahtev se odbija.", "Захтев се одбија данас"))
    duplicates.update()
    assert duplicates.near_identical([one]) == {one: (twin,)}


def test_documents_without_words_are_like_nothing(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    blank = add_document(""), add_document("", "")
    assert duplicates.update() == 2
    assert catalog.near_duplicates.of(blank) == {}


@pytest.mark.parametrize("count", [1, 3, 7])
def test_earlier_readings_are_like_what_they_were_like(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument, count: int
) -> None:
    texts = (LETTER, TWIN, REDATED, OTHER, "Захтев се одбија", "Zahtev se odbija.", "")
    ids = [add_document(text) for text in texts]
    duplicates.update()
    before = catalog.near_duplicates.of(ids)
    for number, id_ in enumerate(ids[:count]):
        read_again(catalog, id_, f"{number} {OTHER}")
    duplicates.update()
    found = duplicates.in_readings(dict.fromkeys(ids[:count], 1), set(ids[count:]))
    expected = {
        id_: [like for like in likes if id_ in ids[:count] or like.document in ids[:count]]
        for id_, likes in before.items()
    }
    assert found == {id_: likes for id_, likes in expected.items() if likes}


def test_what_was_done_before_an_interruption_is_kept(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    ids = [add_document(LETTER, f"примерак {number}") for number in range(5)]

    def interrupted(done: int, _: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        duplicates.update(interrupted, batch_size=2)
    assert duplicates.update() == 1
    assert {id_: len(found) for id_, found in catalog.near_duplicates.of(ids).items()} == dict.fromkeys(ids, 4)
    assert duplicates.update() == 0


def test_a_document_that_was_signed_and_not_linked_is_due(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, twin = add_document(LETTER), add_document(TWIN)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(catalog.near_duplicates, "link", killed)
        with pytest.raises(KeyboardInterrupt):
            duplicates.update()
    assert duplicates.update() == 2
    assert duplicates.near_identical([letter]) == {letter: (twin,)}


def test_a_new_reading_gives_up_the_old_ones_links_and_finds_its_own(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    letter, twin, other = map(add_document, (LETTER, TWIN, OTHER))
    duplicates.update()
    read_again(catalog, letter, OTHER.replace("града", "општине"))
    assert duplicates.update() == 1
    assert duplicates.near_identical([letter, twin, other]) == {letter: (other,), other: (letter,)}
    read_again(catalog, letter, LETTER)
    duplicates.update()
    assert duplicates.near_identical([letter, twin, other]) == {letter: (twin,), twin: (letter,)}


def test_signatures_of_an_earlier_version_are_made_anew(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    letter = add_document(LETTER)
    catalog.near_duplicates.sign([Signature(letter, 1, 0, b"text", bytes(512), b"", by_ocr=False)])
    catalog.near_duplicates.link({letter: []})
    twin = add_document(TWIN)
    assert duplicates.update() == 2
    assert duplicates.near_identical([letter]) == {letter: (twin,)}


def test_a_document_has_a_bounded_number_of_links(
    catalog: Catalog, duplicates: NearDuplicateLinker, add_document: AddDocument
) -> None:
    ids = [add_document(LETTER, "— " * number) for number in range(LINKED + 10)]
    duplicates.update()
    assert [len(found) for found in catalog.near_duplicates.of(ids).values()] == [LINKED] * len(ids)
