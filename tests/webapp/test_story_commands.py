"""``dosije story``, as a person at a terminal uses it, on the specimens."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest

from archive.annotations import AnnotationTarget, target_of
from archive.archive import Archive
from archive.errors import UsageError
from archive.packet.verification import verify
from archive.stories.numbers import counted_number
from archive.stories.references import named
from tests.conftest import run_dosije

pytestmark = pytest.mark.usefixtures("warm_readers")


@pytest.fixture(scope="module")
def home(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("story") / "home"
    shutil.copytree(specimen_home, home)
    return home


@pytest.fixture(scope="module")
def contract(home: Path) -> str:
    with Archive.open(home) as archive:
        return next(one.id for one in archive.catalog.documents.newest_first() if "becej-2020-ugovor" in one.filename)


def ran(home: Path, *arguments: str | Path) -> Any:
    run = run_dosije(home, "story", *arguments)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout) if "--json" in arguments else run.stdout


def test_a_story_from_its_first_item_to_the_files_that_leave(home: Path, contract: str, tmp_path: Path) -> None:
    with Archive.open(home) as archive:
        asked = AnnotationTarget(words="3-6")
        document = archive.catalog.documents.find(contract)
        note = archive.catalog.annotations.add(target_of(archive.catalog, document, asked), "Pitati ih", "Ana").id
        vendor = archive.catalog.vendors.search("", 1, 0)[1][0]
        number = run_dosije(home, "findings", "competition", "--format", "json")
        cell = json.loads(number.stdout)["total"]["cells"]["units"]
    story = ran(home, "new", "Kamere u Bečeju", "--by", "Ana", "--json")["id"]
    address = cell["url"][cell["url"].index("/findings") :]
    references = [contract[:10], f"{contract[:10]}@1", f"{contract[:10]}#art_1", f"{contract[:10]}:0-5",
                  f"note:{note}", f"vendor:{vendor.name}", address, "/?q=kamere&kind=contract"]  # fmt: skip
    added = ran(home, "add", story, *references, "--heading", "Ko prodaje", "--text", "Uvod.", "--by", "Ana", "--json")
    assert (added["count"], added["owner"], added["members"]) == (10, "Ana", [])
    items = ran(home, "show", "kamere u bečeju", "--json")["items"]
    kinds = ["heading", "text", "document", "page", "clause", "words", "note", "vendor", "number", "search"]
    assert [one["kind"] for one in items] == kinds
    assert not any(one["lost"] for one in items)
    assert items[5]["quotation"] == items[5]["content"]["quotation"] != ""
    assert items[8]["content"]["value"] == str(cell["number"]).removesuffix(".0")
    assert items[9]["path"] == "/?q=kamere&kind=contract"
    ran(home, "move", story, items[9]["id"], "--after", items[0]["id"], "--by", "Iva")
    ran(home, "remove", story, items[3]["id"], items[1]["id"], "--by", "Ana")
    assert ran(home, "undo", story, "--by", "Ana", "--json")["count"] == 10
    assert "undo" in ran(home, "show", story, "--history")
    text = ran(home, "export", story)
    assert "# Kamere u Bečeju" in text
    assert "## Ko prodaje" in text
    assert f"/cite/{contract}/1/0-5?quote=" in text
    assert vendor.name.split()[0] in text
    rows = list(csv.DictReader(ran(home, "export", story, "--format", "csv").splitlines()))
    assert [row["id"] for row in rows] == [contract]
    assert rows[0]["url"].endswith(f"/documents/{contract}")
    ran(home, "export", story, "--format", "docx", "--output", tmp_path / "story.docx")
    written = docx.Document(str(tmp_path / "story.docx"))
    assert "Ko prodaje" in [one.text for one in written.paragraphs if one.style and one.style.name == "Heading 1"]
    quoted = [one.text for one in written.paragraphs if one.style and one.style.name == "Quote"]
    assert len(quoted) == 3
    assert any("/c/" in rel.target_ref or "/cite/" in rel.target_ref for rel in written.part.rels.values())
    ran(home, "export", story, "--format", "packet", "--output", tmp_path / "packet")
    report = verify(tmp_path / "packet")
    assert report.is_sound
    assert report.citations == 3
    assert "Kamere u Bečeju" not in "".join(path.read_text() for path in (tmp_path / "packet").rglob("*.jsonl"))
    assert ran(home, "remove", story, "--whole", "--by", "Ana", "--json")["removed"]
    assert story not in json.dumps(ran(home, "list", "--json"))
    assert not ran(home, "undo", story, "--by", "Ana", "--json")["removed"]
    assert "well" in run_dosije(home, "check", "--json").stdout


@pytest.mark.parametrize(
    "reference",
    [
        "", "x", "/", "/?sort=newest", "/?q=", "/vendors/", "/vendors/nobody", "/annotations/12345678", "note:1",
        "vendor:", "vendor:Niko Nikome", "00000000", "/findings/nothing/cell?column=units",
        "/findings/competition/cell", "/findings/competition/cell?column=nothing", "{contract}@0", "{contract}@99",
        "{contract}@x", "{contract}#art_999", "{contract}:5-2", "{contract}:0-99999999",
        "/documents/{contract}/pages/77",
        "/documents/{contract}/clauses/art_999", "/documents/{contract}?reading=9&words=0-1", "/c/ZZZZZZ",
        "/cite/{contract}/1/0-5?quote=00000000000000000000000000000000", "/?q=a&amount_min=x", "x" * 5000,
        "javascript:alert(1)", "https://example.org/",
    ],
)  # fmt: skip
def test_what_is_nothing_cannot_be_added(home: Path, contract: str, reference: str) -> None:
    with Archive.open(home) as archive, pytest.raises(UsageError):
        named(archive, reference.format(contract=contract))


def test_what_goes_wrong_at_a_terminal_is_said(home: Path, contract: str, tmp_path: Path) -> None:
    story = ran(home, "new", "Greške", "--json")["id"]
    for arguments, said in (
        (("add", story), "nothing to add"),
        (("add", "nigde", contract), "no story 'nigde'"),
        (("add", story, contract, "/vendors/nobody"), "nobody"),
        (("remove", story), "Say what to remove"),
        (("share", story, "Niko"), "no user 'Niko'"),
        (("export", story, "--format", "docx"), "--output"),
        (("export", story, "--format", "packet", "--output", str(tmp_path / "p")), "no words, clause or note"),
    ):
        run = run_dosije(home, "story", *arguments)
        assert run.returncode == 2
        assert said in run.stderr
    assert ran(home, "show", story, "--json")["count"] == 0


def test_each_file_says_that_a_number_is_another_now_and_how_much_more_is_behind_it(home: Path, tmp_path: Path) -> None:
    """A file outlives the page that says so, and what is written around a number in it is of the number before."""
    with Archive.open(home) as archive:
        award = next(
            one.id for one in archive.catalog.documents.newest_first() if "kladovo-2019-odluka" in one.filename
        )
    story = ran(home, "new", "Brojevi", "--by", "Ana", "--json")["id"]
    ran(home, "add", story, "/findings/competition/cell?column=units", "/findings/competition/cell?column=One+bid",
        "--by", "Ana")  # fmt: skip
    before = [one["content"] for one in ran(home, "show", story, "--json")["items"]]
    assert run_dosije(home, "correct", award, "bids", "2", "--by", "Ana").returncode == 0
    now = [one["content"] for one in ran(home, "show", story, "--json")["items"]]
    few, many = int(now[1]["value"]), int(now[0]["value"])
    assert (before[1]["value"], before[0]["value"]) == (str(few + 1), str(many))
    assert now[1]["as_of"] > before[1]["as_of"]
    ran(home, "export", story, "--format", "docx", "--output", tmp_path / "story.docx")
    word = "\n".join(one.text for one in docx.Document(str(tmp_path / "story.docx")).paragraphs)
    for told in (ran(home, "export", story), word, ran(home, "show", story)):
        assert told.count("when it was added") == told.count(f"It was {few + 1} when it was added") == 1
    for told in (ran(home, "export", story), word):
        quoted = [len(re.findall("„.+” — ", part)) for part in re.split("Competition: .+: [0-9]+", told)[1:]]
        more = [int(count) for count in re.findall("and ([0-9]+) more behind it", told)]
        with Archive.open(home) as archive:
            behind = len(counted_number(archive, "/findings/competition/cell?column=units").cell.proofs)
        assert quoted[0] + more[0] == behind


def test_each_file_says_what_a_number_was_counted_from_and_cannot_know(home: Path, tmp_path: Path) -> None:
    """A sum whose gaps stay behind in the archive is read as the whole sum."""
    table = json.loads(run_dosije(home, "findings", "spending", "--format", "json").stdout)
    cells = [cell for cell in table["total"]["cells"].values() if "RSD" in cell["url"] and cell["number"]]
    address = cells[0]["url"][cells[0]["url"].index("/findings") :]
    with Archive.open(home) as archive:
        now = counted_number(archive, address)
    units, rest, documents = now.cell.units, now.cell.unknown, now.cell.documents
    assert units > 1 <= rest
    story = ran(home, "new", "Potrošnja", "--by", "Ana", "--json")["id"]
    ran(home, "add", story, address, "--by", "Ana")
    ran(home, "export", story, "--format", "docx", "--output", tmp_path / "story.docx")
    word = "\n".join(one.text for one in docx.Document(str(tmp_path / "story.docx")).paragraphs)
    ran(home, "publish", story, tmp_path / "public")
    public = (tmp_path / "public" / "index.html").read_text("utf-8")
    markdown = ran(home, "export", story)
    for told in (markdown, word, public):
        assert all(told.count(f"It cannot know: {line}") == 1 for line in now.table.definition.cannot)
    assert f"From procedures: {units}; documents: {documents}; not counted here: {rest}." in markdown
    assert f"{units} procedures · {documents} documents · {rest} not counted here" in word
    assert f"from {units} procedures, {documents} documents, {rest} not counted here" in public
