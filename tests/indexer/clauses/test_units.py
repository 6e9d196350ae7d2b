"""Which numbers are clauses: articles, chapters, sections, appendices, and the false friends that are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.model import ClauseLevel
from tests.indexer.clauses.conftest import Outline

NUMBERED = {ClauseLevel.PART, ClauseLevel.ARTICLE, ClauseLevel.SECTION, ClauseLevel.SCHEDULE}


def numbered(outline: Outline) -> list[str]:
    return outline.at(*NUMBERED)


def articles(*labels: str) -> str:
    return "\n\n".join(f"{label}\n\nKupac plaća ugovorenu cenu prodavcu." for label in labels)


def test_articles_in_both_scripts(outline: Callable[..., Outline]) -> None:
    assert numbered(outline(articles("Član 1.", "Član 2.", "ЧЛАН 3", "Č l a n 4."))) == [
        "art_1",
        "art_2",
        "art_3",
        "art_4",
    ]


def test_a_damaged_article_is_found_where_the_sequence_fits(outline: Callable[..., Outline]) -> None:
    found = outline(articles("Član 5.", "Clan б.", "lan 7.", "‘Glan 8.", "Član 9."))
    assert numbered(found) == ["art_5", "art_6", "art_7", "art_8", "art_9"]
    assert found["art_6"].confidence < found["art_5"].confidence
    assert found["art_6"].label == "Clan б."


def test_a_damaged_line_out_of_sequence_is_no_article(outline: Callable[..., Outline]) -> None:
    assert numbered(outline(articles("Član 5.", "Cian 19.", "Član 6."))) == ["art_5", "art_6"]


def test_false_friends_are_no_articles(outline: Callable[..., Outline]) -> None:
    text = articles("Član 1.", "Član 2.")
    text += (
        "\n\nČlan grupe ponuđača odgovara solidarno.\n\nČlan 5. stav 2. Zakona primenjuje se.\n\nČlan 9. Zakona važi."
    )
    assert numbered(outline(text)) == ["art_1", "art_2"]


def test_an_article_may_begin_its_text_on_the_line(outline: Callable[..., Outline]) -> None:
    found = outline("Član 1. Predmet ugovora je kamera.\n\nČlan 2. Cena iznosi 5 dinara.")
    assert found.text("art_1__para_1") == "Predmet ugovora je kamera."


def test_repeated_numbers_get_ordinals(outline: Callable[..., Outline]) -> None:
    assert numbered(outline(articles("Član 1.", "Član 2.", "Član 2.", "Član 1."))) == [
        "art_1",
        "art_2",
        "art_2-2",
        "art_1-2",
    ]


def test_articles_that_an_amendment_quotes_are_part_of_its_own(outline: Callable[..., Outline]) -> None:
    text = (
        articles("Član 1.") + "\n\nČlan 2.\n\nČlan 16. zakona menja se i glasi:\n\n" + articles("Član 16.", "Član 3.")
    )
    assert numbered(outline(text, kind="regulation")) == ["art_1", "art_2", "art_3"]


def test_chapters_hold_the_articles_after_them(outline: Callable[..., Outline]) -> None:
    found = outline(
        "I OSNOVNE ODREDBE\n\n" + articles("Član 1.") + "\n\nII - Cena i plaćanje\n\n" + articles("Član 2.")
    )
    assert numbered(found) == ["chp_I", "art_1", "chp_II", "art_2"]
    assert found["art_2"].parent == "chp_II"
    assert found["chp_II"].heading == "Cena i plaćanje"
    assert found["chp_I"].span.last == found["art_1"].span.last


def test_a_contract_with_decimals_only(outline: Callable[..., Outline]) -> None:
    buyer = "1. Prvi izmišljeni d.o.o. iz Zrenjanina (u daljem tekstu: Kupac), i"
    seller = "2. Drugi izmišljeni d.o.o. (u daljem tekstu: Prodavac)."
    subject = "1. Predmet\n\n1.1.\n\nProdavac prodaje kamere.\n\n1.2. Kupac plaća."
    price = "2.\n\nCena\n\n2.1 Cena je 5 dinara.\n\n2.1.1 bez PDV."
    found = outline("\n\n".join((buyer, seller, subject, price)))
    assert numbered(found) == ["sec_1", "sec_1.1", "sec_1.2", "sec_2", "sec_2.1", "sec_2.1.1"]
    assert [found[eid].parent for eid in ("sec_1.1", "sec_2.1", "sec_2.1.1")] == ["sec_1", "sec_2", "sec_2.1"]
    assert found["sec_2"].heading == "Cena"


def test_bare_numbers_are_no_clauses_of_a_notice(outline: Callable[..., Outline]) -> None:
    text = "1. Naručilac\n\nOpština.\n\n2. Predmet\n\nKamere.\n\n3. Rok\n\nMesec dana."
    assert numbered(outline(text, kind="tender_notice")) == []
    assert numbered(outline(text, kind=None)) == []
    assert numbered(outline(text, kind="contract")) == ["sec_1", "sec_2", "sec_3"]


def test_english_sections_and_articles(outline: Callable[..., Outline]) -> None:
    text = "ARTICLE I\n\nDEFINITIONS\n\nSection 1.1 “Act” means an act.\n\nSection 1.2 “Law” means a law.\n\n"
    text += "ARTICLE II\n\nGRANT\n\nSection 2.1 Rights. The seller grants rights under\nSection 1.1 and the law."
    found = outline(text)
    assert numbered(found) == ["art_I", "sec_1.1", "sec_1.2", "art_II", "sec_2.1"]
    assert found["sec_2.1"].parent == "art_II"
    assert [found[eid].heading for eid in ("art_I", "sec_1.1", "sec_2.1")] == ["DEFINITIONS", None, "Rights"]


def test_a_table_of_contents_is_no_clause(outline: Callable[..., Outline]) -> None:
    titles = ["Definitions", "Term", "Price", "Delivery", "Warranty", "Notices"]
    contents = "\n\n".join(f"{number}. {title}" for number, title in enumerate(titles, start=1))
    body = "\n\n".join(
        f"{number}. {title}. The parties agree on it as follows." for number, title in enumerate(titles, start=1)
    )
    assert numbered(outline(f"{contents}\n\n{body}")) == [f"sec_{number}" for number in range(1, 7)]


def test_appendices_after_the_clauses(outline: Callable[..., Outline]) -> None:
    text = (
        "Exhibit 10.1\n\n"
        + articles("Član 1.", "Član 2.")
        + "\n\nPrilog 1\n\nSpisak opreme.\n\nPRILOG B - Cenovnik\n\nKamera."
    )
    found = outline(text)
    assert numbered(found) == ["art_1", "art_2", "schedule_1", "schedule_B"]
    assert found["schedule_B"].heading == "Cenovnik"


def test_a_number_missing_between_headed_ones_is_a_clause(outline: Callable[..., Outline]) -> None:
    text = (
        "1. Rights\n\nThe seller sells.\n\n2. Term The term begins today and ends in a year.\n\n3. Price\n\nOne euro."
    )
    assert numbered(outline(f"{text}\n\n4. Law\n\nThat of Serbia.")) == ["sec_1", "sec_2", "sec_3", "sec_4"]


@pytest.mark.parametrize("text", ["Član 7.", "Opština Izmišljena plaća.", "1."])
def test_a_text_without_clauses_has_none(outline: Callable[..., Outline], text: str) -> None:
    assert numbered(outline(text)) in ([], ["art_7"])


def test_parts_of_a_notice_are_no_clauses(outline: Callable[..., Outline]) -> None:
    text = "NENI I\n\nAUTORITETI KONTRAKTUES\n\nKomuna e Shpikur.\n\nNENI II\n\nLËNDA\n\nKamera."
    assert numbered(outline(text, kind="award_decision")) == []
    assert numbered(outline(text, kind="contract")) == ["art_I", "art_II"]


def test_an_amendment_of_nothing_but_quoted_articles_has_them(outline: Callable[..., Outline]) -> None:
    text = "Posle člana 9. dodaju se članovi koji glase:\n\n" + articles("Član 9a", "Član 9b")
    found = outline(f"{text}\n\nČlan 30. menja se i glasi:\n\n{articles('Član 30.')}", kind="regulation")
    assert numbered(found) == ["art_9a", "art_9b", "art_30"]
