"""Masks by choice: a person looks at each, the packet has exactly those, and nothing of the words is in its bytes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from archive.annotations import AnnotationTarget, target_of
from archive.archive import Archive
from archive.command_line.export import export_group, packet_group
from archive.command_line.lists import search_list_command
from archive.command_line.masks import masks_command
from archive.command_line.story import story_group
from archive.config import Settings
from archive.errors import UsageError
from archive.masking.classes import classes_named
from archive.masking.decisions import masks_of
from archive.masking.masks import HiddenWords
from archive.masking.texts import rules_for, text_mask
from archive.model import Words
from archive.search.masking import masked_value
from archive.search.results import PageHit, Snippet
from archive.search.saved_searches import Alert, masked_alert
from archive.store.events import EventName
from indexer.images.clips import ClipRenderer
from tests.webapp_samples import Filler, read_again
from webapp.commands.chronology import chronology_command
from webapp.commands.topics import topics_command
from webapp.files.public.writing import write_public_page
from webapp.files.word.story import write_story

pytestmark = pytest.mark.usefixtures("warm_readers")

PAPER, LETTER = "ugovor-Mika-Primer.pdf", "dopis.txt"
HIDDEN = (
    "063/123-4567",
    "mika@primer.example",
    "160-0000000123456-12",
    "008123456",
    "Primera",
    "Mika",
    "Glavna 12",
    "Kumanovska",
)
"""What must be nowhere; the last word by a person's own mask."""

LINES = (
    [
        "UGOVOR O DELU",
        "Mika Primer iz Uba, Glavna 12, lk br. 008123456,",
        "tel. 063/123-4567, mika@primer.example",
        "Placa se u dinara.",
    ],
    [
        "Tekuci racun: 160-0000000123456-12",
        "Sastanak je u Kumanovska ulici.",
        "Za Miku Primera: 2 kamere po 500 dinara.",
    ],
)


@dataclass(frozen=True, slots=True)
class Masking:
    """An archive with a paper of two pages and a letter, and the commands on it."""

    home: Path
    paper: str
    letter: str

    def run(self, command: Any, *arguments: str | Path) -> Result:
        return CliRunner().invoke(command, list(map(str, arguments)), obj=self.home, standalone_mode=False)

    def masks(self, *arguments: str) -> Result:
        return self.run(masks_command, *arguments, "--by", "Ana")

    def packet(self, target: Path, *arguments: str) -> Result:
        cited = (f"{self.paper}@1", f"{self.paper}@2", f"{self.letter}@1")
        given: tuple[str | Path, ...] = ("--title", "O Miki Primeru", *arguments, *cited)
        return self.run(packet_group(ClipRenderer), "make", "--output", target, *given)


@pytest.fixture
def masking(tmp_path: Path) -> Masking:
    home = tmp_path / "home"
    with Archive.open(home, Settings()) as archive, archive.writing():
        filler = Filler(archive, tmp_path)
        paper = filler.pdf(PAPER, LINES, "sr-Latn", facts={"kind": ("contract", 0, 0), "vendor": ("Mika Primer", 3, 4)})
        letter = filler.text(LETTER, ["Javite se na 063/123-4567.", "Mika Primer"], "sr-Latn")
        archive.indexing.index_due()
    (home / "masked-names.txt").write_text("Mika Primer # svedok\n", encoding="utf-8")
    return Masking(home, paper, letter)


CLASSES = "phone,email,account,id-card,address,name"


def approved(masking: Masking) -> None:
    for document in (masking.paper, masking.letter):
        assert masking.masks(document, "--approve").exit_code == 0


