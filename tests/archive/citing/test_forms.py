"""Citations in every form, those for reference managers read back by libraries that are not ours."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from citeproc import Citation as CslCitation
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, Locator, formatter
from citeproc.source.json import CiteProcJSON

from archive.citing.annotation import as_annotation
from archive.citing.formats import FORMATS, CslPinpoint, as_bibtex, as_ris, csl_item, csl_pinpoint, default_style
from archive.citing.prose import KEPT_WORDS, OMISSION, as_markdown, as_text, shortened
from archive.citing.styles import CitationStyle
from archive.model import Clause, ClauseLevel, Fact, FactStatus, Span
from archive.model.decisions import Decision, DecisionAction
from tests.archive.citing.conftest import BASE, LINES, Contract

QUOTE = "Isporučilac isporučuje 24 kamere u roku od 30 dana."


def test_the_serbian_form(contract: Contract) -> None:
    citation = contract.citation()
    assert as_text(citation, CitationStyle.SR_LONG) == (
        "UGOVOR o javnoj nabavci br. 404-12/2023 od 15. 3. 2023. (naručilac: Opština Brezovac, izvršilac: "
        f"Vid_zor & sin d.o.o., PIB 199000017), str. 1: „{QUOTE}”. Dosije, SHA-256 {contract.id}, čitanje 1 od "
        f"9. 3. 2026., reči 20–28. {citation.permalink}"
    )
    short = f"Ugovor br. 404-12/2023, str. 1: „{QUOTE}” {citation.permalink}"
    assert as_text(citation, CitationStyle.SR_SHORT) == short
    assert citation.permalink.startswith(f"{BASE}/cite/{contract.id}/1/20-28?quote=")


def test_the_english_form(contract: Contract) -> None:
    told = as_text(contract.citation(), CitationStyle.EN)
    assert told.startswith(
        "UGOVOR o javnoj nabavci, no. 404-12/2023, 15 March 2023 (buyer: Opština Brezovac, supplier:"
    )
    assert f"p. 1: “{QUOTE}”. Dosije, SHA-256" in told


def test_markdown_means_what_it_says(contract: Contract) -> None:
    markdown = as_markdown(contract.citation(6, 13), CitationStyle.SR_LONG)
    assert markdown.startswith("> „naručilac: Opština Brezovac i „Vid\\_zor & sin” d.o.o.”\n>\n> — [UGOVOR")


def test_a_long_quotation_is_shortened_visibly(contract: Contract) -> None:
    many = " ".join(f"reč{number}" for number in range(200))
    contract.read_again(many)
    words = shortened(contract.citation(0, 199, reading=2)).split()
    assert words.index(OMISSION) == KEPT_WORDS[0]
    assert (words[0], words[-1], len(words)) == ("reč0", "reč199", sum(KEPT_WORDS) + 1)


def test_bibtex_is_read_by_bibtexparser(contract: Contract) -> None:
    library = parse_string(as_bibtex(contract.citation(), CitationStyle.SR_LONG))
    assert not library.failed_blocks
    (entry,) = library.entries
    fields = {field.key: field.value for field in entry.fields}
    assert (entry.entry_type, entry.key) == ("misc", f"dosije-{contract.id[:12]}-1-20-28")
    assert fields["title"] == "{UGOVOR o javnoj nabavci}"
    assert fields["author"] == "{Opština Brezovac}"
    assert (fields["date"], fields["year"], fields["number"]) == ("2023-03-15", "2023", "404-12/2023")
    assert (fields["pages"], fields["url"]) == ("1", contract.citation().permalink)
    assert fields["urldate"] == "2026-05-04"


def test_what_tex_would_take_for_commands_is_escaped(contract: Contract) -> None:
    catalog = contract.archive.catalog
    title = Fact("title", r"100% {a_b} #1 \x", None, "person", 1.0, FactStatus.CORRECTED)
    catalog.decisions.record([Decision(contract.id, "title", DecisionAction.CORRECT, "ana", (title,))])
    bibtex = as_bibtex(contract.citation(), CitationStyle.SR_LONG)
    assert r"title = {{100\% \{a\_b\} \#1 \textbackslash{}x}}" in bibtex
    assert not parse_string(bibtex).failed_blocks


def test_ris_is_read_by_rispy(contract: Contract) -> None:
    (entry,) = rispy.loads(as_ris(contract.citation(), CitationStyle.EN))
    assert entry["type_of_reference"] == "GEN"
    assert (entry["title"], entry["authors"]) == ("UGOVOR o javnoj nabavci", ["Opština Brezovac"])
    assert (entry["year"], entry["date"], entry["number"]) == ("2023", "2023/03/15", "404-12/2023")
    assert entry["type_of_work"] == "Contract"
    assert (entry["start_page"], entry["accession_number"]) == ("1", contract.id)
    assert entry["urls"] == [contract.citation().permalink]
    assert "words 20–28" in entry["notes"][0]


@pytest.mark.filterwarnings("error::UserWarning")
def test_csl_json_is_read_by_citeproc(contract: Contract) -> None:
    """citeproc warns of every field and type that CSL does not have."""
    item = csl_item(contract.citation(), CitationStyle.SR_LONG)
    source = CiteProcJSON([item])
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(CslCitation([CitationItem(item["id"])]))
    (rendered,) = map(str, bibliography.bibliography())
    assert "Opština Brezovac" in rendered
    assert "2023" in rendered
    assert "UGOVOR o javnoj nabavci" in rendered
    reference = source[item["id"].lower()]
    assert (reference["issued"].year, reference["issued"].month, reference["issued"].day) == (2023, 3, 15)
    assert (item["genre"], item["number"], item["URL"]) == ("Ugovor", "404-12/2023", contract.citation().permalink)


def article(contract: Contract) -> Contract:
    """The contract with clauses, in a second reading."""
    contract.read_again(*LINES)
    catalog, id_ = contract.archive.catalog, contract.id
    clauses = [
        Clause("art_5", "Član 5.", None, None, None, Span(id_, 3, 14, 28), ClauseLevel.ARTICLE, 1.0),
        Clause("art_5__para_2", "", None, None, "art_5", Span(id_, 3, 20, 28), ClauseLevel.PARAGRAPH, 1.0),
    ]
    reading = catalog.readings.get(id_)
    catalog.readings.add(replace(reading, number=3), [*catalog.readings.all_words(id_)], [], clauses)
    return contract


PRINTING = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="note" default-locale="en-GB">
<info><title>Prints where</title><id>prints-where</id><updated>2026-11-28T00:00:00Z</updated></info>
<citation><layout><text variable="title"/><group prefix=", " delimiter=" "><label variable="locator" form="short"/>
<text variable="locator"/></group></layout></citation>
<bibliography><layout suffix="."><text variable="title"/><text variable="page" prefix=", "/></layout></bibliography>
</style>"""


