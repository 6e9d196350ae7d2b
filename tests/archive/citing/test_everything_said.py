"""A verdict is about everything that a citation says: each quotation, each field, and what stands around."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.citing.annotation import as_annotation
from archive.citing.citation import cite
from archive.citing.claims import claims_in
from archive.citing.formats import FORMATS, csl_item
from archive.citing.mentions import Detail, mentions
from archive.citing.styles import CitationStyle
from archive.citing.verdicts import Verdict, Verification
from archive.citing.wording import RemarkKind
from archive.model import Clause, ClauseLevel, Fact, Span
from tests.archive.citing.conftest import BASE, LINES, MADE, Contract, changed_contract

QUOTE = LINES[3]


def verify(contract: Contract, text: str) -> Verification:
    return contract.verifier.verify(claims_in(text))


def fields(answer: Verification) -> set[Detail]:
    return {one.field for one in answer.fields}


def add_numbers(contract: Contract) -> None:
    """Give the contract article 5 and its two stavovi in a second reading."""
    contract.read_again(*LINES)
    id_ = contract.id
    clauses = [
        Clause("art_5", "Član 5.", None, None, None, Span(id_, 3, 14, 28), ClauseLevel.ARTICLE, 1.0),
        Clause(
            "art_5__para_1", "", None, None, "art_5", Span(id_, 3, 16, 19), ClauseLevel.PARAGRAPH, 0.9, counted=True
        ),
        Clause(
            "art_5__para_2", "", None, None, "art_5", Span(id_, 3, 20, 28), ClauseLevel.PARAGRAPH, 0.9, counted=True
        ),
    ]
    catalog = contract.archive.catalog
    reading = catalog.readings.get(id_)
    words = [*catalog.readings.all_words(id_)]
    facts = [
        Fact("date", "2023-03-15", Span(id_, 3, 5, 5), "date.test", 1.0),
        Fact("reference", "404-12/2023", Span(id_, 3, 5, 5), "reference.test", 1.0),
    ]
    catalog.readings.add(replace(reading, number=3), words, facts, clauses)
    with contract.archive.writing():
        contract.archive.indexing.index_due()


@pytest.fixture
def numbered(tmp_path: Path) -> Iterator[Contract]:
    yield from changed_contract(tmp_path, add_numbers)


ALTERED = (
    ("UGOVOR o javnoj", "UGOVOR o tajnoj", Detail.TITLE),
    ("404-12/2023", "404-13/2023", Detail.NUMBER),
    (" 2023", " 2024", Detail.DATE),
    ("Brezovac", "Javorovac", Detail.PARTIES),
    ("str. 1:", "str. 2:", Detail.PAGE),
    ("стр. 1:", "стр. 2:", Detail.PAGE),
    (", 1:", ", 2:", Detail.PAGE),
    (" at 1:", " at 2:", Detail.PAGE),
    (" p. 1:", " p. 2:", Detail.PAGE),
    ("SHA-256 ", "SHA-256 0", Detail.SHA),
    ("čitanje 1", "čitanje 2", Detail.READING),
    ("reči 20", "reči 21", Detail.WORDS),
    ("words 20", "words 21", Detail.WORDS),
    ("читање 1", "читање 2", Detail.READING),
)
"""What a source says in one style or another, another thing in its place, and the field that is of."""


@pytest.mark.parametrize("style", list(CitationStyle))
def test_a_source_as_we_print_it(contract: Contract, style: CitationStyle) -> None:
    text = FORMATS["text"](contract.citation(), style)
    told = [one for one in ALTERED if one[0] in text]
    assert len(told) >= 2
    for true, false, field in told:
        answer = verify(contract, text.replace(true, false, 1))
        assert (answer.verdict, fields(answer)) == (Verdict.CHANGED, {field}), false


def test_each_field_of_a_source_is_altered_in_a_style(contract: Contract) -> None:
    texts = [FORMATS["text"](contract.citation(), style) for style in CitationStyle]
    assert [true for true, _, _ in ALTERED if not any(true in text for text in texts)] == []


def test_words_before_a_source_are_no_part_of_it_where_a_sentence_ends(contract: Contract) -> None:
    text = FORMATS["text"](contract.citation(), CitationStyle.SR_LONG)
    greeted = verify(contract, f"Poštovani, dostavljam navod. {text}")
    assert greeted.verdict is Verdict.VERIFIED
    assert [one.text for one in greeted.not_compared] == ["the words around it: Poštovani, dostavljam navod."]
    altered = verify(contract, f"Poništeni {text}")
    assert (altered.verdict, fields(altered)) == (Verdict.CHANGED, {Detail.TITLE})


@pytest.mark.parametrize(
    ("turn", "words", "wrong"),
    [(turn, *said) for turn, said in enumerate([
        ("U članu 5. stav 2. piše: „{}”", set()),
        ("(čl. 5 st. 2 tač. 3): „{}”", set()),
        ("U članu 6. piše: „{}”", {Detail.ARTICLE}),
        ("У члану 6. пише: „{}”", {Detail.ARTICLE}),
        ("„{}” (član 5. stav 1.)", {Detail.PARAGRAPH}),
        ("„{}” (stav prvi člana 5)", {Detail.PARAGRAPH}),
        ("“{}” (Article 5, paragraph 2, p. 1)", set()),
        ("“{}” (Article 7)", {Detail.ARTICLE}),
        ("“{}” (art 5, ¶ 2)", set()),
        ("“{}” (art 6, ¶ 3)", {Detail.ARTICLE, Detail.PARAGRAPH}),
        ("“{}” (cl 6)", {Detail.SECTION}),
        ("„{}”, str. 2.", {Detail.PAGE}),
        ("On page 2 it says: “{}”.", {Detail.PAGE}),
        ("Ugovor od 15. 3. 2023: „{}”", set()),
        ("Ugovor od 15. marta 2024. kaže: „{}”", {Detail.DATE}),
        ("Ugovor br. 404-12/2023 kaže: „{}”", set()),
        ("Ugovor broj 404-99/2023 kaže: „{}”", {Detail.NUMBER}),
        ("„{}” (SHA-256 0123456789abcdef)", {Detail.SHA}),
        ("U clanu 6 pise: „{}”", {Detail.ARTICLE}),
        ("U c\u030clanu\u200b 6 pis\u030ce: „{}”", {Detail.ARTICLE}),
        ("U čl. \uff16 piše: „{}”", {Detail.ARTICLE}),
        ("U 6. članu piše: „{}”", {Detail.ARTICLE}),
        ("U članku 6. piše: „{}”", {Detail.ARTICLE}),
        ("„{}” (prvi stav člana 5)", {Detail.PARAGRAPH}),
        ("„{}” (drugi stav člana 5)", set()),
        ("“{}” (second paragraph of Article 5)", set()),
        ("“{}” (Articles 6 and 7)", {Detail.ARTICLE}),
        ("“{}” (Articles 4 to 6)", set()),
        ("„{}” (čl. 4, 5 i 6)", set()),
        ("„{}” (čl. pedeset drugi)", {Detail.ARTICLE}),
        ("“{}” (art 5(1))", {Detail.ARTICLE}),
        ("“{}” (art 5(2))", set()),
        ("Na 2. strani: „{}”", {Detail.PAGE}),
        ("„{}” (cтр 2)", {Detail.PAGE}),
        ("Ugovor od 15. ožujka 2024. kaže: „{}”", {Detail.DATE}),
        ("Ugovor od 15. ožujka 2023. kaže: „{}”", set()),
        ("The agreement of 3/15/2023 says: “{}”", set()),
        ("Ugovor broj 40-412/2023 kaže: „{}”", {Detail.NUMBER}),
        ("Prema čl. \u202e5\u202c ugovora: „{}”", {Detail.AROUND}),
        ("S druge strane, pet članova komisije i dva stava: „{}”", set()),
        ("Dana 5. maja 2026. primljena je opomena. Piše: „{}”", set()),
        ("Niš, 1. 2. 2026.\nBroj: P-12/2026\n\nPoštovani,\n\npiše: „{}”", set()),
        ("čl. 5/2: „{}”", set()),
        ("čl. 5/1: „{}”", {Detail.ARTICLE}),
        ("čl. 5 (1): „{}”", {Detail.ARTICLE}),
        ("Član V, stav 2: „{}”", set()),
        ("Član IV: „{}”", {Detail.ARTICLE}),
        ("Član \u2173: „{}”", {Detail.ARTICLE}),
        ("Član: 6 „{}”", {Detail.ARTICLE}),
        ("Član- 6: „{}”", {Detail.ARTICLE}),
        ("Član [6]: „{}”", {Detail.ARTICLE}),
        ("č l a n 6: „{}”", {Detail.ARTICLE}),
        ("u članu pod rednim brojem šest: „{}”", {Detail.ARTICLE}),
        ("šestim članom: „{}”", {Detail.ARTICLE}),
        ("u šestome članu: „{}”", {Detail.ARTICLE}),
        ("Член 6: „{}”", {Detail.ARTICLE}),
        ("Членот 6: „{}”", {Detail.ARTICLE}),
        ("Neni 6: „{}”", {Detail.ARTICLE}),
        ("Klauzula 6: „{}”", {Detail.SECTION}),
        ("pg. 2: „{}”", {Detail.PAGE}),
        ("s. 2: „{}”", {Detail.PAGE}),
        ("Firma a.s. 2 puta: „{}”", set()),
        ("str. 1/4: „{}”", set()),
        ("poslednji stav člana 5: „{}”", set()),
        ("pretposlednji stav člana 5: „{}”", {Detail.PARAGRAPH}),
        ("Član 5. stav 2: „{}” (čl. 6)", {Detail.ARTICLE}),
        ("Član 5. stav 2: „{}” (videti i čl. 6)", set()),
        ("čl. 5. st. 2. u vezi sa čl. 6: „{}”", set()),
    ])],
)  # fmt: skip
def test_a_sentence_of_somebody_s_own(numbered: Contract, turn: int, words: str, wrong: set[Detail]) -> None:
    """With a link; and every third without one, where its words are searched for first, which is most of the work."""
    links = [f" {numbered.citation(reading=3).permalink}", ""]
    for link in links if turn % 3 == 0 else links[:1]:
        answer = verify(numbered, words.format(QUOTE) + link)
        assert fields(answer) == wrong
        assert (answer.verdict is Verdict.VERIFIED) is (not wrong)


@pytest.mark.parametrize(
    ("behind", "wrong", "around"),
    [
        (" (čl. 6)", {Detail.ARTICLE}, ["(čl. 6)"]),
        (", čl. 6.", {Detail.ARTICLE}, [", čl. 6."]),
        ("\n(čl. 6)", {Detail.ARTICLE}, ["(čl. 6)"]),
        (" (čl. 5)", set(), ["(čl. 5)"]),
        (" Kupac ne plaća ništa.", set(), ["Kupac ne plaća ništa."]),
        ("\n\nS poštovanjem, Niš, 1. 2. 2026, str. 9", set(), ["S poštovanjem, Niš, 1. 2. 2026, str. 9"]),
    ],
)
def test_what_stands_behind_a_link_is_compared_or_named(
    numbered: Contract, behind: str, wrong: set[Detail], around: list[str]
) -> None:
    citation = numbered.citation(reading=3)
    for text in (f"„{QUOTE}” {citation.permalink}", FORMATS["text"](citation, CitationStyle.SR_LONG)):
        answer = verify(numbered, text + behind)
        answers = answer.answers or (answer,)
        assert {one.field for each in answers for one in each.fields} == wrong
        assert [one.cited for each in answers for one in each.not_compared] == around


def test_a_number_of_a_section_keeps_its_full_stop(numbered: Contract) -> None:
    with numbered.archive.writing():
        id_ = numbered.filler.text("sekcije.txt", ["1.20", QUOTE], "en")
    catalog = numbered.archive.catalog
    reading = catalog.readings.get(id_)
    span = Span(id_, 2, 0, reading.word_count - 1)
    words = [*catalog.readings.all_words(id_)]
    clause = Clause("sec_1.20", "1.20", None, None, None, span, ClauseLevel.SECTION, 1.0)
    catalog.readings.add(replace(reading, number=2), words, [], [clause])
    with numbered.archive.writing():
        numbered.archive.indexing.index_due()
    link = f"https://x.example/cite/{id_}/2/1-{span.last}"
    for number, is_right in (("1.20", True), ("12.0", False), ("120", False), ("1.2.0", False), ("1.2", False)):
        answer = verify(numbered, f"Section {number}: “{QUOTE}” {link}")
        assert (answer.verdict is Verdict.VERIFIED) is is_right, number


@pytest.mark.parametrize(
    ("stated", "is_right"),
    [("118đ", True), ("118ђ", True), ("118Đ", True), ("118dj", True), ("118d", False), ("118д", False),
     ("118", False), ("118e", False)],
)  # fmt: skip
def test_an_article_is_not_another_whose_letter_differs_in_its_marks(
    numbered: Contract, stated: str, is_right: bool
) -> None:
    with numbered.archive.writing():
        id_ = numbered.filler.text("zakon.txt", ["Član 118đ", QUOTE], "sr-Latn")
    catalog = numbered.archive.catalog
    reading = catalog.readings.get(id_)
    span = Span(id_, 2, 0, reading.word_count - 1)
    words = [*catalog.readings.all_words(id_)]
    # Behind 118d.
    clause = Clause("art_118d-2", "Član 118đ", None, None, None, span, ClauseLevel.ARTICLE, 1.0)
    catalog.readings.add(replace(reading, number=2), words, [], [clause])
    with numbered.archive.writing():
        numbered.archive.indexing.index_due()
    document = catalog.documents.find(id_)
    citation = cite(catalog, document, Span(id_, 2, 2, reading.word_count - 1), BASE, MADE)
    answer = verify(numbered, f"„{QUOTE}” (čl. {stated}) {citation.permalink}")
    assert fields(answer) == (set() if is_right else {Detail.ARTICLE})
    ours = FORMATS["text"](citation, CitationStyle.SR_LONG)
    assert "član 118đ." in ours
    assert verify(numbered, ours).verdict is Verdict.VERIFIED


def test_a_level_that_the_archive_does_not_know_is_not_compared(contract: Contract) -> None:
    answer = verify(contract, f"U članu 77. piše: „{QUOTE}”")
    assert answer.verdict is Verdict.VERIFIED
    assert [one.text for one in answer.not_compared] == ["the words around it: U članu 77. piše:", "article: članu 77"]


def test_of_several_clauses_those_that_are_not_the_one_are_named(numbered: Contract) -> None:
    answer = verify(numbered, f"čl. 5. st. 2. u vezi sa čl. 6: „{QUOTE}” {numbered.citation(reading=3).permalink}")
    assert answer.verdict is Verdict.VERIFIED
    assert "article: čl. 6" in [one.text for one in answer.not_compared]


def _bibtex(contract: Contract) -> str:
    return FORMATS["bibtex"](contract.citation(), CitationStyle.SR_LONG)


def _ris(contract: Contract) -> str:
    return FORMATS["ris"](contract.citation(), CitationStyle.SR_LONG)


def _csl(contract: Contract) -> str:
    return json.dumps(csl_item(contract.citation(), CitationStyle.SR_LONG), ensure_ascii=False)


@pytest.mark.parametrize("form", [_bibtex, _ris, _csl])
@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("UGOVOR o", "UGOVORI o"),
        ("404-12", "404-13"),
        ("Opština", "Grad"),
        ("čitanje 1", "čitanje 2"),
        ("reči 20", "reči 21"),
        ("Ugovor", "Aneks"),
        ("2023", "2024"),
    ],
)
def test_records_of_reference_managers(
    contract: Contract, form: Callable[[Contract], str], true: str, false: str
) -> None:
    text = form(contract)
    assert verify(contract, text).verdict is Verdict.VERIFIED
    answer = verify(contract, text.replace(true, false))
    assert answer.verdict is Verdict.CHANGED
    assert answer.fields


def test_fields_that_are_not_ours_are_not_compared(contract: Contract) -> None:
    text = _bibtex(contract).removesuffix("}") + '  keywords = "kamere",\n}'
    answer = verify(contract, text)
    assert answer.verdict is Verdict.VERIFIED
    assert [one.text for one in answer.not_compared] == ["accessed: 2026-05-04", "other fields: keywords = kamere"]


def test_several_entries_are_each_answered(contract: Contract) -> None:
    true = _bibtex(contract)
    answer = verify(contract, f"{true}\n\n{true.replace('pages = {1}', 'pages = {2}')}")
    assert [each.verdict for each in answer.answers] == [Verdict.VERIFIED, Verdict.CHANGED]
    assert answer.verdict is Verdict.CHANGED


def _set(*path: str | int, value: Any) -> Callable[[Any], None]:
    def put(annotation: Any) -> None:
        for name in path[:-1]:
            annotation = annotation[name]
        annotation[path[-1]] = value

    return put


@pytest.mark.parametrize(
    ("put", "field"),
    [
        (_set("body", "value", value="Kamere nisu isporučene."), Detail.BODY),
        (_set("target", "selector", "value", value="page=2"), Detail.PAGE),
        (_set("target", "selector", "refinedBy", 0, "prefix", value="nije "), Detail.PREFIX),
        (_set("target", "selector", "refinedBy", 0, "suffix", value="nikad"), Detail.SUFFIX),
        (_set("target", "selector", "refinedBy", 1, "start", value=0), Detail.POSITION),
        (_set("target", "source", "id", value=f"https://x.example/documents/{'0' * 64}/original"), Detail.SOURCE),
        (_set("dosije:filename", value="drugi.txt"), Detail.FILENAME),
        (_set("dosije:locator", value="član 9."), Detail.CLAUSE),
    ],
)
def test_everything_in_a_web_annotation(contract: Contract, put: Callable[[Any], None], field: Detail) -> None:
    annotation = as_annotation(contract.citation(), CitationStyle.EN)
    put(annotation)
    answer = verify(contract, json.dumps(annotation))
    assert (answer.verdict, fields(answer)) == (Verdict.CHANGED, {field})


def test_an_annotation_from_another_address_of_the_room_is_the_same(contract: Contract) -> None:
    text = FORMATS["annotation"](contract.citation(), CitationStyle.EN).replace(
        "https://arhiva.example/dosije", "http://x:81"
    )
    assert verify(contract, text).verdict is Verdict.VERIFIED


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("„Naručilac nikada ništa ne plaća”\n\n{}", ["missing", "verified"]),
        ("Piše „naručilac nikada ništa ne plaća”. {}", ["missing", "verified"]),
        ("{}\n\nTamo stoji i: „cena iznosi 99 evra i popust”.", ["verified", "missing"]),
        ("Prvo:\n{0}\n\nDrugo:\n{0}\n\n{1}", ["verified", "verified", "verified"]),
    ],
)
def test_every_quotation_of_a_text_is_answered(contract: Contract, text: str, verdicts: list[str]) -> None:
    citation = contract.citation()
    answer = verify(contract, text.format(FORMATS["text"](citation, CitationStyle.SR_LONG), citation.permalink))
    assert [str(each.verdict) for each in answer.answers] == verdicts
    is_good = set(verdicts) == {"verified"}
    assert (answer.verdict is Verdict.VERIFIED) is is_good
    assert f"{verdicts.count('verified')} of {len(verdicts)}" in answer.reason


def test_words_of_another_document_with_our_link(contract: Contract) -> None:
    answer = verify(contract, f"„Dopis o nabavci kamera u opštini” {contract.citation().permalink}")
    assert answer.verdict is not Verdict.VERIFIED


@pytest.mark.parametrize("text", ["Ugovor ({0}) kaže: „{1}”", "Vidi {0}. Piše:\n\n„{1}”", "{0}:\n\n„{1}” i „{1}”"])
def test_words_that_a_link_leads_in_are_of_its_document(contract: Contract, text: str) -> None:
    link = contract.citation().permalink
    for words, is_right in ((QUOTE, True), ("isporučuje 24 kamere u roku", True), ("Dopis o nabavci kamera", False)):
        assert (verify(contract, text.format(link, words)).verdict is Verdict.VERIFIED) is is_right, words
    assert verify(contract, f"{link} „{QUOTE}”").verdict is Verdict.VERIFIED
    assert verify(contract, f"{link} „Dopis o nabavci kamera u opštini”").verdict is not Verdict.VERIFIED
    beside = f"Vidi {link}.\n\nDopis kaže ovo. „Dopis o nabavci kamera u opštini”"
    assert verify(contract, beside).verdict is Verdict.VERIFIED


def test_a_part_of_the_linked_words_is_told(contract: Contract) -> None:
    answer = verify(contract, f"„isporučuje 24 kamere” {contract.citation().permalink}")
    assert (answer.verdict, [one.kind for one in answer.alterations]) == (Verdict.VERIFIED, [RemarkKind.PART])
    ours = FORMATS["text"](contract.citation(), CitationStyle.SR_LONG)
    assert verify(contract, ours.replace("Isporučilac isporučuje", "isporučuje")).verdict is Verdict.CHANGED


@pytest.mark.parametrize(
    ("line", "quotation", "shown"),
    [
        ("Izvođač ne plaća kaznu.", "plaća kaznu", "Izvođač ne […]"),
        ("Извођач није дужан да плати казну.", "дужан да плати", "Извођач није […] казну."),
        ("Plaća kaznu od 5%, osim ako kupac kasni.", "Plaća kaznu od 5%", "[…] osim ako kupac kasni."),
        ("Plaća kaznu. Izuzetno, ne plaća je.", "Plaća kaznu.", "[…] Izuzetno, ne plaća je."),
        ("Unless agreed, the supplier shall pay.", "the supplier shall pay", "Unless agreed, […]"),
        ("The supplier shall pay, subject to notice.", "supplier shall pay", "The […] subject to notice."),
        ("Izvođač plaća kaznu od 5 ‰ dnevno.", "kaznu od 5", "5 ‰"),
        ("Cena je 12 500 dinara.", "500 dinara", "12 500"),
        ("Nije dužan. Izvođač plaća kaznu.", "Izvođač plaća", None),
    ],
)
def test_what_stands_outside_is_shown(contract: Contract, line: str, quotation: str, shown: str | None) -> None:
    with contract.archive.writing():
        contract.filler.text("klauzula.txt", [line], "sr-Latn")
        contract.archive.indexing.index_due()
    answer = verify(contract, quotation)
    assert answer.verdict is Verdict.VERIFIED
    assert [one.archived for one in answer.warnings] == ([shown] if shown else [])


def test_a_name_in_marks_is_no_quotation(contract: Contract) -> None:
    """Otherwise a forged sentence would count as words around a true name."""
    assert verify(contract, LINES[1]).verdict is Verdict.VERIFIED
    assert verify(contract, LINES[1].replace("naručilac", "dužnik")).verdict is not Verdict.VERIFIED


def test_words_behind_a_quotation_without_marks_must_name_a_source(contract: Contract) -> None:
    named = verify(contract, f"{QUOTE} (UGOVOR o javnoj nabavci)")
    assert (named.verdict, [one.kind for one in named.alterations]) == (Verdict.VERIFIED, [RemarkKind.SOURCE])
    assert verify(contract, f"{QUOTE} (osim ako kupac odustane)").verdict is not Verdict.VERIFIED


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("člana 12. stav 3", Detail.ARTICLE, "12"),
        ("чл. 12", Detail.ARTICLE, "12"),
        ("Section 5.2", Detail.SECTION, "5.2"),
        ("alineja druga", Detail.INDENT, "2"),
        ("na strani 14", Detail.PAGE, "14"),
        ("dated 15 March 2023", Detail.DATE, "2023-03-15"),
        ("March 15, 2023", Detail.DATE, "2023-03-15"),
        ("od 15. marta 2023. godine", Detail.DATE, "2023-03-15"),
        ("2023-03-15", Detail.DATE, "2023-03-15"),
        ("dvadeset prvi stav", Detail.PARAGRAPH, "21"),
        ("stav trinaesti", Detail.PARAGRAPH, "13"),
        ("the twenty-first paragraph", Detail.PARAGRAPH, "21"),
        ("Article Six", Detail.ARTICLE, "6"),
        ("tačka b)", Detail.POINT, "b"),
        ("broj: 404-12/2023", Detail.NUMBER, "404-12/2023"),
        ("№ 404-12/2023", Detail.NUMBER, "404-12/2023"),
        ("članom 118dj", Detail.ARTICLE, "118dj"),
        ("чл. 118ђ", Detail.ARTICLE, "118đ"),
    ],
)
def test_what_words_mention(text: str, field: Detail, value: str) -> None:
    assert (field, value) in [(one.field, one.value) for one in mentions(text)]


@pytest.mark.parametrize(
    "text",
    ["pet članova", "s druge strane", "u 2019. član 5. kaže", "stav i mišljenje", "dva člana", "prva strana ugovora"],
)
def test_what_is_no_number_of_a_clause(text: str) -> None:
    assert [one.value for one in mentions(text)] == (["5"] if "5" in text else [])


ENDED = "– Prilog je UGOVOR o javnoj nabavci kamera i sporazum"
"""An end of a sentence with a dash and the title in it, as a source behind a quotation has."""


def add_end(contract: Contract) -> None:
    contract.read_again(*LINES, f"Plaća se odmah {ENDED}")


def test_an_altered_end_that_names_the_document_is_no_source(tmp_path: Path) -> None:
    for contract in changed_contract(tmp_path, add_end):
        count = contract.archive.catalog.readings.get(contract.id).word_count
        link = contract.citation(count - 13, count - 1, reading=2).permalink
        left_out = f"{ENDED[:9]} […] plaća kaznu od 50% […] {ENDED[10:]}"
        for end, is_true in ((ENDED, True), (ENDED.replace("je", "nije", 1), False), (left_out, False)):
            words = f"Plaća se odmah {end}"
            for text in (words, f"„{words}” {link}", f"{link}\n{words}"):
                assert (verify(contract, text).verdict is Verdict.VERIFIED) is is_true, text
        sourced = verify(contract, "Plaća se odmah (UGOVOR, Opština Brezovac)")
        assert sourced.verdict is Verdict.VERIFIED
