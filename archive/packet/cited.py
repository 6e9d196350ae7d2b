"""The citations of a packet that is read back: do they say the same, and do their words stand in its texts?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.citing.annotation import SENSELESS, address_in
from archive.citing.claims import Claim, claim_in, statement_in
from archive.citing.locators import Address, addresses_in, quote_hash
from archive.citing.mentions import Detail
from archive.citing.records import Record
from archive.citing.statements import Prose
from archive.errors import UsageError
from archive.packet.layout import ENDINGS
from archive.packet.opened import Opened, Unreadable
from archive.packet.table import PackedCitation

_QUOTING = ("annotation", "text", "markdown")
"""The forms that write the words out, an annotation in its body. The others only have the permalink."""

_TOLD_IN_BODY = frozenset({Detail.TITLE, Detail.NUMBER, Detail.NOTE})
_WORDS = re.compile(r"\w+")

Fault = tuple[str, str]
"""A file, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class _Quoted:
    """Words that an annotation quotes from one page: where they stand in its text, and what stands around them."""

    exact: str
    start: int
    end: int
    prefix: str
    suffix: str


def faults(bag: Opened, citation: PackedCitation) -> Iterator[Fault]:
    """What is wrong with a citation."""
    for form in sorted(set(ENDINGS) - set(citation.files)):
        yield "data/packet.json", f"Citation {citation.number} has no file of the form {form}."
    file = citation.files.get("annotation", "")
    try:
        annotation = json.loads(bag.text(file))
        address, words = address_in(annotation)
        quoted, said = tuple(_quoted(annotation)), str(annotation["body"]["value"])
        digest = quote_hash(words)
    except (Unreadable, UsageError, *SENSELESS) as error:
        yield file, f"It cannot be read as a Web Annotation of ours: {error}"
        return
    if address.span != citation.span:
        yield file, f"It cites other words than citation {citation.number} of packet.json."
    if str(annotation.get("dosije:locator") or "") not in said:
        yield file, "Its body names another clause than its locator."
    if digest != address.quote:
        yield file, "The words it quotes do not have the hash that it names."
    if len(quoted) != len(citation.texts):
        yield file, "It quotes from another number of pages than packet.json names."
    for one, text in zip(quoted, citation.texts, strict=False):
        yield from _text_faults(bag, file, one, text)
    for form, name in citation.files.items():
        try:
            text = said if form == "annotation" else bag.text(name)
            faulty = _form_fault(form, text, address, words, is_masked=citation.masked) or _said_fault(text, said)
        except (Unreadable, UsageError, *SENSELESS) as error:
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
        yield _Quoted(exact, int(place["start"]), int(place["end"]), prefix, suffix)


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
    """What is wrong with a form of a citation: it must lead to the same words and, if it quotes, quote them."""
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
    """What a form says of the words otherwise than the body of the Web Annotation."""
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