def every_byte(packet: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a packet, every stream of its PDF unpacked, what stands in the PDF's objects, and its metadata."""
    for path in packet.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield str(path), data
            if path.suffix == ".pdf":
                with pymupdf.open(stream=data) as pdf:
                    yield "metadata", f"{pdf.metadata} {pdf.get_xml_metadata()}".encode()
                    for xref in range(1, pdf.xref_length()):
                        yield f"object {xref}", pdf.xref_object(xref).encode()
                        if pdf.xref_is_stream(xref):
                            yield f"stream {xref}", pdf.xref_stream(xref)
                    yield "text", "\n".join(page.get_text() for page in pdf).encode()
            elif path.suffix == ".png":
                image = Image.open(io.BytesIO(data))
                yield f"{path} texts", str(image.info).encode()


def forms_of(word: str) -> tuple[bytes, ...]:
    """A word as files may hold it."""
    return (word.encode(), word.encode("utf-16-be"), word.encode("utf-16-le"), word.encode().hex().encode())


def leaks(packet: Path) -> list[tuple[str, str]]:
    return [
        (name, word) for name, data in every_byte(packet) for word in HIDDEN for form in forms_of(word) if form in data
    ]


def test_nobody_approved_so_nothing_leaves(masking: Masking, tmp_path: Path) -> None:
    run = masking.packet(tmp_path / "p", "--mask", CLASSES)
    assert isinstance(run.exception, UsageError)
    assert "Nobody has approved the masks of ugovor-Mika-Primer.pdf, page 1, 2" in str(run.exception)
    assert not (tmp_path / "p").exists()


def test_words_on_several_pages_are_masked_as_the_refusal_says(masking: Masking) -> None:
    refused = masking.masks(masking.paper, "--add-quote", "dinara.").exception
    assert isinstance(refused, UsageError)
    option = re.search(r"(--\w+) N$", str(refused.remedy))
    assert option, refused.remedy
    assert masking.masks(masking.paper, "--add-quote", "dinara.", option[1], "2").exit_code == 0


def test_nothing_of_what_is_masked_is_in_the_bytes(masking: Masking, tmp_path: Path) -> None:
    assert masking.masks(masking.paper, "--add-quote", "Kumanovska", "--class", "address").exit_code == 0
    with Archive.open(masking.home) as archive:
        document = archive.catalog.documents.find(masking.paper)
        noted = target_of(archive.catalog, document, AnnotationTarget(quote="Mika Primer iz Uba"))
        archive.catalog.annotations.add(noted, "Zvati Miku Primera: 063/123-4567", "Ana")
    approved(masking)
    run = masking.packet(tmp_path / "p", "--mask", CLASSES, "--json", "--notes")
    assert run.exit_code == 0, run.output
    assert leaks(tmp_path / "p") == []
    told = json.loads(run.output)
    assert told["masks"] == {
        "personal-number": 0, "phone": 2, "email": 1, "account": 1, "id-card": 1, "address": 2, "name": 3,
    }  # fmt: skip
    assert "The masks of every page were looked at by Ana (" in told["notice"]
    assert json.loads((tmp_path / "p/data/packet.json").read_text())["masks"] == told["masks"]
    assert list((tmp_path / "p/data/originals").iterdir()) == []
    # What is not masked stands there: a clip that lost everything would pass, too.
    with pymupdf.open(tmp_path / "p/data/clips.pdf") as pdf:
        assert "kamere" in pdf[1].get_text()
    with Archive.open(masking.home) as archive:
        last = archive.catalog.events.named(EventName.REDACTION)[-1].detail
        assert (last["action"], last["masked"]) == ("export masked", told["masks"])
    assert masking.run(packet_group(ClipRenderer), "verify", tmp_path / "p").return_value == 0


def test_the_words_are_there_without_a_mask(masking: Masking, tmp_path: Path) -> None:
    """The search of the bytes finds what is there."""
    assert masking.packet(tmp_path / "p", "--without-originals").exit_code == 0
    assert {word for _, word in leaks(tmp_path / "p")} == {*HIDDEN}


def test_pixels_under_a_mask_are_black(masking: Masking, tmp_path: Path) -> None:
    approved(masking)
    assert masking.packet(tmp_path / "p", "--mask", CLASSES).exit_code == 0
    with Archive.open(masking.home) as archive:
        document = archive.catalog.documents.find(masking.paper)
        shown = masks_of(archive.catalog, document, rules_for(archive, classes_named(CLASSES))).page(1)
    image = Image.open(tmp_path / "p/data/pages/P-000001.png").convert("L")
    assert len(shown.boxes) >= 6
    for box in shown.boxes:
        x0, x1 = round(box.x0 * image.width), round(box.x1 * image.width)
        y0, y1 = round(box.y0 * image.height), round(box.y1 * image.height)
        assert image.crop((x0, y0, x1, y1)).getextrema() == (0, 0)


def test_a_mask_that_was_taken_away_is_seen_and_asks_again(masking: Masking, tmp_path: Path) -> None:
    approved(masking)
    listed = json.loads(masking.masks(masking.letter, "--json").output)
    (phone,) = [mask["name"] for mask in listed["pages"][0]["masks"] if mask["class"] == "phone"]
    assert masking.masks(masking.letter, "--remove", phone).exit_code == 0
    assert isinstance(masking.packet(tmp_path / "p", "--mask", CLASSES).exception, UsageError)
    assert masking.masks(masking.letter, "--approve").exit_code == 0
    assert masking.packet(tmp_path / "p", "--mask", CLASSES).exit_code == 0
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "p/data/text").iterdir()]
    assert sum("063/123-4567" in text for text in texts) == 1
    told = json.loads(masking.masks(masking.letter, "--json").output)["pages"][0]
    assert (told["removed"][0]["name"], told["removed"][0]["by"]) == (phone, "Ana")


