"""Reading a packet back: is it whole, and do its parts still prove each other?

The manifests say whether a file has changed. Somebody who changes one may write new manifests, so what can be checked
without them is checked as well: originals by the hash that citations name, quotations by the text they stand in and by
their hash, all forms of a citation against each other, events by the hash of what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.packet import layout
from archive.packet.cited import faults as citation_faults
from archive.packet.log import faults as event_faults
from archive.packet.log import left_out
from archive.packet.opened import Opened, Unreadable, opened
from archive.packet.table import Table, read_table

_LINE = re.compile(r"(?P<digest>[0-9a-fA-F]{64})[ \t]+\*?(?P<name>.+)")
_OXUM = re.compile(r"^Payload-Oxum: (?P<size>[0-9]+)\.(?P<count>[0-9]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was packed: the file, counted from the top of the packet, and what is wrong."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What reading a packet back found. ``seal`` is the hash of the tag manifest; ``notes`` are worth knowing."""

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    seal: str | None
    files: int
    citations: int
    documents: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The value that ``dosije packet verify --json`` prints."""
        return {
            "verdict": "verified" if self.is_sound else "changed",
            "problems": [{"file": one.file, "text": one.text} for one in self.problems],
            "notes": list(self.notes),
            "seal": self.seal,
            "files": self.files,
            "citations": self.citations,
            "documents": self.documents,
        }


def verify(path: Path) -> Answer:
    """Read a packet back.

    :raises archive.errors.UsageError: there is no packet at ``path``.
    """
    with opened(path) as bag:
        reader = _Reader(bag)
        problems = list(reader.bag_problems())
        try:
            told = read_table(bag.text(layout.TABLE))
        except (Unreadable, ValueError) as error:
            problems.append(Problem(layout.TABLE, f"What is in the packet cannot be told: {error}"))
            return Answer(_each(problems), (), reader.seal, len(bag.files), 0, 0)
        problems += reader.content_problems(told)
        notes = tuple(reader.notes(told))
        counted = len(told.citations), len(told.documents)
        return Answer(_each(problems), notes, reader.seal, len(bag.files), *counted)


class _Reader:
    """Looks through one packet. Every file is hashed once."""

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

    def bag_problems(self) -> Iterator[Problem]:
        """What is wrong with the bag: files that changed, are missing, or that no manifest names."""
        for name in self._bag.twice:
            yield Problem(name, "The zip holds it several times.")
        listed: set[str] = {layout.TAG_MANIFEST}
        for manifest in (layout.TAG_MANIFEST, layout.MANIFEST):
            yield from self._manifest_problems(manifest, listed)
        for name in sorted(set(self._bag.files) - listed):
            yield Problem(name, "No manifest names it: it was added.")
        payload = [name for name in self._bag.files if name.startswith(f"{layout.PAYLOAD}/")]
        size = sum(self._found[name][1] for name in payload if name in self._found)
        try:
            oxum = _OXUM.search(self._bag.text(layout.BAG_INFO))
        except Unreadable:  # That the file is missing or unreadable is said by the manifest.
            return
        if oxum is None or (oxum["size"], oxum["count"]) != (str(size), str(len(payload))):
            yield Problem(layout.BAG_INFO, f"It does not give the size of the payload: {size}.{len(payload)}.")

    def _manifest_problems(self, manifest: str, listed: set[str]) -> Iterator[Problem]:
        try:
            lines = self._bag.text(manifest).splitlines()
        except Unreadable as error:
            yield Problem(manifest, str(error))
            return
        for at, line in enumerate(lines, start=1):
            found = _LINE.fullmatch(line)
            if found is None:
                yield Problem(manifest, f"Line {at} is no line of a manifest.")
                continue
            listed.add(found["name"])
            try:
                if self._digest(found["name"]) != found["digest"].lower():
                    yield Problem(found["name"], f"It was changed: its SHA-256 is not the one in {manifest}.")
            except Unreadable as error:
                yield Problem(found["name"], str(error))

    def content_problems(self, told: Table) -> Iterator[Problem]:
        """What is wrong with originals, citations and events, whatever the manifests say."""
        for document in told.documents:
            if document.original:
                yield from self._original_problems(document.original, document.id)
        for citation in told.citations:
            for file, text in citation_faults(self._bag, citation):
                yield Problem(file, text)
        try:
            events = self._bag.text(layout.EVENTS)
        except Unreadable as error:
            yield Problem(layout.EVENTS, str(error))
            return
        for fault in event_faults(events, {document.id for document in told.documents}):
            yield Problem(layout.EVENTS, fault)
        if len(events.splitlines()) != told.events:
            yield Problem(layout.EVENTS, f"It has {len(events.splitlines())} events; {told.events} were packed.")

    def _original_problems(self, file: str, document: str) -> Iterator[Problem]:
        try:
            if self._digest(file) != document:
                yield Problem(file, f"It is not the original that was cited: that has the SHA-256 {document}.")
        except Unreadable as error:
            yield Problem(file, str(error))

    def notes(self, told: Table) -> Iterator[str]:
        """What cannot be checked from here."""
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


def _each(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))
