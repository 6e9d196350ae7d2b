"""Verification of a packet, a folder or a zip, which may have been tampered with."""

from __future__ import annotations

import json
import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import Path
from typing import IO, Any

from archive.citing.annotation import PARSE_ERRORS, address_in
from archive.citing.claims import Claim, claim_in, statement_in
from archive.citing.locators import Address, addresses_in, quote_hash
from archive.citing.mentions import Detail, mentions
from archive.citing.records import Record
from archive.citing.statements import Prose
from archive.errors import UsageError
from archive.packet import layout
from archive.packet.layout import BAG_DECLARATION, ENDINGS, PackedCitation, PacketTable, read_table
from archive.packet.log import faults as event_faults
from archive.packet.log import left_out
from archive.serialization import serialize
from archive.system.files import hashed

MOST_BYTES = 64 << 20
"""Most bytes of a text, a table or a citation."""

_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError)
"""Exceptions of reading a file from a damaged or encrypted zip, or one with an unsupported compression."""


class Unreadable(Exception):
    """A file of a packet cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of a packet by name, relative to the folder with ``bagit.txt``.

    ``twice`` are names that the zip has several times, of which programs may show different ones.
    """

    files: Mapping[str, Callable[[], IO[bytes]]]
    twice: tuple[str, ...] = ()

    def digest(self, name: str) -> tuple[str, int]:
        """Return the SHA-256 and the size of a file.

        :raises Unreadable: it cannot be read.
        """
        with self._open(name) as file:
            return hashed(iter(partial(file.read, 1 << 20), b""))

    def text(self, name: str) -> str:
        """Return a file as text.

        :raises Unreadable: it is missing, too long, or not UTF-8.
        """
        with self._open(name) as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Unreadable("It is too long.")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise Unreadable("It is not UTF-8 text.") from error

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        if name not in self.files:
            raise Unreadable("It is missing.")
        try:
            with self.files[name]() as file:
                yield file
        except _DAMAGED as error:
            raise Unreadable(f"It cannot be read: {error}.") from error


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a packet.

    :raises UsageError: there is none at ``path``.
    """
    if path.is_dir():
        yield _relative_to_bag(dict(_walk(path)), (), path)
        return
    try:
        with zipfile.ZipFile(path) as file:
            entries = [entry for entry in file.infolist() if not entry.is_dir()]
            counts = Counter(entry.filename for entry in entries)
            twice = tuple(sorted(name for name, count in counts.items() if count > 1))
            yield _relative_to_bag({entry.filename: _opener(file, entry) for entry in entries}, twice, path)
    except zipfile.BadZipFile as error:
        raise UsageError(
            f"{path} is neither a folder nor a complete ZIP file: {error}.", "Get the packet again."
        ) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Give the folder or the ZIP file.") from error


def _walk(folder: Path) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    for above, _, names in os.walk(folder):
        for name in names:
            path = Path(above, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), _opener_of_path(path)


def _opener_of_path(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _opener(file: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: file.open(entry)


def _relative_to_bag(files: Mapping[str, Callable[[], IO[bytes]]], twice: tuple[str, ...], path: Path) -> Opened:
    """Return the files relative to the bag's folder, which is the only one in a zip."""
    roots = {name.removesuffix(BAG_DECLARATION) for name in files if name.split("/", 1)[-1] == BAG_DECLARATION}
    if len(roots) != 1:
        raise UsageError(
            f"{path} is not a packet: it has no {BAG_DECLARATION}.", "Give the folder that holds it, or a ZIP file."
        )
    (root,) = roots
    inside = {name.removeprefix(root) if name.startswith(root) else f"../{name}": file for name, file in files.items()}
    return Opened(inside, tuple(name.removeprefix(root) for name in twice))


_QUOTING = ("annotation", "text", "markdown")
"""The formats that include the words, an annotation in its body; others have the permalink only."""

