"""What is in a packet: whole, marked, numbered, masked, and readable without anything of ours."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import bagit
import numpy
import pymupdf
import pytest
from PIL import Image

from archive.archive import Archive
from archive.packet.selection import Selection
from archive.packet.verification import verify
from archive.text.personal_numbers import MASK
from tests.archive.packet.conftest import CONTRACT, FLOWING, JMBG, MISREAD, PERSONAL, PERSONAL_TEXT, SCAN, Room
from tests.conftest import SPECIMENS, run_dosije

pytestmark = pytest.mark.usefixtures("warm_readers")

FORMS = ("annotation.json", "bib", "csl.json", "md", "ris", "txt")
YELLOW = (255, 236, 120)
A4 = (1653, 2340)
"""Pixels at 200 dpi; of 595.3 × 842 points, rounded as MuPDF does."""


def table(packet: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((packet / "data/packet.json").read_text(encoding="utf-8"))
    return told


def image_of(packet: Path, room: Room, name: str, page: int) -> Image.Image:
    """The image of a page, by its document."""
    (file,) = (
        one["image"] for one in table(packet)["pages"] if (one["document"], one["page"]) == (room.ids[name], page)
    )
    with Image.open(packet / file) as image:
        image.load()
    return image


def test_the_bag_is_valid_for_others(made: Path) -> None:
    bag = bagit.Bag(str(made))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Description"] == "Nadzor: <kamere> & ugovori"
    assert len(bag.info["External-Identifier"]) == 5
    assert any("becej-2020-ugovor.pdf, SHA-256 643b1bc1" in source for source in bag.info["Dosije-Source"])
    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        run = subprocess.run(["sha256sum", "--check", "--quiet", manifest], cwd=made, capture_output=True, check=False)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_every_part_is_there_once(made: Path, room: Room) -> None:
    data = made / "data"
    assert sorted(path.name for path in data.iterdir() if path.is_file()) == [
        *("clips.pdf", "events.jsonl", "how-to-check.txt", "index.html", "packet.json")
    ]
    assert sorted(path.name for path in (data / "originals").iterdir()) == [
        f"{number:02}-{name}" for number, name in enumerate((CONTRACT, SCAN, FLOWING, PERSONAL, "delo_.txt"), start=1)
    ]
    assert (data / "originals" / f"01-{CONTRACT}").read_bytes() == (SPECIMENS / CONTRACT).read_bytes()
    assert sorted(path.name for path in (data / "pages").iterdir()) == [f"CASE-7-{at:06}.png" for at in range(1, 5)]
    cited = sorted(path.name for path in (data / "citations").iterdir())
    assert cited == sorted(f"{number:03}.{form}" for number in range(1, 7) for form in FORMS)
    assert len(list((data / "text").iterdir())) == 6
    assert [document["id"] for document in table(made)["documents"]] == list(
        map(room.ids.__getitem__, (CONTRACT, SCAN, FLOWING, PERSONAL, PERSONAL_TEXT))
    )


def test_quoted_words_are_marked_and_nothing_else(made: Path, room: Room) -> None:
    with Archive.open(room.home) as archive:
        words = archive.catalog.readings.words(room.ids[SCAN], 1)
    image = numpy.asarray(image_of(made, room, SCAN, 1)).astype(int)
    yellow = numpy.all(abs(image - YELLOW) < 40, axis=2)
    height, width = yellow.shape
    for at in range(len(words)):
        box = words.box(at)
        assert box is not None
        inside = yellow[int(box.y0 * height) : int(box.y1 * height), int(box.x0 * width) : int(box.x1 * width)]
        assert (inside.mean() > 0.4) == (20 <= at <= 40), words.texts[at]


def test_pages_are_clear_enough_to_be_printed(made: Path, room: Room) -> None:
    assert image_of(made, room, CONTRACT, 1).size == A4


def test_the_clip_has_the_cited_pages_in_order_with_their_numbers(made: Path) -> None:
    with pymupdf.open(made / "data/clips.pdf") as clip:
        texts = [page.get_text() for page in clip]
        assert [page.get_label() for page in clip] == [f"CASE-7-{at:06}" for at in range(1, 5)]
        assert clip.metadata["title"] == "Nadzor: <kamere> & ugovori"
        assert clip.embfile_count() == 0
        height = clip[0].rect.height
        assert height == pytest.approx(842 + 30, abs=1)
        stamped = [page.search_for(f"CASE-7-{at:06}") for at, page in enumerate(clip, start=1)]
        assert all(len(places) == 1 and places[0].y0 > 842 for places in stamped)
    captions = [
        f"{name}, p. {page} — SHA-256" for name, page in ((CONTRACT, 1), (CONTRACT, 2), (SCAN, 1), (PERSONAL, 1))
    ]
    assert all(caption in text for caption, text in zip(captions, texts, strict=True))
    assert "Obaveze Isporučioca" in texts[1]
    assert "ОПШТИНА КЛАДОВО" in texts[2]


def every_text(packet: Path) -> str:
    """All that can be read in a packet outside of its originals."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in packet.rglob("*")
        if path.is_file() and path.suffix not in (".png", ".pdf") and path.parent.name != "originals"
    ]
    with pymupdf.open(packet / "data/clips.pdf") as clip:
        texts += [page.get_text() for page in clip]
        texts.append(str(clip.xref_length()))
    return "\n".join(texts)