def test_an_approval_of_all_classes_is_one_of_each_and_a_new_reading_asks_again(masking: Masking) -> None:
    masking.masks(masking.letter, "--add-quote", "Javite", "--class", "other")
    approved(masking)
    with Archive.open(masking.home) as archive:
        document = archive.catalog.documents.find(masking.letter)
        for classes in ("phone", CLASSES, "all"):
            rules = rules_for(archive, classes_named(classes))
            assert masks_of(archive.catalog, document, rules).approval(1), classes
        read_again(archive, masking.letter, ["Molim Javite se na 063/123-4567.", "Mika Primer"])
        masks = masks_of(archive.catalog, archive.catalog.documents.find(masking.letter), rules)
        assert masks.approval(1) is None
        # What a person added is found again by its words.
        assert masks.page(1).words.texts[:3] == ("Molim", "██████", "se")


def test_a_box_hides_the_words_in_it(masking: Masking) -> None:
    run = masking.masks(masking.paper, "--add-box", "0,0,1,0.12", "--pages", "1")
    assert run.exit_code == 0, run.output
    with Archive.open(masking.home) as archive:
        document = archive.catalog.documents.find(masking.paper)
        page = masks_of(archive.catalog, document, rules_for(archive, classes_named("phone"))).page(1)
    assert page.words.texts[:3] == ("██████", "█", "████")
    assert "Primer" in page.words.texts