_TOLD_IN_BODY = frozenset({Detail.TITLE, Detail.NUMBER, Detail.NOTE})
_WORDS = re.compile(r"\w+")
_SHOWN = re.compile(
    r'<article id="c([0-9]+)"><h3>\1\. ([^<>]*)</h3>\s*<blockquote(?: lang="[^<>"]*")?>([^<>]*)</blockquote>'
)

Fault = tuple[str, str]
"""A file, and its fault."""


@dataclass(frozen=True, slots=True)
class _Quoted:
    """Words that an annotation quotes from one page: their position and context."""

    page: int
    exact: str
    start: int
    end: int
    prefix: str
    suffix: str


def citation_faults(bag: Opened, citation: PackedCitation) -> Iterator[Fault]:
    """Check a citation; yield its faults."""
    for form in sorted(set(ENDINGS) - set(citation.files)):
        yield "data/packet.json", f"Citation {citation.number} has no file of the form {form}."
    file = citation.files.get("annotation", "")
    try:
        annotation = json.loads(bag.text(file))
        address, words = address_in(annotation)
        quoted, said = tuple(_quoted(annotation)), str(annotation["body"]["value"])
        digest, statement = quote_hash(words), statement_in(said)
        before = statement.before if isinstance(statement, Prose) else ""
    except (Unreadable, UsageError, *PARSE_ERRORS) as error:
        yield file, f"It cannot be read as a Web Annotation of ours: {error}"
        return
    if address.span != citation.span:
        yield file, f"It cites other words than citation {citation.number} of packet.json."
    if str(annotation.get("dosije:locator") or "") not in said:
        yield file, "Its body names another clause than its locator."
    if not _names_pages(before, [one.page for one in quoted]):
        yield file, "Its body names other pages than those it quotes from."
    if digest != address.quote:
        yield file, "The words it quotes do not have the hash that it names."
    if len(quoted) != len(citation.texts):
        yield file, "It quotes from another number of pages than packet.json names."
    for one, text in zip(quoted, citation.texts, strict=False):
        yield from _text_faults(bag, file, one, text)
    yield from _page_faults(bag, citation.number, before, " ".join(one.exact for one in quoted))
    for form, name in citation.files.items():
        try:
            text = said if form == "annotation" else bag.text(name)
            faulty = _form_fault(form, text, address, words, is_masked=citation.masked) or _said_fault(text, said)
        except (Unreadable, UsageError, *PARSE_ERRORS) as error:
            faulty = str(error)
        if faulty:
            yield name, faulty


def _quoted(annotation: Mapping[str, Any]) -> Iterator[_Quoted]:
    target = annotation["target"]
    for one in target if isinstance(target, list) else [target]:
        by_type = {selector["type"]: selector for selector in one["selector"]["refinedBy"]}
        place = by_type["TextPositionSelector"]
        quote = by_type["TextQuoteSelector"]
        exact, prefix, suffix = (str(quote[name]) for name in ("exact", "prefix", "suffix"))
        page = int(one["selector"]["value"].removeprefix("page="))
        yield _Quoted(page, exact, int(place["start"]), int(place["end"]), prefix, suffix)


def _names_pages(before: str, pages: Sequence[int]) -> bool:
    """Return whether the pages that a citation names last before its words, if any, are the first and the last one."""
    named = [one for one in mentions(before) if one.field is Detail.PAGE]
    # Of a range its end is told as well, with the same text.
    last = {(one.value, one.to or one.value) for one in named if one.text == named[-1].text}
    return not named or not pages or (str(min(pages)), str(max(pages))) in last


def _page_faults(bag: Opened, number: int, before: str, exact: str) -> Iterator[Fault]:
    """Check that the page of the packet shows a citation as its Web Annotation has it."""
    try:
        shown = _SHOWN.findall(bag.text(layout.PAGE))
    except Unreadable as error:
        yield layout.PAGE, str(error)
        return
    told = [(unescape(heading), unescape(words)) for place, heading, words in shown if place == str(number)]
    same = [_WORDS.findall(head) == _WORDS.findall(before) and words.split() == exact.split() for head, words in told]
    if same != [True]:
        yield layout.PAGE, f"It shows citation {number} otherwise than its Web Annotation."


