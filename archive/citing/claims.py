"""What somebody claims to stand in the archive: an address, a quotation, or both, read from what they have in hand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from archive.citing.addresses import Address, addresses_in
from archive.citing.annotation import address_in
from archive.citing.prose import OMISSION
from archive.errors import UsageError

MOST_WORDS = 2000
"""Words of a quotation. More is no quotation but a document: add it and look at its near-duplicates."""

_LINK = re.compile(r"(?<!\S)\S*/cite/\S+")
_OURS = re.compile(r"(?:str\.|pp?\.) [0-9–]+: [„“](?P<quote>.*)”(?:\. Dosije, SHA-256 |\s+\S*/cite/)", re.DOTALL)
_OURS_IN_MARKDOWN = re.compile(r"\A> [„“](?P<quote>.*)”\n>\n> — \[", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]<>#|~])")
_MARKS = "\"'„“”«»‟″‘’‚›‹ \t\r\n"
_REFERENCES = re.compile(r"\s*(?:@\w+\{|TY  - )")


@dataclass(frozen=True, slots=True)
class Claim:
    """``pieces`` are the quoted words, one piece unless the middle is left out; none where only an address is known."""

    address: Address | None
    pieces: tuple[tuple[str, ...], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All quoted words."""
        return tuple(word for piece in self.pieces for word in piece)

    def agrees(self, found: tuple[str, ...]) -> bool:
        """Whether these are the words quoted, each as it is; where the middle is left out, both ends are compared."""
        if len(self.pieces) < 2:
            return not self.pieces or self.pieces[0] == found
        begin, end = self.pieces[0], self.pieces[-1]
        return len(begin) + len(end) <= len(found) and found[: len(begin)] == begin and found[-len(end) :] == end


def claim_in(text: str) -> Claim:
    """The claim in an annotation, a permalink, a citation, or a text that is nothing but a quotation.

    :raises UsageError: there is none, or there are several.
    """
    stripped = text.lstrip("\ufeff").strip()
    if stripped.startswith(("{", "[")) and (claim := _claim_in_json(stripped)):
        return claim
    addresses = list(addresses_in(stripped))
    if len(addresses) > 1:
        raise UsageError(f"There are {len(addresses)} permalinks in it.", "Verify one citation at a time.")
    quote = "" if addresses and _REFERENCES.match(stripped) else _quotation(stripped)
    pieces = tuple(words for piece in quote.split(OMISSION) if (words := tuple(piece.split())))
    if not addresses:
        _refuse_unfit(stripped, pieces)
    elif not (pieces or addresses[0].quote):
        raise UsageError(
            "The permalink has no ?quote= at its end, and no quotation is beside it: there is nothing to compare.",
            "Copy all of the permalink, or add the quotation.",
        )
    return Claim(addresses[0] if addresses else None, pieces)


def _claim_in_json(text: str) -> Claim | None:
    """The claim in a Web Annotation or in CSL-JSON; None where it is a text that merely begins like JSON."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # Also numbers of thousands of digits, and brackets within brackets without end.
        return None
    if isinstance(value, dict) and value.get("type") == "Annotation":
        address, words = address_in(value)
        return Claim(address, (words,))
    addresses = list(addresses_in(text))
    if len(addresses) != 1:
        raise UsageError(f"There are {len(addresses) or 'no'} permalinks in it.", "Verify one citation at a time.")
    return Claim(addresses[0])


def _quotation(text: str) -> str:
    """The quotation in a citation of ours, or the text itself without permalink and the marks around it."""
    if found := _OURS_IN_MARKDOWN.search(text):
        return _ESCAPE.sub(r"\1", found["quote"])
    if found := _OURS.search(text):
        return found["quote"]
    return _LINK.sub(" ", text).strip(_MARKS)


def _refuse_unfit(text: str, pieces: tuple[tuple[str, ...], ...]) -> None:
    words = [word for piece in pieces for word in piece]
    if not any(map(str.isalnum, "".join(words))):
        raise UsageError("There is no word to look for.", "Paste a quotation, a permalink or a Web Annotation.")
    if len(words) > MOST_WORDS:
        raise UsageError(f"The quotation has {len(words):,} words; {MOST_WORDS:,} are allowed.", "Paste a part of it.")
    if len(pieces) > 1:
        raise UsageError(f"The quotation leaves something out ({OMISSION}).", "Paste one unbroken piece of it.")
    if len(words) == 1 and text.startswith(("http://", "https://")):
        raise UsageError(f"{text[:100]} is no permalink of an archive.", "A permalink has /cite/ in it.")