def test_personal_numbers_are_in_the_originals_alone(made: Path, room: Room) -> None:
    shown = every_text(made)
    # Half a number may stand in a hash by chance.
    assert not re.search(f"{JMBG[:7]}|{JMBG[7:]}|{MISREAD}", re.sub(r"\b[0-9a-f]{32,}\b", "", shown))
    assert table(made)["masked_numbers"] == 5
    assert [one["masked"] for one in table(made)["citations"]] == [False] * 4 + [True] * 2
    assert f"Mika Primer, JMBG {MASK * 13}, obavlja" in (made / "data/text/05-reading-1-page-0001.txt").read_text()
    quoted = json.loads((made / "data/citations/006.annotation.json").read_text(encoding="utf-8"))
    # The hash of the true words would give the number away to whoever tries all numbers.
    with Archive.open(room.home) as archive:
        true_words = archive.catalog.readings.words(room.ids[PERSONAL_TEXT], 1).texts[:10]
    assert hashlib.sha256(" ".join(true_words).encode()).hexdigest()[:32] not in shown
    assert quoted["dosije:masked"] is True
    assert "?quote=" not in (made / "data/citations/006.txt").read_text(encoding="utf-8")
    html = (made / "data/index.html").read_text(encoding="utf-8")
    assert "Personal numbers (JMBG) are masked in texts, images, clip and citations: 5 here." in html
    assert "The originals are the bytes as they came and hold them unmasked." in html
    assert any("left out" in note for note in verify(made).notes)


def test_personal_numbers_are_black_in_the_image(made: Path, room: Room) -> None:
    with Archive.open(room.home) as archive:
        words = archive.catalog.readings.words(room.ids[PERSONAL], 1)
    pixels = numpy.asarray(image_of(made, room, PERSONAL, 1).convert("L"))
    height, width = pixels.shape
    numbers = (JMBG, JMBG[:7], JMBG[7:], MISREAD, f"160-{JMBG}-12")
    hidden = [at for at, text in enumerate(words.texts) if text.strip(",") in numbers]
    assert len(hidden) == 5
    for at in hidden:
        box = words.box(at)
        assert box is not None
        inside = pixels[int(box.y0 * height) : int(box.y1 * height), int(box.x0 * width) : int(box.x1 * width)]
        assert inside.max() == 0


def test_unmasked_shows_them_and_says_so(room: Room, tmp_path: Path) -> None:
    cited = room.citations[-2:]
    run = room.packet("make", "--output", tmp_path / "p", "--unmasked", "--without-originals", *cited)
    assert run.exit_code == 0, run.output
    assert "Personal numbers (JMBG) are not masked in this packet." in run.output
    assert JMBG in every_text(tmp_path / "p")
    assert list((tmp_path / "p/data/originals").iterdir()) == []
    answer = json.loads(room.packet("verify", tmp_path / "p", "--json").output)
    assert (answer["verdict"], answer["notes"]) == (
        "verified",
        ["Originals left out of the packet, and so not checked: 2."],
    )


