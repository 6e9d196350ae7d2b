"""Citations that are copied into a letter: what they say, and that all of it is verified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from archive.citing.citation import Citation, cite
from archive.citing.claims import claims_in
from archive.citing.copying import COPIES, CopiedCitation, copied, public_address, short_addresses
from archive.citing.mentions import Detail
from archive.citing.rich_text import is_rich, readings_of
from archive.citing.styles import CitationStyle
from archive.citing.verdicts import Verdict, Verification
from archive.config import Settings
from archive.model import Clause, ClauseLevel, Fact, Span
from tests.archive.citing.conftest import LINES, MADE, Contract, changed_contract
from tests.webapp_samples import read_again

PUBLIC = "https://d.example"
BODY = "Isporučilac isporučuje 24 kamere u roku od 30 dana."


def add_headings(contract: Contract) -> None:
    """Give the contract articles 5 (Cena) and 6 (Rok), the latter with a heading in the middle of its words."""
    lines = (*LINES[:2], "Član 5. Cena", "Cena iznosi 12.480.000,00 dinara.", "Član 6.", "Rok isporuke", BODY)
    contract.read_again(*lines)
    id_, words = contract.id, " ".join(lines).split()
    article, rok = words.index("Član"), words.index("6.") - 1
    last = len(words) - 1
    clauses = [
        Clause("art_5", "Član 5.", "Cena", None, None, Span(id_, 3, article, rok - 1), ClauseLevel.ARTICLE, 1.0),
        Clause("art_6", "Član 6.", "Rok isporuke", None, None, Span(id_, 3, rok, last), ClauseLevel.ARTICLE, 1.0),
        Clause("art_6__para_1", "", None, None, "art_6", Span(id_, 3, rok + 4, last), ClauseLevel.PARAGRAPH, 1.0, True),
    ]
    catalog = contract.archive.catalog
    reading = catalog.readings.get(id_)
    facts = [
        Fact("title", "UGOVOR o javnoj nabavci", Span(id_, 3, 0, 3), "title.test", 1.0),
        Fact("date", "2023-03-15", Span(id_, 3, 5, 5), "date.test", 1.0),
        Fact("reference", "404-12/2023", Span(id_, 3, 5, 5), "reference.test", 1.0),
    ]
    catalog.readings.add(replace(reading, number=3), [*catalog.readings.all_words(id_)], facts, clauses)
    with contract.archive.writing():
        contract.archive.indexing.index_due()


@pytest.fixture
def headed(tmp_path: Path) -> Iterator[Contract]:
    yield from changed_contract(tmp_path, add_headings)


def cited(contract: Contract, eid: str) -> Citation:
    catalog = contract.archive.catalog
    span = catalog.clauses.get(contract.id, eid).span
    return cite(catalog, catalog.documents.find(contract.id), span, PUBLIC, MADE)


def copy(contract: Contract, eid: str = "art_6", address: str = PUBLIC) -> CopiedCitation:
    return copied(contract.archive.catalog, cited(contract, eid), address)


def verify(contract: Contract, text: str) -> Verification:
    return contract.verifier.verify(claims_in(text, short_addresses(contract.archive.catalog)))


def test_the_heading_stands_outside_of_the_marks_and_the_link_is_short(headed: Contract) -> None:
    made = copy(headed)
    heading, quotation, source = COPIES["quotation"](made, CitationStyle.SR_LEGAL).split("\n")
    assert heading == "Član 6. Rok isporuke"
    assert quotation == f"„{BODY}”"
    assert re.fullmatch(
        r"— UGOVOR o javnoj nabavci br\. 404-12/2023 od 15\. 3\. 2023\., čl\. 6\. st\. 1\., str\. 1\. "
        r"https://d\.example/c/[0-9A-Z]{6}",
        source,
    )
    assert len(made.link) < 40
    assert made.citation.quote == BODY
    assert made.citation.permalink.startswith(f"{PUBLIC}/cite/{headed.id}/3/")


def test_what_begins_within_a_clause_has_no_heading(headed: Contract) -> None:
    assert copy(headed, "art_6__para_1").heading == ""
    assert copy(headed, "art_6__para_1").link == copy(headed, "art_6").link


@pytest.mark.parametrize(
    ("settings", "address", "is_local"),
    [
        ({}, "http://127.0.0.1:8000", True),
        ({"base_url": "https://arhiva.example/"}, "https://arhiva.example", False),
        ({"base_url": "https://arhiva.example", "public_address": "https://d.example"}, "https://d.example", False),
        ({"base_url": "http://localhost:81"}, "http://localhost:81", True),
    ],
)
def test_a_link_that_works_here_only_says_so(
    headed: Contract, settings: dict[str, str], address: str, is_local: bool
) -> None:
    told = public_address(Settings(settings), "http://127.0.0.1:8000")
    made = copy(headed, address=told)
    assert (told, made.is_local) == (address, is_local)
    for form, style, words in (
        ("quotation", CitationStyle.SR_LEGAL, "(veza radi samo na ovom računaru)"),
        ("html", CitationStyle.SR_CYRL, "(веза ради само на овом рачунару)"),
        ("quotation", CitationStyle.OSCOLA, "(this link works on this machine only)"),
    ):
        assert (words in COPIES[form](made, style)) is is_local


def test_a_paper_in_latin_is_cited_in_cyrillic_but_for_its_words(headed: Contract) -> None:
    told = COPIES["quotation"](copy(headed, "art_6"), CitationStyle.SR_CYRL)
    heading, quotation, source = told.split("\n")
    assert (heading, quotation) == ("Član 6. Rok isporuke", f"„{BODY}”")
    assert source.startswith("— УГОВОР о јавној набавци бр. 404-12/2023 од 15. 3. 2023.")
    assert "чл. 6. ст. 1., стр. 1. https://d.example/c/" in source


def test_every_copy_is_verified_whole(headed: Contract) -> None:
    for eid, address in (("art_5", PUBLIC), ("art_6", "http://localhost:8000"), ("art_6__para_1", PUBLIC)):
        made = copy(headed, eid, address)
        for form, style in product(COPIES, CitationStyle):
            answer = verify(headed, COPIES[form](made, style))
            assert answer.verdict is Verdict.VERIFIED, answer
            assert not [one for one in (answer, *answer.answers) if one.not_compared or one.alterations]


ALTERED = [
    ("Član 6. Rok", "Član 7. Rok", Detail.CLAUSE),
    ("Rok isporuke", "Rok plaćanja", Detail.CLAUSE),
    ("čl. 6.", "čl. 7.", Detail.CLAUSE),
    ("st. 1.", "st. 2.", Detail.CLAUSE),
    ("str. 1", "str. 2", Detail.PAGE),
    ("15. 3. 2023", "16. 3. 2023", Detail.DATE),
    ("404-12", "404-13", Detail.NUMBER),
    ("UGOVOR o javnoj", "UGOVOR o tajnoj", Detail.TITLE),
]


@pytest.mark.parametrize("form", sorted(COPIES))
def test_nothing_in_a_copy_can_be_altered(headed: Contract, form: str) -> None:
    text = COPIES[form](copy(headed), CitationStyle.SR_LEGAL)
    for true, false, field in ALTERED:
        assert text.count(true) == 1
        answer = verify(headed, text.replace(true, false))
        assert answer.verdict is Verdict.CHANGED
        assert {one.field for each in (answer, *answer.answers) for one in each.fields} == {field}
    for true, false in (("24 kamere", "25 kamere"), ("isporučuje", "ne isporučuje"), (" dana.", "")):
        assert verify(headed, text.replace(true, false)).verdict is not Verdict.VERIFIED


@pytest.mark.parametrize("form", sorted(COPIES))
def test_a_link_that_was_not_given_or_leads_elsewhere_is_not_verified(headed: Contract, form: str) -> None:
    made, other = copy(headed), copy(headed, "art_5")
    text = COPIES[form](made, CitationStyle.SR_LEGAL)
    unknown = text.replace(made.link, f"{PUBLIC}/c/ZZZZZZ")
    assert verify(headed, unknown).verdict is Verdict.MISSING
    assert verify(headed, text.replace(made.link, other.link)).verdict is not Verdict.VERIFIED


def test_what_lies_behind_a_link_is_verified_too(headed: Contract) -> None:
    made, other = copy(headed), copy(headed, "art_5")
    text = COPIES["html"](made, CitationStyle.SR_LEGAL)
    assert verify(headed, text.replace(made.citation.permalink, other.citation.permalink)).verdict is Verdict.CHANGED


def test_a_heading_may_be_left_out_and_sentences_may_stand_before(headed: Contract) -> None:
    text = COPIES["quotation"](copy(headed), CitationStyle.SR_LEGAL)
    without = text.partition("\n")[2]
    assert verify(headed, without).verdict is Verdict.VERIFIED
    answer = verify(headed, f"Poštovani, u prilogu je ono o čemu smo juče razgovarali.\n{without}")
    assert answer.verdict is Verdict.VERIFIED
    assert [one.field for one in answer.not_compared] == [Detail.AROUND]
    assert verify(headed, f"U članu 9. piše:\n{without}").verdict is Verdict.CHANGED
    two = verify(headed, f"{text}\n\n{COPIES['quotation'](copy(headed, 'art_5'), CitationStyle.EN)}")
    assert [each.verdict for each in two.answers] == [Verdict.VERIFIED, Verdict.VERIFIED]


def test_a_short_link_holds_after_reading_again(headed: Contract) -> None:
    text = COPIES["quotation"](copy(headed), CitationStyle.SR_LEGAL)
    read_again(headed.archive, headed.id, ["Dodat je red.", *LINES[:2], "Član 6. Rok isporuke", BODY])
    answer = verify(headed, copy_link := text.rpartition(" ")[2])
    assert copy_link.startswith(PUBLIC)
    assert answer.verdict is Verdict.MOVED
    assert answer.newest is not None
    assert " ".join(answer.newest.words) == BODY


def test_where_nothing_can_be_written_the_permalink_is_copied(
    headed: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(headed.archive.catalog), "is_read_only", property(lambda self: True))
    made = copy(headed)
    assert made.link == made.citation.permalink
    for form in COPIES:
        assert verify(headed, COPIES[form](made, CitationStyle.SR_LEGAL)).verdict is Verdict.VERIFIED


def test_a_link_of_another_site_is_no_link_of_ours(headed: Contract) -> None:
    answer = verify(headed, f"„{BODY}” https://video.example/c/kanal")
    assert answer.verdict is Verdict.VERIFIED


def test_rich_text_is_read_as_it_is_shown_and_as_it_leads() -> None:
    text = (
        "<p>a <b>b</b>\n c<br>d</p><script>x</script>"
        '<p><a href="https://x.example/c/AAAAAA">y</a> <a href="#">z</a></p>'
    )
    assert is_rich(text)
    assert readings_of(text) == ("a b c\nd\n\ny https://x.example/c/AAAAAA z",) * 2
    shown, leads = readings_of('<p><a href="https://x.example/c/AAAAAA">https://x.example/c/BBBBBB</a></p>')
    assert (shown, leads) == ("https://x.example/c/BBBBBB", "https://x.example/c/AAAAAA")
    assert not is_rich("< 5 kV i > 3 kV")


@pytest.mark.parametrize(
    "hidden",
    [
        "<del>b</del>",
        "<s>b</s>",
        "<span hidden>b</span>",
        '<span style="display:none">b <i>c</i></span>',
        '<span style="FONT-SIZE: 0pt">b</span>',
        '<span style="opacity:0">b</span>',
        '<span style="text-decoration:line-through">b</span>',
        '<span style="color:#FFF">b</span>',
        '<span style="mso-hide:all">b</span>',
        '<style>p.z, span.z {display:none}</style><span class="z">b</span>',
    ],
)
def test_words_that_are_not_seen_are_no_words_of_rich_text(hidden: str) -> None:
    assert readings_of(f"<p>a {hidden} d</p>") == ("a  d",) * 2


@pytest.mark.parametrize(
    "seen",
    [
        '<span style="opacity:0.9;font-size:0.8em">b</span>',
        '<span style="background-color:#fff;color:black">b</span>',
        '<span style="color: rgb(255, 255, 255); background-color: rgb(18, 18, 18)">b</span>',
        '<style>p.z {font-size:12.0pt}</style><span class="z">b</span>',
        "<s>x</s><b>b",
    ],
)
def test_words_that_are_seen_are_words_of_rich_text(seen: str) -> None:
    assert readings_of(f"<p>a {seen}</p>") == ("a b",) * 2


@pytest.mark.parametrize("shown", ['<img src="3.png">15', '<bdo dir="rtl">15</bdo>', '<input value="3">15'])
def test_what_may_show_other_words_makes_other_words(headed: Contract, shown: str) -> None:
    text = COPIES["html"](copy(headed), CitationStyle.SR_LEGAL)
    assert verify(headed, text).verdict is Verdict.VERIFIED
    assert verify(headed, text.replace(" 24 ", f" {shown.replace('15', '24')} ")).verdict is not Verdict.VERIFIED