def test_a_note_prints_the_locator_with_its_label(contract: Contract) -> None:
    """The pinpoint of CSL, rendered by citeproc in a style of ours and in one that comes with it."""
    told = json.loads(FORMATS["csl-citation"](article(contract).citation(reading=3), CitationStyle.SR_LEGAL))
    (cited,) = told["citationItems"]
    assert (cited["locator"], cited["label"]) == ("5. st. 2.", "article-locator")
    source = CiteProcJSON([cited["itemData"]])
    for style, begins in ((StringIO(PRINTING), "ugovor, "), ("harvard-cite-them-right", "(")):
        note = CslCitation([CitationItem(cited["id"], locator=Locator(cited["label"], cited["locator"]))])
        bibliography = CitationStylesBibliography(CitationStylesStyle(style, validate=False), source, formatter.plain)
        bibliography.register(note)
        rendered = str(bibliography.cite(note, lambda item: None))
        assert rendered.startswith(begins)
        assert "art. 5. st. 2." in rendered


@pytest.mark.parametrize(("form", "reader"), [("bibtex", "biblatex"), ("ris", "ris")])
def test_a_bibliography_prints_clause_and_page(contract: Contract, tmp_path: Path, form: str, reader: str) -> None:
    """As pandoc renders the record in a style that prints pages."""
    pypandoc = pytest.importorskip("pypandoc", reason="pandoc is not installed: pip install pypandoc_binary")
    record, style = tmp_path / f"spis.{form}", tmp_path / "style.csl"
    record.write_text(FORMATS[form](article(contract).citation(reading=3), CitationStyle.SR_LEGAL), encoding="utf-8")
    style.write_text(PRINTING, encoding="utf-8")
    (item,) = json.loads(pypandoc.convert_file(str(record), "csljson", format=reader))
    assert item["page"] == "čl. 5. st. 2., str. 1"
    options = [f"--csl={style}", "--citeproc", "--wrap=none"]
    rendered = pypandoc.convert_file(str(record), "plain", format=reader, extra_args=options)
    assert "ugovor, čl. 5. st. 2., str. 1." in rendered


def test_words_outside_of_clauses_have_their_page_as_locator(contract: Contract) -> None:
    assert csl_pinpoint(contract.citation(), CitationStyle.EN) == CslPinpoint("page", "1")


def test_the_web_annotation_selects_the_words_in_three_ways(contract: Contract) -> None:
    citation = contract.citation()
    annotation = as_annotation(citation, CitationStyle.EN)
    assert json.loads(FORMATS["annotation"](citation, CitationStyle.EN)) == annotation
    assert (annotation["id"], annotation["type"]) == (citation.permalink, "Annotation")
    target: dict[str, Any] = annotation["target"]
    assert target["state"]["sourceDate"] == "2026-03-09T14:05:00Z"
    assert target["source"]["dosije:digest"].startswith("ni:///sha-256;")
    selector = target["selector"]
    assert selector["value"] == "page=1"
    quoted, placed = selector["refinedBy"]
    text = contract.archive.catalog.readings.words(contract.id, 1).text()
    assert text[placed["start"] : placed["end"]] == quoted["exact"] == QUOTE
    assert text[: placed["start"]].endswith(quoted["prefix"])
    assert text[placed["end"] :].startswith(quoted["suffix"])


def test_words_over_two_pages_are_two_targets_with_boxes(contract: Contract) -> None:
    pdf = contract.filler.pdf("dve.pdf", [["prva strana"], ["druga strana"]], "sr-Latn")
    contract_of = Contract(contract.archive, contract.filler, pdf)
    first, second = as_annotation(contract_of.citation(1, 2), CitationStyle.EN)["target"]
    assert [one["selector"]["refinedBy"][0]["exact"] for one in (first, second)] == ["strana", "druga"]
    assert [one["selector"]["value"] for one in (first, second)] == ["page=1", "page=2"]
    assert first["selector"]["conformsTo"].endswith("rfc3778")
    box = first["selector"]["refinedBy"][2]["value"]
    left, _, width, _ = (float(number) for number in box.removeprefix("xywh=percent:").split(","))
    assert 0 < left < left + width < 100


def test_the_style_follows_the_language(contract: Contract) -> None:
    letter = contract.filler.text("letter.txt", ["A letter on cameras"], "en")
    assert default_style(Contract(contract.archive, contract.filler, letter).citation(0, 1)) is CitationStyle.EN
    assert default_style(contract.citation()) is CitationStyle.SR_LONG