def test_the_guide_checks_the_events(made: Path) -> None:
    """The program that the guide prints runs as printed."""
    guide = (made / "data/how-to-check.txt").read_text(encoding="utf-8")
    program = re.findall(r"^ {7}(import hashlib.*?)\n\n", guide, re.DOTALL | re.MULTILINE)[0].replace("\n       ", "\n")
    run = subprocess.run([sys.executable, "-c", program], cwd=made, capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert len(lines) == table(made)["events"]["count"] >= 10
    hidden = [line for line in lines if line.endswith(" left out")]
    assert [line.split(maxsplit=1)[1] for line in hidden] == ["capture left out"]  # Its path has a number in it.
    assert all(line.endswith(" True") for line in lines if line not in hidden)


class Links(HTMLParser):
    """The links and images of a page, and the text that an image has instead."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.alts: list[str | None] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        self.targets += filter(None, (told.get("href"), told.get("src")))
        if tag == "img":
            self.alts.append(told.get("alt"))


def test_the_page_needs_nothing_from_elsewhere(made: Path) -> None:
    html = (made / "data/index.html").read_text(encoding="utf-8")
    assert "<h1>Nadzor: &lt;kamere&gt; &amp; ugovori</h1>" in html
    links = Links()
    links.feed(html)
    assert {"script", "link", "iframe", "object"}.isdisjoint(links.tags)
    assert len(links.alts) == 4
    assert all(links.alts)
    for target in links.targets:
        if target.startswith("#"):
            assert f'id="{target[1:]}"' in html
        else:
            assert (made / "data" / unquote(target)).is_file(), target
    linked = {unquote(target) for target in links.targets if not target.startswith("#")}
    there = {path.relative_to(made / "data").as_posix() for path in (made / "data").rglob("*") if path.is_file()}
    assert there - linked == {"index.html"}


def test_words_without_a_page_are_marked_among_the_words_around_them(made: Path) -> None:
    html = (made / "data/index.html").read_text(encoding="utf-8")
    text = (made / "data/text/03-reading-1-page-0001.txt").read_text(encoding="utf-8")
    (excerpt, marked) = re.findall(
        r'<div class="excerpt" lang="sr-Cyrl">(.*?<mark>(.*?)</mark>.*?)</div>', html, re.DOTALL
    )[0]
    cited = json.loads((made / "data/citations/004.annotation.json").read_text(encoding="utf-8"))
    assert marked == cited["target"]["selector"]["refinedBy"][0]["exact"]
    assert re.sub("</?mark>", "", excerpt).strip(" …") in text


def test_a_zip_holds_the_same(room: Room, made: Path, tmp_path: Path) -> None:
    run = room.packet("make", "--output", tmp_path / "nadzor.zip", "--json", *room.citations)
    assert run.exit_code == 0, run.output
    told = json.loads(run.output)
    assert told["pages"] == [f"P-{at:06}" for at in range(1, 5)]
    assert [path.name for path in tmp_path.iterdir()] == ["nadzor.zip"]
    with zipfile.ZipFile(tmp_path / "nadzor.zip") as file:
        assert file.testzip() is None
        names = {name.removeprefix("nadzor/") for name in file.namelist()}
        manifest = file.read("nadzor/tagmanifest-sha256.txt")
        image = Image.open(io.BytesIO(file.read("nadzor/data/pages/P-000001.png")))
    there = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert names == {name.replace("CASE-7-", "P-") for name in there}
    assert told["seal"] == hashlib.sha256(manifest).hexdigest()
    assert image.size == A4
    assert json.loads(room.packet("verify", tmp_path / "nadzor.zip", "--json").output)["verdict"] == "verified"


def test_words_of_an_earlier_reading_are_packed_as_they_were_read(room: Room, tmp_path: Path) -> None:
    shutil.copytree(room.home, tmp_path / "home")
    id_ = room.ids[PERSONAL]
    with Archive.open(tmp_path / "home") as archive:
        (older,) = Selection(archive.catalog, archive.settings, datetime.now(UTC)).citations([f"{id_}:0-5"])
    again = run_dosije(tmp_path / "home", "reread", id_, "--ocr", "always")
    assert again.returncode == 0, again.stderr
    copy = Room(tmp_path / "home", room.ids)
    run = copy.packet("make", "--output", tmp_path / "p", older.permalink, f"{id_}:6-9")
    assert run.exception is None, run.exception
    told = table(tmp_path / "p")
    assert [citation["reading"] for citation in told["citations"]] == [1, 2]
    assert [text for citation in told["citations"] for text in citation["texts"]] == [
        "data/text/01-reading-1-page-0001.txt",
        "data/text/01-reading-2-page-0001.txt",
    ]
    assert len(told["pages"]) == 1
    assert verify(tmp_path / "p").is_sound


def test_a_page_that_cannot_be_drawn_is_named_and_its_text_packed(tmp_path: Path) -> None:
    """A PDF is read with its password, which the archive does not keep."""
    (tmp_path / "words").write_text("tajna\n", encoding="utf-8")
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 100), "Ugovor o nadzoru javnih povrsina")
        document.save(tmp_path / "ugovor.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="tajna", owner_pw="x")
    (tmp_path / "dopis.txt").write_text("Dopis o kamerama", encoding="utf-8")
    files = (tmp_path / "ugovor.pdf", tmp_path / "dopis.txt")
    added = run_dosije(tmp_path / "home", "add", *files, "--password-file", tmp_path / "words", "--json")
    assert added.returncode == 0, added.stdout
    ids = {Path(line["path"]).name: line["id"] for line in map(json.loads, added.stdout.splitlines()[:-1])}
    run = Room(tmp_path / "home", ids).packet("make", "--output", tmp_path / "p", *(f"{id_}@1" for id_ in ids.values()))
    assert run.exception is None, run.exception
    assert "not drawn: " in run.output
    (page,) = table(tmp_path / "p")["pages"]
    assert (page["bates"], page["image"], "password" in page["note"]) == (None, None, True)
    html = (tmp_path / "p/data/index.html").read_text(encoding="utf-8")
    assert "needs a password, and none was given." in html
    assert "The cited documents have no pages to show as images" in html
    assert not (tmp_path / "p/data/clips.pdf").exists()
    assert verify(tmp_path / "p").is_sound