def _text_faults(bag: Opened, file: str, quoted: _Quoted, name: str) -> Iterator[Fault]:
    try:
        text = bag.text(name)
    except Unreadable as error:
        yield name, str(error)
        return
    start, end = quoted.start, quoted.end
    if not 0 <= start <= end or text[start:end] != quoted.exact:
        yield name, f"The words that {file} quotes do not stand between the characters {start} and {end}."
    elif not (text[:start].endswith(quoted.prefix) and text[end:].startswith(quoted.suffix)):
        yield name, f"Other words stand around those that {file} quotes."


def _form_fault(form: str, text: str, address: Address, words: tuple[str, ...], *, is_masked: bool) -> str | None:
    """Return the fault of a citation in a format: it must have the same address and, if it quotes, the same words."""
    claim = claim_in(text) if form in _QUOTING else Claim(next(addresses_in(text), None))
    if claim.address is None or claim.address.span != address.span:
        return "It cites other words than the Web Annotation."
    hashed = claim.address.quote
    if not is_masked and not (hashed and (address.quote or "").startswith(hashed)):
        return "Its permalink does not carry the hash of the words in the Web Annotation."
    if not claim.agrees(words):
        return "It quotes other words than the Web Annotation."
    return None


def _said_fault(text: str, body: str) -> str | None:
    """Return how a format differs from the body of the Web Annotation."""
    ours, theirs = statement_in(text), statement_in(body)
    if isinstance(ours, Record):
        told = " ".join(body.split())
        values = [value for name, value in ours.values.items() if ours.field_of(name) in _TOLD_IN_BODY]
        is_same = all(" ".join(piece.split()) in told for value in values for piece in value.split("; "))
    elif isinstance(ours, Prose) and isinstance(theirs, Prose):
        is_same = _WORDS.findall(f"{ours.before} {ours.after}") == _WORDS.findall(f"{theirs.before} {theirs.after}")
    else:
        is_same = False
    return None if is_same else "It says of the words what the body of the Web Annotation does not."


