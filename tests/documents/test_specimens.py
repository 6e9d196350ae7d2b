"""The specimens, their truth table and the story agree, and the maker makes them again."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pymupdf
import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent.parent
SPECIMENS = ROOT / "documents" / "specimens"

Truth = dict[str, Any]


def plain(text: str) -> str:
    """Text without spaces, because lines break after hyphens; NFKC, because "fi" is one glyph in the text layer."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def page_texts(path: Path) -> list[str]:
    """The text of each page of a born-digital specimen, in the order a reader meets it."""
    if path.suffix == ".pdf":
        with pymupdf.open(path) as document:
            return [plain(page.get_text()) for page in document]
    if path.suffix == ".docx":
        blocks = docx.Document(str(path)).iter_inner_content()
        lines = [
            " ".join(cell.text for row in block.rows for cell in row.cells) if hasattr(block, "rows") else block.text
            for block in blocks
        ]
        return [plain(" ".join(lines))]
    return [plain(path.read_text(encoding="utf-8"))]


def page_count(path: Path) -> int:
    if path.suffix == ".pdf":
        with pymupdf.open(path) as document:
            return int(document.page_count)
    if path.suffix in {".jpg", ".png", ".tif"}:
        with Image.open(path) as image:
            return int(getattr(image, "n_frames", 1))
    return 1


def quotes(value: object) -> Iterator[tuple[int, str]]:
    """Every page and quote in an entry, however deep."""
    if isinstance(value, dict):
        if "quote" in value:
            yield value["page"], value["quote"]
        for part in value.values():
            yield from quotes(part)
    elif isinstance(value, list):
        for part in value:
            yield from quotes(part)


