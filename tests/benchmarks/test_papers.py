"""Papers made by program: their truth stands in their words, seeds reproduce, every family is made."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

import indexer.gazetteer
from benchmarks.papers.__main__ import records, write
from benchmarks.papers.dialects import in_dialect, in_script
from benchmarks.papers.grammar import Filled, Grammar, Sort
from benchmarks.papers.layout import Look, Setter
from benchmarks.papers.making import paper_record
from benchmarks.papers.marks import Marks, latin, plain, turns
from benchmarks.papers.noise import scanned
from benchmarks.papers.paper import Paper
from benchmarks.papers.parties import body, firm, register_numbers, town_case
from benchmarks.papers.spelling import in_words
from benchmarks.papers.truth import spans, texts
from benchmarks.papers.world import make
from indexer.facts.identifiers import is_valid

GRAMMAR = Grammar.read()


@cache
def made() -> list[dict[str, Any]]:
    """Records of three papers of each family, more or less; made when a test asks."""
    return list(records(GRAMMAR, 3 * len(GRAMMAR.families), 11, []))


def words_of(record: dict[str, Any], span: dict[str, Any]) -> str:
    words = record["pages"][span["page"] - 1]["words"]
    return " ".join(word[0] for word in words[span["first"] : span["last"] + 1])


def figures(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def clean_spans(*fields: str) -> list[tuple[dict[str, Any], dict[str, Any], str]]:
    found = [
        (record, span, words_of(record, span))
        for record in made()
        for span in record["spans"]
        if span["clean"] and "part" not in span and span["field"] in fields
    ]
    assert len(found) > 50
    return found


def test_every_family_is_made_and_has_a_known_kind() -> None:
    kinds = {
        entry["kind"]
        for entry in tomllib.loads((Path(indexer.gazetteer.__file__).with_name("kinds.toml")).read_text())["marker"]
    }
    assert {record["family"] for record in made()} == set(GRAMMAR.families)
    assert {record["truth"]["kind"] for record in made()} <= kinds | {"correspondence"}


def test_a_seed_gives_the_same_bytes_and_another_seed_other_papers(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write(tmp_path / name, 40, seed)
    first, again, other = (gzip.decompress((tmp_path / name / "papers-00.jsonl.gz").read_bytes()) for name in "abc")
    assert first == again != other
    assert len(first.splitlines()) == 40


def test_amounts_stand_in_their_words() -> None:
    for record, span, text in clean_spans("amount"):
        value = span["value"] / span.get("divisor", 1)
        whole, cents = f"{value:.2f}".split(".")
        cents = cents.rstrip("0") if value < 1e6 <= span["value"] else cents
        assert figures(text) in {whole + cents, whole}, (record["id"], span, text)


def test_dates_ids_and_codes_stand_in_their_words() -> None:
    for record, span, text in clean_spans("date"):
        year, month, day = span["value"].split("-")
        assert day.lstrip("0") in text, (record["id"], text)
        assert year[2:] in text
        assert month.lstrip("0") in text or re.search(r"[^\W\d]{3}", text)
    for record, span, text in clean_spans("id", "cpv"):
        assert span["value"] in text, (record["id"], text)


def test_firms_stand_in_their_words() -> None:
    for record, span, text in clean_spans("firm"):
        if span["full"] and record["script"] == "Latn" and record["country"] not in {"us", "xk"}:
            last = re.findall(r"\w{3,}", span["value"])[-1][:3]
            assert last.lower() in text.lower(), (record["id"], span, text)


def test_truth_names_what_spans_show() -> None:
    for record in made():
        truth, roles = record["truth"], {(span["field"], span["role"]) for span in record["spans"]}
        if record["style"] != "scan":
            assert bool(truth["vendors"]) == bool(roles & {("firm", "vendor"), ("firm", "member")})
            assert bool(truth["buyer"]) == (("firm", "buyer") in roles)
            assert (truth["date"] is not None) == (("date", "own") in roles)
        known = {span["value"] for span in record["spans"] if span["field"] == "amount"}
        assert record["style"] == "scan" or {row["value"] for row in truth["amounts"]} <= known
        assert not set(truth["vendors"]) - set(truth["bidders"]) or not truth["bidders"]
        for award in truth["awards"]:
            assert set(award["vendors"]) <= set(truth["vendors"])


def test_boxes_lie_on_their_pages_and_lines_go_down() -> None:
    for record in made():
        for page in record["pages"]:
            assert page["words"][0][5] == 2
            for text, x0, y0, x1, y1, broken in page["words"]:
                assert not re.search(r"[\s\ue000-\uf8ff]", text)
                assert text
                assert 0 <= x0 <= x1 <= 1
                assert 0 <= y0 <= y1 <= 1
                assert broken in {0, 1, 2}
            assert record["style"] == "flowing" or any(word[4] > 0 for word in page["words"])


def test_noise_changes_words_and_leaves_the_truth() -> None:
    scans = [record for record in made() if record["style"] == "scan"]
    assert 0.2 < len(scans) / len(made()) < 0.45
    spans = [span for record in scans for span in record["spans"]]
    assert 0.02 < sum(not span["clean"] for span in spans) / len(spans) < 0.35
    assert all(span["clean"] for record in made() if record["style"] != "scan" for span in record["spans"])


def test_a_lost_line_does_not_move_the_marks_behind_it() -> None:
    marks = Marks()
    blocks = [
        Filled(Sort.PARAGRAPH, (f"red {number} {marks.put(f'{number}00', 'amount', 'none', number)} dinara",))
        for number in range(400)
    ]
    look = Look.drawn(Random(1), blocks, "scan")
    pages = scanned(Setter(look, Random(1)).set(blocks), Random(2), "Latn")
    found = spans(pages)
    assert 380 < len(found) < 400
    assert sum(str(span.mark) in span.text for span in found) > 370
    assert max(span.last - span.first for span in found) < 6


def test_a_mark_over_two_lines_of_a_cell_stands_in_two_places() -> None:
    marks = Marks()
    name = marks.put("Preduzeće za inženjering i trgovinu Veltan Beograd", "firm", "bidder", "Veltan")
    cells = (marks.put("1.000,00", "amount", "offer", 1000.0) + " dinara bez poreza na dodatu vrednost", name) * 2
    look = replace(Look.drawn(Random(1), (), "digital"), tables="lines")
    pages = Setter(look, Random(1)).set([Filled(Sort.ROW, cells)])
    parts = texts(spans(pages))
    assert parts[1] == ["1.000,00", "1.000,00"]
    assert len(parts[0]) > 2
    assert " ".join(parts[0]).count("Veltan") == 2


def test_dialects_and_scripts() -> None:
    assert (
        in_dialect("Procenjena vrednost i cena, predmet, pre roka", "ijekavian")
        == "Procijenjena vrijednost i cijena, predmet, prije roka"
    )
    assert in_dialect("NARUČILAC objavljuje plan nabavki", "croatian") == "NARUČITELJ objavljuje plan nabava"
    assert in_dialect("dodeljuje se", "ekavian") == "dodeljuje se"
    assert (
        in_script(f"Ponuđač {latin('Veltan')} iz Niša, info@veltan.rs", "Cyrl", Random(1))
        == "Понуђач Veltan из Ниша, info@veltan.rs"
    )
    assert (town_case("Novi Sad", "gen"), town_case("Herceg Novi", "loc")) == ("Novog Sada", "Herceg Novom")
    assert in_words(5665407, joined=False) == "pet miliona šeststo šezdeset pet hiljada četiristo sedam"


def test_parties_hold_their_check_digits_and_cases() -> None:
    for seed in range(40):
        random = Random(seed)
        numbers = register_numbers("rs", random)
        assert is_valid("pib", numbers["PIB"])
        assert is_valid("mb", numbers["MB"])
        assert is_valid("jib", register_numbers("ba", random)["JIB"])
        hired = firm(random, "hr", "Zagreb")
        assert hired.core in hired.name
        assert hired.short in hired.core
    assert any(body(Random(seed), "rs").names[2].startswith("Osnovnoj školi") for seed in range(200))


@pytest.mark.parametrize(
    ("text", "message"),
    [("{a|b", "does not close"), ("<nothing>", "no value for the slot"), ("<winner.colour>", "a party has no colour")],
)
def test_bad_templates_are_refused(text: str, message: str) -> None:
    family = GRAMMAR.families["award_serbian"]
    paper = Paper(Random(1), make(Random(1), "rs"), family)
    with pytest.raises(ValueError, match=message):
        GRAMMAR.fill(text, paper)


def test_marks_survive_case_dialect_and_script() -> None:
    marks = Marks()
    text = marks.put("vrednost ponude", "amount", "none", 1)
    changed = in_script(in_dialect(text.upper(), "ijekavian"), "Cyrl", Random(1))
    assert plain(changed) == "ВРИЈЕДНОСТ ПОНУДЕ"
    assert list(turns(changed)) == [(0, True), (0, False)]


def test_one_paper_is_its_seed() -> None:
    assert json.dumps(paper_record(GRAMMAR, "plan", "x")) == json.dumps(paper_record(GRAMMAR, "plan", "x"))
