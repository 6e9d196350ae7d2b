"""A story as a public page: what is in the folder, what is not, and that it verifies until a byte is another."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from archive.archive import Archive
from archive.config import Settings
from archive.errors import UsageError
from archive.store.events import EventName
from archive.store.stories.story import StoryReader
from archive.stories.publication import PageOptions, WrittenPage
from archive.stories.references import free_text, heading, named
from archive.stories.sealing import verify_files
from indexer.images.clips import ClipRenderer
from indexer.packets import make_all
from tests.conftest import run_dosije
from tests.rights_samples import Rights, build
from tests.webapp_html import text_of
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.files.public.writing import write_public_page

pytestmark = pytest.mark.usefixtures("warm_readers")

BASE = "https://example.org/kamere"
ANA = StoryReader("Ana", sees_all=True)


class _Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(path: Path) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(path.read_text("utf-8"))
    return parser.found


def everything(folder: Path) -> str:
    return "".join(one.read_text("utf-8") for one in folder.rglob("*") if one.suffix in (".html", ".json", ".css"))


@pytest.fixture(scope="module")
def home(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("public") / "home"
    shutil.copytree(specimen_home, home)
    return home


@pytest.fixture(scope="module")
def story(home: Path) -> str:
    """A story with each kind of item, of the specimens."""
    with Archive.open(home) as archive:
        found = {one.filename: one.id for one in archive.catalog.documents.newest_first()}
        contract, letter = found["becej-2020-ugovor.pdf"], found["becej-2022-foi-zahtev.txt"]
        vendor = archive.catalog.vendors.search("Vidozor", 1, 0)[1][0].id
        number = "/findings/competition/cell?column=One+bid"
        references = (f"{contract}#art_2", f"{contract}@2", f"{letter}:0-9", number, f"vendor:{vendor}", "/?q=kamere",
                      letter)  # fmt: skip
        contents = [heading("Ko <prodaje>"), free_text("Uvod & više.\n\nDrugi pasus. JMBG 0101990710006.")]
        contents += [named(archive, one) for one in references]
        stories = archive.catalog.stories
        return stories.add(stories.create("Kamere", ANA).id, contents, ANA).id


def published(home: Path, story: str, folder: Path, *options: str) -> None:
    run = run_dosije(home, "story", "publish", story, folder, *options)
    assert run.returncode == 0, run.stderr


@pytest.fixture(scope="module")
def folder(home: Path, story: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "kamere"
    published(home, story, folder, "--base-url", BASE, "--language", "sr-Latn")
    return folder


def test_the_page_is_in_the_script_of_its_language_but_for_words_of_others(
    home: Path, story: str, folder: Path, tmp_path: Path
) -> None:
    published(home, story, tmp_path / "page", "--language", "sr-Cyrl")
    page = (tmp_path / "page" / "index.html").read_text("utf-8")
    text = text_of(page)
    for typed in ("Kamere", "Ko <prodaje>", "Uvod & više.", "Drugi pasus."):
        assert typed in text, "what a person wrote"
    for ours in ("Извори", "Добављач", "Видозор", "Једна понуда", "Шта је на овој страници зацрњено"):
        assert ours in text, ours
    quoted = re.findall("<blockquote[^>]*><p>(.*?)</p>", page)
    assert quoted == re.findall("<blockquote[^>]*><p>(.*?)</p>", (folder / "index.html").read_text("utf-8"))


def test_the_page_has_what_the_story_has_and_needs_no_script(folder: Path) -> None:
    page = (folder / "index.html").read_text("utf-8")
    text = text_of(page)
    for said in ("Kamere", "Ko <prodaje>", "Uvod & više.", "Drugi pasus.", "12.480.000,00", "Vidozor", "SHA-256"):
        assert said in text
    assert "0101990710006" not in everything(folder)
    for one in (folder / "index.html", *folder.glob("quotations/*.html")):
        for tag, attributes in tags(one):
            assert tag not in ("script", "style", "iframe", "object", "form"), one
            assert not [name for name in attributes if name == "style" or name.startswith("on")], one
            for name in ("src", "href"):
                target = attributes.get(name)
                if target and not target.startswith(("#", "http")):
                    assert (one.parent / target.partition("#")[0]).is_file(), target
            if tag == "img":
                assert attributes["alt"]
                with Image.open(one.parent / str(attributes["src"])) as image:
                    assert [str(size) for size in image.size] == [attributes["width"], attributes["height"]]
        outside = re.findall(r'(?:src|href)="(https?:[^"]+)"', one.read_text("utf-8"))
        assert {target for target in outside if not target.startswith(BASE)} == set()
    assert "url(http" not in (folder / "style.css").read_text("utf-8")
    assert (folder / "faces" / "OFL.txt").is_file()
    assert len(page.encode()) < 100_000


def test_search_engines_networks_and_programs_that_embed_are_told_whole_addresses(folder: Path) -> None:
    head = {
        str(attributes.get("name") or attributes.get("property") or attributes.get("rel")): attributes
        for tag, attributes in tags(folder / "index.html")
        if tag in ("meta", "link")
    }
    assert head["description"]["content"] == "Uvod & više. Drugi pasus. JMBG █████████████."
    assert head["og:title"]["content"] == "Kamere"
    assert head["og:image"]["content"] == f"{BASE}/clips/001-1.png"
    assert head["canonical"]["href"] == f"{BASE}/index.html"
    table = json.loads((folder / "story.json").read_text("utf-8"))
    for quotation in table["quotations"]:
        page = tags(folder / quotation["page"])
        (link,) = (one for tag, one in page if tag == "link" and one.get("type") == "application/json+oembed")
        told = json.loads((folder / str(link["href"]).removeprefix(f"{BASE}/")).read_text("utf-8"))
        assert (told["version"], told["type"]) == ("1.0", "rich")
        assert f'src="{BASE}/{quotation["page"]}"' in told["html"]
        assert "<script" not in told["html"]
    assert [one["value"] for one in table["numbers"]] == ["3"]
    assert len(table["numbers"][0]["quotations"]) == 3, "the words behind each of the three procedures"


def test_it_verifies_with_sha256sum_and_with_the_archive_until_a_byte_is_another(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "manifest-sha256.txt"], cwd=folder, check=True)
    run = run_dosije(home, "story", "verify", folder, "--json")
    told = json.loads(run.stdout)
    assert (run.returncode, told["sound"], told["problems"]) == (0, True, []), told
    assert told["quotations"] == told["verified"] + told["masked"] == 6
    assert told["event"] > 0
    with Archive.open(home, create=False) as archive:
        (logged,) = (
            one.detail for one in archive.catalog.events.named(EventName.REDACTION) if told["seal"] in str(one.detail)
        )
    assert "Kamere" not in str(logged), "the log tells nobody what a story is called"
    for name, content, problem in (
        ("index.html", b"<p>", "index.html was changed."),
        ("clips/001-1.png", None, "clips/001-1.png is missing."),
        ("extra.html", b"x", "extra.html was added."),
        ("manifest-sha256.txt", b"0" * 64 + b"  index.html\n", "The event log"),
    ):
        copy = tmp_path / name.replace("/", "-") / "page"
        shutil.copytree(folder, copy)
        if content is None:
            (copy / name).unlink()
        else:
            (copy / name).write_bytes(content)
        run = run_dosije(home, "story", "verify", copy)
        assert run.returncode == 4, name
        assert f"PROBLEM: {problem}" in run.stdout
    run = run_dosije(home, "story", "verify", tmp_path)
    assert (run.returncode, "no published story" in run.stderr) == (2, True)


def test_what_cannot_be_published_is_refused(home: Path, story: str, folder: Path, tmp_path: Path) -> None:
    for arguments, said in (
        ((story, folder), "exists already"),
        (("nigde", tmp_path / "a"), "no story"),
        ((story, tmp_path / "a", "--base-url", "javascript:alert(1)"), "not an address"),
        ((story, tmp_path / "a", "--base-url", "https://example.org/?a=b"), "not an address"),
        ((story, tmp_path / "a", "--language", "de"), "Invalid value"),
        ((story, tmp_path / "a", "--mask", "fax"), "no class"),
        ((story, tmp_path / "a", "--mask", "phone"), "Nobody has approved the masks"),
        ((story, tmp_path / "a", "--mask", "phone"), "Nor those of "),
    ):
        run = run_dosije(home, "story", "publish", *map(str, arguments))
        assert run.returncode == 2, arguments
        assert said in run.stderr
    assert list(tmp_path.iterdir()) == [], "nothing half made stays"


def test_what_is_masked_is_in_no_file_and_black_on_the_cut(home: Path, tmp_path: Path) -> None:
    with Archive.open(home) as archive:
        found = {one.filename: one.id for one in archive.catalog.documents.newest_first()}
        award = found["becej-2020-ugovor.pdf"]
        words = archive.catalog.readings.words(award, 1, 1).texts
        at = next(place for place, text in enumerate(words) if "12.480.000" in text)
        told = archive.catalog.stories.add(
            archive.catalog.stories.create("Crno", ANA).id, [named(archive, f"{award}:{at - 3}-{at + 3}")], ANA
        )
    assert run_dosije(home, "masks", award, "--add", f"{at}-{at}", "--by", "Ana").returncode == 0
    assert run_dosije(home, "masks", award, "--mask", "phone", "--approve", "--by", "Ana").returncode == 0
    published(home, told.id, tmp_path / "out", "--mask", "phone", "--base-url", BASE)
    assert words[at] not in everything(tmp_path / "out")
    assert "quote=" not in everything(tmp_path / "out"), "by the hash of the words, a few of them could be found"
    assert "██" in (tmp_path / "out" / "index.html").read_text("utf-8")
    with Image.open(tmp_path / "out" / "clips" / "001-1.png") as clip:
        grey = clip.convert("L")
        black = sum(grey.histogram()[:8]) / (grey.width * grey.height)
    assert black > 0.02
    run = run_dosije(home, "story", "verify", tmp_path / "out", "--json")
    assert json.loads(run.stdout)["masked"] == 1
    assert run.returncode == 0


def test_a_quotation_whose_words_are_not_masked_is_verified_whatever_is_masked_around_it(
    home: Path, tmp_path: Path
) -> None:
    """The source names the vendor, and the words just before and behind are told, too."""
    with Archive.open(home) as archive:
        found = {one.filename: one.id for one in archive.catalog.documents.newest_first()}
        contract = found["becej-2020-ugovor.pdf"]
        words = archive.catalog.readings.words(contract, 1, 1).texts
        price = next(place for place, text in enumerate(words) if "14.976.000" in text)
        vendor = next(place for place, text in enumerate(words) if "Vidozor" in text)
        told = archive.catalog.stories.add(
            archive.catalog.stories.create("Okolo", ANA).id, [named(archive, f"{contract}:{price}-{price + 1}")], ANA
        )
    for masked in (vendor, price - 1, price + 2):
        assert run_dosije(home, "masks", contract, "--add", f"{masked}-{masked}", "--by", "Ana").returncode == 0
    assert run_dosije(home, "masks", contract, "--mask", "phone", "--approve", "--by", "Ana").returncode == 0
    published(home, told.id, tmp_path / "out", "--mask", "phone")
    annotation = tmp_path / "out" / "quotations" / "001.annotation.json"
    value = json.loads(annotation.read_text("utf-8"))["body"]["value"]
    assert "█" in value
    assert "Vidozor" not in value
    run = run_dosije(home, "story", "verify", tmp_path / "out", "--json")
    assert run.returncode == 0, run.stdout
    assert (json.loads(run.stdout)["verified"], json.loads(run.stdout)["masked"]) == (1, 0)
    named_apart = run_dosije(home, "verify", annotation, "--json")
    assert {one.partition(":")[0] for one in json.loads(named_apart.stdout)["not_compared"]} >= {
        "body",
        "prefix",
        "suffix",
    }
    for false in (value.replace("Opština", "Opstina"), f"█{value}", f"{value} Fax 1"):
        other = tmp_path / "other.json"
        other.write_text(json.dumps(json.loads(annotation.read_text("utf-8")) | {"body": {"value": false}}), "utf-8")
        assert run_dosije(home, "verify", other).returncode == 4, false


@pytest.fixture
def client(home: Path) -> Iterator[tuple[FlaskClient, Archive]]:
    with Archive.open(home, create=False) as archive:
        yield create_app(archive, NoPicture()).test_client(), archive


def test_the_browser_orders_a_page_and_downloads_it(
    client: tuple[FlaskClient, Archive], story: str, tmp_path: Path
) -> None:
    browser, archive = client
    assert f"/stories/{story}/page" in browser.get(f"/stories/{story}").text
    offered = browser.get(f"/stories/{story}/page").text
    assert "3 quotations with their cuts" in text_of(offered)
    assert browser.post(f"/stories/{story}/page", data={"language": "de"}).status_code == 400
    assert browser.post(f"/stories/{story}/page", data={"base": "ftp://a"}).status_code == 400
    assert browser.post(f"/stories/{story}/page", headers={"Origin": "https://example.org"}).status_code == 403
    answer = browser.post(f"/stories/{story}/page", data={"language": "sr-Cyrl", "base": BASE})
    assert answer.status_code == 303
    assert make_all(archive, write_public_page) == 1
    shown = browser.get(answer.location).text
    assert "Verified" in text_of(shown)
    zipped = browser.get(f"{answer.location}/packet.zip")
    (tmp_path / "page.zip").write_bytes(zipped.data)
    zipped.close()
    assert verify_files(tmp_path / "page.zip").is_sound
    with zipfile.ZipFile(io.BytesIO((tmp_path / "page.zip").read_bytes())) as file:
        (index,) = (name for name in file.namelist() if name.endswith("/index.html") and name.count("/") == 1)
        assert '<html lang="sr-Cyrl"' in file.read(index).decode()


def test_a_page_shows_what_who_published_it_may_read(tmp_path: Path) -> None:
    """A member of the private collection puts its letter into a story, and shares it with one who sees none of that."""
    rights: Rights = build(tmp_path / "rights", with_secret=True)
    with rights.archive as archive:
        stories, member = archive.catalog.stories, StoryReader("member")
        contents = [
            named(archive, one) for one in (rights.hidden[1], f"{rights.hidden[1]}:0-3", f"{rights.letter}:0-3")
        ]
        story = stories.add(stories.create("Zajednička", member).id, contents, member)
        stories.share(story.id, ["reader"], member)
        seen = archive.hiding(frozenset({"zmajska tajna"}))
        reader = StoryReader("reader")
        made = write(seen, story.id, reader, tmp_path / "out")
        assert made.quotations == 1
        told = everything(tmp_path / "out").lower()
        assert "zmaj" not in told
        assert rights.hidden[1] not in told
        assert rights.letter in told


def write(archive: Archive, story: str, reader: StoryReader, target: Path, **options: Any) -> WrittenPage:
    renderer = ClipRenderer(Settings())
    try:
        found = archive.catalog.stories.get(story, reader)
        asked = PageOptions("http://127.0.0.1:8000", **options)
        return write_public_page(archive, found, reader, asked, renderer, target, lambda _done, _total: None)
    finally:
        renderer.close()


def test_an_address_that_is_none_is_refused() -> None:
    for base in ("example.org", "//example.org", "https://", "https://a/#b"):
        with pytest.raises(UsageError):
            PageOptions("http://127.0.0.1", base)