def make(folder: Path, *names: str) -> None:
    command = [sys.executable, "-m", "documents.make", "--into", str(folder), *names]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The specimens made again from their sources."""
    folder = tmp_path_factory.mktemp("remade") / "specimens"
    make(folder)
    return folder


def test_the_table_names_every_file_and_its_pages(truth: Truth) -> None:
    named = {entry["file"]: entry["pages"] for entry in truth["documents"]}
    assert named == {path.name: page_count(path) for path in SPECIMENS.iterdir()}


def test_all_specimens_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in SPECIMENS.iterdir()) < 6_000_000


def test_every_page_says_specimen_and_has_its_true_text(truth: Truth) -> None:
    for entry in truth["documents"]:
        if entry["scanned"]:
            continue
        found = page_texts(SPECIMENS / entry["file"])
        assert len(found) == len(entry["page_texts"])
        for number, (text, true_text) in enumerate(zip(found, entry["page_texts"], strict=True), start=1):
            assert text.startswith(plain(entry["marker"])), (entry["file"], number)
            assert plain(true_text) in text, (entry["file"], number)


def test_scans_have_no_text_layer(truth: Truth) -> None:
    scans = [entry["file"] for entry in truth["documents"] if entry["scanned"]]
    assert len(scans) >= 9
    for name in scans:
        if name.endswith(".pdf"):
            assert page_texts(SPECIMENS / name) == [""] * page_count(SPECIMENS / name)


def test_every_quote_stands_on_the_page_it_names(truth: Truth) -> None:
    for entry in truth["documents"]:
        for page, quote in quotes(entry):
            assert plain(quote) in plain(entry["page_texts"][page - 1]), (entry["file"], page, quote)


def test_every_amount_is_printed_in_its_quote(truth: Truth) -> None:
    for entry in truth["documents"]:
        for amount in entry["amounts"]:
            english = f"{amount['value']:,.2f}"
            serbian = english.translate(str.maketrans(",.", ".,"))
            assert (english if entry["language"] == "en" else serbian) in amount["quote"], entry["file"]


def test_every_field_with_a_value_has_evidence(truth: Truth) -> None:
    for entry in truth["documents"]:
        needed = {"kind", "municipality", "date"} | {name for name in ("reference", "bids_received") if entry[name]}
        assert needed <= set(entry["evidence"]), entry["file"]
        assert entry["date"][:4] == str(entry["year"]), entry["file"]


def test_documents_agree_with_the_story(truth: Truth) -> None:
    entries = {entry["file"]: entry for entry in truth["documents"]}
    for procedure in truth["story"]["procedures"]:
        members = [entries[name] for name in procedure["documents"]]
        assert {entry["municipality"] for entry in members} == {procedure["municipality"]}
        assert not set(procedure["missing"]) & {entry["kind"] for entry in members}
        assert {entry["bids_received"] for entry in members} <= {None, procedure["bids"]}
        contracts = {
            amount["value"]
            for entry in members
            for amount in entry["amounts"]
            if (entry["kind"] in {"contract", "contract_annex"} and amount["what"] == "contract")
            or (procedure["outcome"] in {"award", "told"} and amount["what"] == "award")
        }
        parts = procedure.get("lots", [procedure])
        stated = {value for part in parts for name, value in part.items() if name.endswith(("without_vat", "with_vat"))}
        assert contracts == stated


def test_the_story_adds_up(truth: Truth) -> None:
    """Written out by hand, so that a slip in the sources cannot agree with itself."""
    totals = truth["story"]["totals"]
    assert totals["by_municipality"]["Bečej"]["RSD_without_vat"] == 12_480_000 + 1_248_000
    assert totals["by_municipality"]["Kanjiža"]["RSD_without_vat"] == 9_600_000 + 480_000
    assert totals["by_municipality"]["Ada"]["RSD_without_vat"] == 5_400_000 + 2_150_000
    assert totals["all"]["RSD_without_vat"] == 43_628_500
    assert totals["all"]["RSD_with_vat"] == 52_354_200
    assert totals["all"]["EUR_without_vat"] == 48_500
    assert (totals["all"]["cameras"], totals["all"]["places"]) == (102, 38)
    assert totals["by_vendor"]["Vidozor d.o.o."]["contracts"] == 3
    assert totals["by_vendor"]["Treptaj Mreže d.o.o."]["joint"] == 1
    assert totals["single_bid"] == ["kladovo-2019", "kladovo-2022", "razanj-2019"]
    assert len(totals["several_bids"]) == 5
    assert totals["face_recognition"] == ["Bečej", "Kanjiža"]


def test_what_the_story_says_of_towns_stands_in_their_papers(truth: Truth) -> None:
    """What a reply or an agreement tells, and how a request ended."""
    entries = {entry["file"]: entry for entry in truth["documents"]}
    for told in truth["story"]["told"]:
        entry = entries[told["document"]]
        assert entry["municipality"] == told["municipality"]
        assert {one["what"]: one["count"] for one in entry["quantities"]} == {
            "cameras": told["cameras"],
            "places": told["places"],
        }
        assert [one["value"] for one in entry["amounts"]] == [told[name] for name in ("value",) if name in told]
    for case in truth["story"]["foi"]:
        said = [entry for entry in entries.values() if entry.get("foi", {}).get("case") == case["id"]]
        assert {entry["municipality"] for entry in said} == {case["municipality"]}
        assert {entry["foi"]["outcome"] for entry in said if "outcome" in entry["foi"]} == {case["outcome"]}


def test_contract_articles_are_numbered_without_a_gap(truth: Truth) -> None:
    for entry in truth["documents"]:
        if entry["clauses"]:
            numbers = [clause["number"] for clause in entry["clauses"]]
            assert numbers == list(range(1, len(numbers) + 1)), entry["file"]
            assert all(clause["paragraphs"] for clause in entry["clauses"]), entry["file"]


def test_the_second_scan_is_another_file_of_the_same_paper(truth: Truth) -> None:
    entries = {entry["file"]: entry for entry in truth["documents"]}
    (copy,) = [entry for entry in entries.values() if entry["duplicate_of"]]
    first = entries[copy["duplicate_of"]]
    assert copy["page_texts"] == first["page_texts"]
    assert (SPECIMENS / copy["file"]).read_bytes() != (SPECIMENS / first["file"]).read_bytes()


def test_the_maker_makes_the_same_text_and_table_again(remade: Path, truth: Truth) -> None:
    assert (remade.parent / "truth.json").read_text(encoding="utf-8") == (SPECIMENS.parent / "truth.json").read_text(
        encoding="utf-8"
    )
    for entry in truth["documents"]:
        assert page_count(remade / entry["file"]) == entry["pages"]
        if not entry["scanned"]:
            assert page_texts(remade / entry["file"]) == page_texts(SPECIMENS / entry["file"]), entry["file"]


def test_two_runs_give_the_same_bytes(remade: Path, tmp_path: Path) -> None:
    names = ["becej-2020-ugovor.pdf", "kladovo-2019-odluka-o-dodeli.tif", "kladovo-2022-foi-zahtev.docx"]
    make(tmp_path, *names)
    for name in names:
        assert (tmp_path / name).read_bytes() == (remade / name).read_bytes(), name
