"""A packet that was changed anywhere is noticed, and what was changed is named."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import bagit
import pytest

from archive.errors import UsageError
from archive.packet.layout import read_table
from archive.packet.log import faults as event_faults
from archive.packet.verification import Opened, PacketFault, citation_faults, opened, verify
from tests.archive.packet.conftest import Room

pytestmark = pytest.mark.usefixtures("warm_readers")

Change = Callable[[Path], None]


def flipped(path: Path, at: int = -20) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def replaced(old: str, new: str) -> Change:
    def change(path: Path) -> None:
        text = path.read_bytes().decode()
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode())

    return change


def words_moved(path: Path) -> None:
    """A permalink that leads to the word after the cited ones as well."""
    text = path.read_bytes().decode()
    changed = re.sub(r"(/cite/[0-9a-f]{64}/1/\d+-)(\d+)", lambda found: f"{found[1]}{int(found[2]) + 1}", text)
    assert changed != text
    path.write_bytes(changed.encode())


def event_changed(path: Path) -> None:
    """Another time of an event whose detail is there. (Of one whose detail is left out, nobody can tell the hash.)"""
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    whole = next(event for event in events if event["detail"] is not None)
    whole["at"] = whole["at"].replace("2", "1", 1)
    path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")


def event_removed(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:2] + lines[3:]) + "\n", encoding="utf-8")


def original_left_out(path: Path) -> None:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    told["citations"][0]["reading"] = 7
    path.write_text(json.dumps(told), encoding="utf-8")


ANNOTATION = "data/citations/001.annotation.json"
CHANGES: dict[str, tuple[str, Change, str]] = {
    "original": ("data/originals/01-becej-2020-ugovor.pdf", flipped, "It is not the original that was cited"),
    "text": ("data/text/01-reading-1-page-0002.txt", replaced("Obaveze", "Prava"), "quotes do not stand between"),
    "annotation": (
        ANNOTATION,
        replaced('"exact": "Član 5.', '"exact": "Član 6.'),
        "do not have the hash that it names",
    ),
    "annotation's body": (ANNOTATION, replaced("„Član 5.", "„Član 6."), "It quotes other words"),
    "words around": (
        "data/text/01-reading-1-page-0002.txt",
        replaced("Član 6.", "Član 9."),
        "Other words stand around",
    ),
    "quotation": ("data/citations/004.txt", replaced("тражене", "дражене"), "It quotes other words"),
    "markdown": ("data/citations/004.md", replaced("тражене", "дражене"), "It quotes other words"),
    "bibtex": ("data/citations/002.bib", words_moved, "It cites other words"),
    "ris": ("data/citations/002.ris", words_moved, "It cites other words"),
    "csl": ("data/citations/003.csl.json", words_moved, "It cites other words"),
    "title in ris": ("data/citations/002.ris", replaced("TI  - ", "TI  - Lažni "), "It says of the words"),
    "title in csl": ("data/citations/003.csl.json", replaced('"title": "', '"title": "Lažni '), "It says of the words"),
    "note in bibtex": ("data/citations/002.bib", replaced("reči ", "reči 1"), "It says of the words"),
    "page in text": ("data/citations/004.txt", replaced("стр. ", "стр. 9"), "It says of the words"),
    "page in markdown": ("data/citations/004.md", replaced("стр. ", "стр. 9"), "It says of the words"),
    "page in annotation": (ANNOTATION, replaced('"value": "page=2"', '"value": "page=3"'), "names other pages"),
    "clause on the page": ("data/index.html", replaced("član 5", "član 9"), "It shows citation 1 otherwise"),
    "words on the page": ("data/index.html", replaced("тражене", "дражене"), "It shows citation 4 otherwise"),
    "event": ("data/events.jsonl", event_changed, "was changed: its hash is not that of what it says"),
    "missing event": ("data/events.jsonl", event_removed, "events; "),
    "table": ("data/packet.json", original_left_out, ""),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_file_is_named(packet: Path, what: str) -> None:
    name, change, _ = CHANGES[what]
    change(packet / name)
    answer = verify(packet)
    assert PacketFault(name, "It was changed: its SHA-256 is not the one in manifest-sha256.txt.") in answer.problems
    assert not answer.is_sound


@pytest.mark.parametrize("what", [what for what in CHANGES if what != "table"])
def test_new_manifests_hide_no_change(packet: Path, what: str) -> None:
    """Somebody changes a file and makes a valid bag of it again."""
    before = verify(packet).seal
    name, change, reason = CHANGES[what]
    change(packet / name)
    bagit.Bag(str(packet)).save(manifests=True)
    bagit.Bag(str(packet)).validate()
    answer = verify(packet)
    assert any(one.file == name and reason in one.text for one in answer.problems), answer.problems
    assert answer.seal != before


def test_a_citation_that_the_table_places_elsewhere_is_named(packet: Path) -> None:
    original_left_out(packet / "data/packet.json")
    bagit.Bag(str(packet)).save(manifests=True)
    (problem,) = verify(packet).problems
    assert problem.file == "data/citations/001.annotation.json"
    assert "cites other words than citation 1 of packet.json" in problem.text


@pytest.mark.parametrize("name", ["data/pages/CASE-7-000001.png", "data/clips.pdf", "data/index.html", "bag-info.txt"])
def test_one_changed_byte_anywhere_is_named(packet: Path, name: str) -> None:
    flipped(packet / name)
    manifest = "tagmanifest-sha256.txt" if name == "bag-info.txt" else "manifest-sha256.txt"
    assert f"It was changed: its SHA-256 is not the one in {manifest}." in {
        one.text for one in verify(packet).problems if one.file == name
    }


def test_every_file_of_a_packet_is_covered(made: Path, tmp_path: Path) -> None:
    """Each file in turn loses a byte at its end."""
    shutil.copytree(made, tmp_path / "p")
    files = [path for path in sorted((tmp_path / "p").rglob("*")) if path.is_file()]
    assert len(files) > 50
    for path in files:
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        named = {one.file for one in verify(tmp_path / "p").problems}
        name = path.relative_to(tmp_path / "p").as_posix()
        # Without its line end, a manifest says the same; the seal is what covers the tag manifest.
        assert name in named or name == "tagmanifest-sha256.txt", name
        path.write_bytes(content)
    assert verify(tmp_path / "p").is_sound


def test_missing_and_added_files_are_named(packet: Path) -> None:
    (packet / "data/text/01-reading-1-page-0001.txt").unlink()
    (packet / "data/originals/06-jos-jedan.pdf").write_bytes(b"%PDF-")
    (packet / "data/originals/tajna.txt").symlink_to("/etc/hostname")
    problems = verify(packet).problems
    assert PacketFault("data/text/01-reading-1-page-0001.txt", "It is missing.") in problems
    assert PacketFault("data/originals/06-jos-jedan.pdf", "No manifest names it: it was added.") in problems


def test_names_lead_nowhere_outside(packet: Path) -> None:
    """A manifest and a table that name files of the reader's own."""
    secret = packet.parent / "secret.txt"
    secret.write_text("tajna", encoding="utf-8")
    with (packet / "manifest-sha256.txt").open("a", encoding="utf-8") as file:
        file.write(f"{'0' * 64}  ../secret.txt\n{'0' * 64}  {secret}\n")
    replaced("data/text/01-reading-1-page-0001.txt", "../secret.txt")(packet / "data/packet.json")
    problems = verify(packet).problems
    for name in ("../secret.txt", str(secret)):
        assert [one.text for one in problems if one.file == name] == ["It is missing."]