def test_the_words_of_a_page_are_read_once_for_all_of_its_masks(
    masking: Masking, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(masking.home) as archive:
        rules = rules_for(archive, classes_named("phone,email,account,id-card,address,person"))
        masks = masks_of(archive.catalog, archive.catalog.documents.find(masking.paper), rules)
        asked, read = list[int](), type(archive.catalog.readings).words

        def noted(repository: Any, document: str, number: int, reading: int | None = None) -> Words:
            asked.append(number)
            return read(repository, document, number, reading)

        monkeypatch.setattr(type(archive.catalog.readings), "words", noted)
        quoted = [masks.quote(mask) for mask in masks.page(1).masks]
        assert "063/123-4567," in quoted
        assert len(quoted) > 2
        assert asked == [1]


def test_the_log_and_the_list_do_not_name_what_they_hide(masking: Masking, tmp_path: Path) -> None:
    masking.masks(masking.paper, "--add-quote", "Kumanovska")
    approved(masking)
    with Archive.open(masking.home) as archive:
        told = " ".join(json.dumps(dict(event.detail)) for event in archive.catalog.events.named(EventName.REDACTION))
        assert not [word for word in HIDDEN if word in told]
        assert archive.catalog.events.verify() >= 4


def test_tables_hide_what_was_chosen_and_what_persons_added(masking: Masking) -> None:
    masking.masks(masking.paper, "--add-quote", "Kumanovska")
    with Archive.open(masking.home) as archive:
        mask = text_mask(archive, "phone")
        assert mask is not None
        assert mask("tel. 063/123-4567 u Kumanovska 3") == "tel. ████████████ u ██████████ 3"
        (line,) = mask.record("a table")
        assert line.startswith("Masked: 1 phone number, 1 other place.")
    run = masking.run(export_group, "ocds", "--mask", "name,person")
    assert run.exit_code == 0
    assert "Primer" not in run.output


def test_what_leaves_at_a_terminal_is_in_the_log(masking: Masking) -> None:
    (masking.home / "settings.toml").write_text('mask_classes = "phone,name"\n', encoding="utf-8")
    story = story_group(ClipRenderer, write_story, write_public_page)
    assert masking.run(story, "new", "Radovi", "--by", "Ana").exit_code == 0
    assert masking.run(story, "add", "Radovi", f"{masking.letter}@1", masking.paper, "--by", "Ana").exit_code == 0
    runs = (
        masking.run(story, "export", "Radovi"),
        masking.run(story, "export", "Radovi", "--format", "csv"),
        masking.run(topics_command, "payment", "--format", "csv"),
    )
    for run in runs:
        assert run.exit_code == 0, run.output
        assert "Primer" not in run.output
    with Archive.open(masking.home, create=False) as archive:
        logged = [event.detail for event in archive.catalog.events.named(EventName.REDACTION)]
    # The name of the file; with the vendor, in tables.
    assert [(one["what"], one["masked"]["name"]) for one in logged] == [
        ("story as markdown", 1), ("story as csv", 2), ("topic payment as csv", 2),
    ]  # fmt: skip


def test_who_is_named_on_page_one_is_in_no_way_out_of_page_two(masking: Masking, tmp_path: Path) -> None:
    """Each text of an export is masked with the names of all pages of its document."""
    lines = (["Ugovor", "Izvodjac Slavko Mrkonja iz Uba"], ["Dana 5. maja 2024. radove predaje Mrkonja u roku."])
    (masking.home / "settings.toml").write_text('mask_classes = "person"\n', encoding="utf-8")
    with Archive.open(masking.home) as archive, archive.writing():
        paper = Filler(archive, tmp_path).pdf("radovi.pdf", lines, "sr-Latn")
        archive.indexing.index_due()
    story = story_group(ClipRenderer, write_story, write_public_page)
    assert masking.run(story, "new", "Radovi", "--by", "Ana").exit_code == 0
    assert masking.run(story, "add", "Radovi", f"{paper}@2", f"{paper}:10-14", "--by", "Ana").exit_code == 0
    asked = tmp_path / "asked.txt"
    asked.write_text("predaje\n", encoding="utf-8")
    shown = [
        *(masking.run(search_list_command, asked, "--format", form) for form in ("csv", "json")),
        *(masking.run(chronology_command, paper, "--format", form) for form in ("text", "csv")),
        masking.run(story, "export", "Radovi"),
    ]
    for run in shown:
        assert run.exit_code == 0, run.output
        assert "predaje" in run.output
        assert "Mrkonja" not in run.output
    for command, given in ((chronology_command, (paper,)), (story, ("export", "Radovi"))):
        file = tmp_path / f"{len(given)}.docx"
        assert masking.run(command, *given, "--format", "docx", "--output", file).exit_code == 0
        assert "predaje" in (told := zipfile.ZipFile(file).read("word/document.xml").decode())
        assert "Mrkonja" not in told
    with Archive.open(masking.home, create=False) as archive:
        mask = text_mask(archive)
        assert mask is not None
        hit = PageHit(2, Snippet("radove predaje Mrkonja", ()), ())
        alert = Alert(archive.catalog.documents.descriptions([paper])[paper], datetime.now(UTC), True, (hit,))
        assert masked_alert(alert, mask).pages[0].snippet.text == "radove predaje ███████"
        row = ["radove predaje Mrkonja", f"http://example/documents/{paper}/pages/2"]
        assert masked_value(row, mask) == ["radove predaje ███████", row[1]]
        # Beside a hash of no document, and a paper in which nobody is called so.
        for other in ("0" * 64, masking.letter):
            assert masked_value({"id": other, "quote": "Mrkonja"}, mask)["quote"] == "Mrkonja"


def test_a_masked_sign_is_no_word_of_tables(masking: Masking) -> None:
    """Words are looked for without the signs around them, and of a sign alone nothing is left."""
    assert HiddenWords(["", "Mika"]).masked("mika, Ana") == ("████, Ana", 1)
    assert HiddenWords([""]).masked("mika") == ("mika", 0)


def test_classes_of_the_settings_cannot_be_switched_off(masking: Masking, tmp_path: Path) -> None:
    (masking.home / "settings.toml").write_text('mask_classes = "phone"\n', encoding="utf-8")
    assert isinstance(masking.packet(tmp_path / "p").exception, UsageError)
    with Archive.open(masking.home, create=False) as archive:
        mask = text_mask(archive)
        assert mask is not None
        assert mask("063/123-4567, mika@primer.example") == "████████████, mika@primer.example"


@pytest.mark.parametrize(
    "arguments",
    [("--mask", "fax"), ("--pages", "9"), ("--remove", "phone:0-0"), ("--add", "900"), ("--approve", "--remove", "x")],
)
def test_what_makes_no_sense_is_refused(masking: Masking, arguments: tuple[str, ...]) -> None:
    assert isinstance(masking.masks(masking.letter, *arguments).exception, UsageError)