_LINE = re.compile(r"(?P<digest>[0-9a-fA-F]{64})[ \t]+\*?(?P<name>.+)")
_OXUM = re.compile(r"^Payload-Oxum: (?P<size>[0-9]+)\.(?P<count>[0-9]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PacketFault:
    """A fault: the file, relative to the packet, and what is wrong."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class PacketReport:
    """The result of verification. ``seal`` is the hash of the tag manifest; ``notes`` are remarks."""

    problems: tuple[PacketFault, ...]
    notes: tuple[str, ...]
    seal: str | None
    files: int
    citations: int
    documents: int

    @property
    def is_sound(self) -> bool:
        """Whether there are no faults."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return the value that ``dosije packet verify --json`` prints."""
        return {"verdict": "verified" if self.is_sound else "changed", **serialize(PacketReport, self)}


def verify(path: Path) -> PacketReport:
    """Verify a packet.

    :raises archive.errors.UsageError: there is no packet at ``path``.
    """
    with opened(path) as bag:
        reader = _Reader(bag)
        problems = list(reader.bag_problems())
        try:
            told = read_table(bag.text(layout.TABLE))
        except (Unreadable, ValueError) as error:
            problems.append(PacketFault(layout.TABLE, f"The contents of the packet cannot be read: {error}"))
            return PacketReport(_each(problems), (), reader.seal, len(bag.files), 0, 0)
        problems += reader.content_problems(told)
        notes = tuple(reader.notes(told))
        counted = len(told.citations), len(told.documents)
        return PacketReport(_each(problems), notes, reader.seal, len(bag.files), *counted)


class _Reader:
    """Reads one packet. Every file is hashed once."""

    def __init__(self, bag: Opened) -> None:
        self._bag = bag
        self._found: dict[str, tuple[str, int]] = {}

    @property
    def seal(self) -> str | None:
        """The hash of the tag manifest, if there is one."""
        try:
            return self._digest(layout.TAG_MANIFEST)
        except Unreadable:
            return None

    def bag_problems(self) -> Iterator[PacketFault]:
        """Check the bag; yield files that changed, are missing, or are in no manifest."""
        for name in self._bag.twice:
            yield PacketFault(name, "The zip holds it several times.")
        listed: set[str] = {layout.TAG_MANIFEST}
        for manifest in (layout.TAG_MANIFEST, layout.MANIFEST):
            yield from self._manifest_problems(manifest, listed)
        for name in sorted(set(self._bag.files) - listed):
            yield PacketFault(name, "No manifest names it: it was added.")
        payload = [name for name in self._bag.files if name.startswith(f"{layout.PAYLOAD}/")]
        size = sum(self._found[name][1] for name in payload if name in self._found)
        try:
            oxum = _OXUM.search(self._bag.text(layout.BAG_INFO))
        except Unreadable:  # A missing or unreadable manifest is reported elsewhere.
            return
        if oxum is None or (oxum["size"], oxum["count"]) != (str(size), str(len(payload))):
            yield PacketFault(layout.BAG_INFO, f"It does not give the size of the payload: {size}.{len(payload)}.")

    def _manifest_problems(self, manifest: str, listed: set[str]) -> Iterator[PacketFault]:
        try:
            lines = self._bag.text(manifest).splitlines()
        except Unreadable as error:
            yield PacketFault(manifest, str(error))
            return
        for at, line in enumerate(lines, start=1):
            found = _LINE.fullmatch(line)
            if found is None:
                yield PacketFault(manifest, f"Line {at} is not a line of a manifest.")
                continue
            listed.add(found["name"])
            try:
                if self._digest(found["name"]) != found["digest"].lower():
                    yield PacketFault(found["name"], f"It was changed: its SHA-256 is not the one in {manifest}.")
            except Unreadable as error:
                yield PacketFault(found["name"], str(error))

    def content_problems(self, told: PacketTable) -> Iterator[PacketFault]:
        """Check originals, citations and events, independently of the manifests."""
        for document in told.documents:
            if document.original:
                yield from self._original_problems(document.original, document.id)
        for citation in told.citations:
            for file, text in citation_faults(self._bag, citation):
                yield PacketFault(file, text)
        try:
            events = self._bag.text(layout.EVENTS)
        except Unreadable as error:
            yield PacketFault(layout.EVENTS, str(error))
            return
        for fault in event_faults(events, {document.id for document in told.documents}):
            yield PacketFault(layout.EVENTS, fault)
        if len(events.splitlines()) != told.events:
            yield PacketFault(layout.EVENTS, f"It has {len(events.splitlines())} events; {told.events} were packed.")

    def _original_problems(self, file: str, document: str) -> Iterator[PacketFault]:
        try:
            if self._digest(file) != document:
                yield PacketFault(file, f"It is not the original that was cited: that has the SHA-256 {document}.")
        except Unreadable as error:
            yield PacketFault(file, str(error))

    def notes(self, told: PacketTable) -> Iterator[str]:
        """Yield notes on what cannot be verified offline."""
        absent = sum(document.original is None for document in told.documents)
        if absent:
            yield f"Originals left out of the packet, and so not checked: {absent}."
        if masked := sum(citation.masked for citation in told.citations):
            yield f"Citations with masked numbers, compared as they are shown: {masked}."
        if layout.EVENTS in self._found and (hidden := left_out(self._bag.text(layout.EVENTS))):
            yield f"Events whose detail held a number and was left out, so that their hash was not checked: {hidden}."

    def _digest(self, name: str) -> str:
        if name not in self._found:
            self._found[name] = self._bag.digest(name)
        return self._found[name][0]


def _each(problems: list[PacketFault]) -> tuple[PacketFault, ...]:
    return tuple(dict.fromkeys(problems))