@pytest.mark.parametrize(
    "table", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "documents": [{"id": 5}]}', "[" * 9]
)
def test_a_table_that_makes_no_sense_is_a_problem(packet: Path, table: str) -> None:
    (packet / "data/packet.json").write_text(table, encoding="utf-8")
    answer = verify(packet)
    assert any("The contents of the packet cannot be read" in one.text for one in answer.problems)


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"\xff\xfe", b'{"type": "Annotation", "target": 3}', b"null"])
@pytest.mark.parametrize("name", ["001.annotation.json", "001.txt", "001.bib"])
def test_a_citation_that_makes_no_sense_is_a_problem(packet: Path, name: str, content: bytes) -> None:
    (packet / "data/citations" / name).write_bytes(content)
    assert len([one for one in verify(packet).problems if one.file == f"data/citations/{name}"]) > 1


@pytest.mark.parametrize("line", ["null", "{}", '{"number": [], "at": 1}', "x"])
def test_an_event_that_makes_no_sense_is_a_problem(packet: Path, line: str) -> None:
    with (packet / "data/events.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    assert any("is not an event" in one.text for one in verify(packet).problems)


ODD: tuple[Any, ...] = (None, True, -1, 1.5, "", "x", "\u202e", [], {}, [[]], float("inf"), 10**30)


def places_of(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside a JSON value."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*way, key)
        yield from places_of(value[key], (*way, key))


def with_odd_values(text: str) -> Iterator[str]:
    """JSON in which one value is odd or missing, whichever it is."""
    for way in places_of(json.loads(text)):
        for odd in (*ODD, ...):
            value = json.loads(text)
            inner = value
            for key in way[:-1]:
                inner = inner[key]
            if odd is ...:
                del inner[way[-1]]
            else:
                inner[way[-1]] = odd
            yield json.dumps(value)


def test_no_value_of_the_table_breaks_the_reader(made: Path) -> None:
    for text in with_odd_values((made / "data/packet.json").read_text(encoding="utf-8")):
        with suppress(ValueError):
            read_table(text)


def test_no_value_of_an_annotation_or_an_event_breaks_the_reader(made: Path) -> None:
    citation = read_table((made / "data/packet.json").read_text(encoding="utf-8")).citations[2]
    name = citation.files["annotation"]
    with opened(made) as bag:
        assert list(citation_faults(bag, citation)) == []
        for text in with_odd_values(bag.text(name)):
            changed = partial(io.BytesIO, text.encode())
            found = list(citation_faults(Opened({**bag.files, name: changed}), citation))
            assert all(isinstance(said, str) for fault in found for said in fault)
    event = (made / "data/events.jsonl").read_text(encoding="utf-8").splitlines()[0]
    document = json.loads(event)["document"]
    assert list(event_faults(event, {document})) == []
    for text in with_odd_values(event):
        # No detail is what an event with a number in it has.
        assert list(event_faults(text, {document})) or json.loads(text).get("detail", "") is None


def test_a_terminal_is_told_nothing_by_names(room: Room, packet: Path) -> None:
    with (packet / "manifest-sha256.txt").open("a", encoding="utf-8") as file:
        file.write(f"{'0' * 64}  data/\x1b[2J\x07.txt\n")
    assert "data/\\x1b[2J\\x07.txt: It is missing." in room.packet("verify", packet).output


def zipped(packet: Path, target: Path) -> Path:
    return Path(shutil.make_archive(str(target.with_suffix("")), "zip", packet.parent, packet.name))


def test_a_zip_made_by_others_is_read_as_well(packet: Path, tmp_path: Path) -> None:
    file = zipped(packet, tmp_path / "p.zip")
    assert verify(file).is_sound
    with zipfile.ZipFile(file, "a") as changed, pytest.warns(UserWarning, match="Duplicate name"):
        changed.writestr("packet/data/index.html", "<h1>Nothing to see</h1>")
    with zipfile.ZipFile(file, "a") as changed:
        changed.writestr("beside/file.txt", "x")
    problems = verify(file).problems
    assert PacketFault("data/index.html", "The zip holds it several times.") in problems
    assert PacketFault("../beside/file.txt", "No manifest names it: it was added.") in problems


def test_a_damaged_zip_is_told(packet: Path, tmp_path: Path) -> None:
    file = zipped(packet, tmp_path / "p.zip")
    with zipfile.ZipFile(file) as whole:
        entry = whole.getinfo("packet/data/clips.pdf")
    flipped(file, entry.header_offset + 5000)
    (problem,) = {one for one in verify(file).problems if one.file == "data/clips.pdf"}
    assert problem.text.startswith("It cannot be read: ")
    os.truncate(file, 5000)
    with pytest.raises(UsageError, match="neither a folder nor a complete ZIP file"):
        verify(file)


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_what_is_no_packet_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"cannot be read|is not a packet"):
        verify(tmp_path / name)


def test_the_command_says_what_is_wrong_and_fails(room: Room, packet: Path) -> None:
    run = room.packet("verify", packet)
    assert run.output.startswith("VERIFIED: 60 files, 6 citations of 5 documents.\n")
    flipped(packet / "data/originals/01-becej-2020-ugovor.pdf")
    run = room.packet("verify", packet)
    assert run.return_value == 4
    assert "CHANGED: 2 problems; " in run.output
    assert "data/originals/01-becej-2020-ugovor.pdf: It is not the original that was cited" in run.output
    told = json.loads(room.packet("verify", packet, "--json").output)
    assert told["verdict"] == "changed"
    assert {one["file"] for one in told["problems"]} == {"data/originals/01-becej-2020-ugovor.pdf"}


def test_numbers_and_letters_that_nothing_can_take_are_problems_too(packet: Path) -> None:
    """A packet may come from anybody: half characters have no hash, and no size has five thousand digits."""
    log = packet / "data/events.jsonl"
    first, *others = log.read_text(encoding="utf-8").splitlines()
    told = json.loads(first) | {"detail": "\ud800"}
    log.write_text("\n".join([json.dumps(told), *others]) + "\n", encoding="utf-8")
    info = packet / "bag-info.txt"
    info.write_text(re.sub(r"(?m)^Payload-Oxum: .*$", f"Payload-Oxum: {'9' * 5000}.1", info.read_text()), "utf-8")
    problems = {(one.file, one.text) for one in verify(packet).problems}
    assert ("data/events.jsonl", "Line 1 is not an event.") in problems
    assert any(file == "bag-info.txt" and "size of the payload" in text for file, text in problems)
