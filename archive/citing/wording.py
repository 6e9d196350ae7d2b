"""Comparison of the words of a quotation with the archive's, with remarks on alterations by the citer.

Sentences are templates, which web pages translate.

Words are compared as *atoms*: runs of letters and digits, and single other signs. Numbers keep their separators, so
digits are never regrouped, and a space between two atoms of letters or digits is significant. Conventional alterations
are permitted and reported (:class:`archive.citing.wording.RemarkKind`); all others make different words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from types import MappingProxyType

from archive.errors import Message
from archive.text.folding import to_latin, unmix


class RemarkKind(StrEnum):
    """Kinds of remarks."""

    OMISSION = "omission"
    FIRST_LETTER = "first letter"
    BRACKETED_LETTER = "bracketed letter"
    INSERTION = "insertion"
    SIC = "sic"
    MARKS = "quotation marks"
    DASHES = "dashes"
    HYPHEN = "hyphen"
    EDGES = "edges"
    SPACING = "spacing"
    SCRIPT = "script"
    CHARACTERS = "characters"
    PART = "part"
    SOURCE = "source"
    RUNNING = "running lines"
    OUTSIDE = "outside"
    LEFT_OUT = "left out"
    INSERTED = "inserted"
    CUT = "cut"


SAID: Mapping[RemarkKind, str] = MappingProxyType(
    {
        RemarkKind.OMISSION: "The quotation leaves out: “%(archived)s”.",
        RemarkKind.FIRST_LETTER: "The quotation begins with “%(cited)s”; the archive has “%(archived)s”.",
        RemarkKind.BRACKETED_LETTER: "The citer changed a letter, in brackets; the archive has “%(archived)s”.",
        RemarkKind.INSERTION: "Inserted by the citer: “%(cited)s”.",
        RemarkKind.SIC: "The citer added “%(cited)s”.",
        RemarkKind.MARKS: "The archive has other quotation marks: “%(archived)s”.",
        RemarkKind.DASHES: "The archive has other dashes: “%(archived)s”.",
        RemarkKind.HYPHEN: "A word is hyphenated otherwise: the quotation has “%(cited)s”, the archive “%(archived)s”.",
        RemarkKind.EDGES: (
            "The punctuation at an edge differs: the quotation has “%(cited)s”, the archive “%(archived)s”."
        ),
        RemarkKind.SPACING: "Spaces beside punctuation differ; the archive has “%(archived)s”.",
        RemarkKind.SCRIPT: "The archive has it in the other script: “%(archived)s”.",
        RemarkKind.CHARACTERS: "The same letters are written with other characters; the archive has “%(archived)s”.",
        RemarkKind.PART: "The permalink leads to more words than are quoted.",
        RemarkKind.SOURCE: "The citer put a source behind it: “%(cited)s”.",
        RemarkKind.RUNNING: "The quotation has running heads or feet of the pages in it: “%(cited)s”.",
        RemarkKind.OUTSIDE: "Words just outside of the quotation may deny or condition it: “%(archived)s”.",
        RemarkKind.LEFT_OUT: "Words that the quotation leaves out may deny or condition it: “%(archived)s”.",
        RemarkKind.INSERTED: "Words that the citer inserted may deny or condition it: “%(cited)s”.",
        RemarkKind.CUT: "The quotation may cut a number or its sign: the archive has “%(archived)s”.",
    }
)
"""The sentence of each kind. ``cited`` are words of the quotation, ``archived`` words of the archive."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One alteration, or one warning."""

    kind: RemarkKind
    cited: str = ""
    archived: str = ""

    @property
    def text(self) -> str:
        """The remark in a sentence."""
        return Message(SAID[self.kind], cited=self.cited, archived=self.archived)


BRACKETED = "\ue000"
"""Marker before a letter that a citer put in brackets: [I]zvođač."""

QUOTATION_MARKS = '"„“”«»‟″'
"""Double quotation marks of all kinds."""

_SINGLE = "'‘’‚‛‹›′"
_DASHES = "-‐‑‒–—―"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200e\u202a\u202c\u202d\u2060-\u2064\u2066\u2069\ufeff]")
"""Characters that are not seen, and turn no other characters around."""

TURNED = "\u202e"
"""Turns what follows around, for rich text that says so by other means."""

TURNING = re.compile("[\u061c\u200f\u202b\u202e\u2067\u2068]")
"""Bidirectional controls that turn other characters around: with one before it, 12 is displayed as 21."""

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ǆ": "dž", "ǉ": "lj", "ǌ": "nj"}
_LIGATURE = re.compile(f"[{''.join(_LIGATURES)}]")

_LINE_END = r"(?<=[^\W\d_])[-‐‑¬]\s+(?!(?:i|ili|a|te|and|or|и|или|а|те)\b)(?=[^\W\d_])"
_ATOM = re.compile(
    rf"[^\W_]+(?:(?:(?<=[0-9])[.,:/\-–](?=[0-9])|(?<=[^\W\d_])[{_DASHES}](?=[^\W\d_])|{_LINE_END})[^\W_]+)*|-{{2,3}}|\S"
)
_BROKEN = re.compile(_LINE_END)
_HYPHENS = re.compile(rf"[{_DASHES}¬]\s*")

_NEUTRAL = frozenset(".,;:…()[]{}•·|_*\"'-")
"""Punctuation that may be added or omitted at the edges of a quotation. Signs such as %, €, <, ±, − or § may not."""

_LEFT_OUT = _NEUTRAL | frozenset("?!")
"""Punctuation that may be omitted there, but not added."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A run of letters and digits, or one other sign. ``text`` is as printed; ``sign`` the canonical form of a sign,
    else empty; ``spaced``: preceded by white space."""

    text: str
    sign: str
    spaced: bool


def without_invisible(text: str) -> str:
    """Return a text without invisible characters."""
    return _INVISIBLE.sub("", text)


def atoms(words: Iterable[str]) -> list[Atom]:
    """Return the atoms of words."""
    text = without_invisible(unicodedata.normalize("NFC", " ".join(words)).replace("\u00ad ", "- "))
    found = []
    for match in _ATOM.finditer(text):
        start, end = match.span()
        spaced = start > 0 and text[start - 1].isspace()
        if match[0][0].isalnum():
            found.append(Atom(match[0], "", spaced))
        else:
            found += [Atom(match[0], sign, spaced) for sign in _canonical(text, start, end)]
    return found


def unbroken(words: Iterable[str]) -> list[str]:
    """Join words that a hyphen breaks at a line's end."""
    return _BROKEN.sub("", " ".join(words)).split()


def _canonical(text: str, start: int, end: int) -> str:
    """Return the canonical form of a sign for comparison; an ellipsis is three full stops."""
    sign, before, after = text[start:end], text[start - 1 : start], text[end : end + 1]
    if sign == "…":
        return "..."
    if sign.startswith("--"):
        # A dash as typed; never a minus.
        return "-"
    if sign in QUOTATION_MARKS:
        return '"'
    if sign in _SINGLE:
        # An apostrophe is between letters or after digits (feet); anything else is a quotation mark.
        return "'" if before.isdigit() or (before.isalnum() and after.isalnum()) else '"'
    if sign in _DASHES:
        return "−" if after.isdigit() and not before.isalnum() else "-"
    return sign


def compare(cited: Sequence[str], words: Sequence[str], first: int, last: int) -> tuple[Remark, ...] | None:
    """Return the alterations of words ``first`` to ``last`` by a citer; None for different words.

    Separate signs beside them are included if the quotation has them.
    """
    if list(cited) == list(words[first : last + 1]):
        return ()
    quoted, archived = atoms(cited), atoms(words[first : last + 1])
    ours, theirs = _core(quoted), _core(archived)
    if ours is None or theirs is None:
        return None
    before = atoms(reversed([*takewhile(_is_sign, reversed(words[max(0, first - 3) : first]))]))
    after = atoms(takewhile(_is_sign, words[last + 1 : last + 4]))
    edges = _edges(quoted[: ours[0]][::-1], archived[: theirs[0]][::-1], before[::-1], cited[0], words[first])
    ends = _edges(quoted[ours[1] :], archived[theirs[1] :], after, cited[-1], words[last])
    begins_bracketed = any(atom.sign == BRACKETED for atom in quoted[: ours[0]])
    inner = _compared(quoted[slice(*ours)], archived[slice(*theirs)], begins_bracketed=begins_bracketed)
    if edges is None or ends is None or inner is None:
        return None
    invisible = [_INVISIBLE.findall(" ".join(each)) for each in (cited, words[first : last + 1])]
    characters = () if invisible[0] == invisible[1] else (Remark(RemarkKind.CHARACTERS, "", words[first]),)
    return tuple(dict.fromkeys((*edges, *inner, *ends, *characters)))


def _core(found: Sequence[Atom]) -> tuple[int, int] | None:
    """Return the range from the first to after the last atom that is not a sign."""
    places = [at for at, atom in enumerate(found) if not atom.sign]
    return (places[0], places[-1] + 1) if places else None


def _is_sign(word: str) -> bool:
    return not any(map(str.isalnum, word))


def _edges(
    cited: Sequence[Atom], own: Sequence[Atom], beside: Sequence[Atom], cited_word: str, word: str
) -> tuple[Remark, ...] | None:
    """Compare the signs at one edge, outwards: cited ones, those of the archive's last word, and those beside it."""
    signs = [atom.sign for atom in cited if atom.sign not in _NEUTRAL and atom.sign != BRACKETED]
    needed = [atom.sign for atom in own if atom.sign not in _LEFT_OUT]
    there = [atom.sign for atom in (*own, *beside) if atom.sign not in _NEUTRAL]
    if signs[: len(needed)] != needed and [sign for sign in signs if sign not in "?!"][: len(needed)] != needed:
        return None
    if signs != there[: len(signs)]:
        return None
    punctuation = [[atom.sign for atom in side if atom.sign in _LEFT_OUT] for side in (cited, own)]
    return () if punctuation[0] == punctuation[1] else (Remark(RemarkKind.EDGES, _without(cited_word), word),)


def _compared(quoted: Sequence[Atom], archived: Sequence[Atom], *, begins_bracketed: bool) -> tuple[Remark, ...] | None:
    """Return the alterations between the edges."""
    remarks: list[Remark] = []
    bracketed = [at for at, atom in enumerate(quoted) if atom.sign == BRACKETED]
    free = {at - number for number, at in enumerate(bracketed)} | ({0} if begins_bracketed else set())
    quoted = [atom for atom in quoted if atom.sign != BRACKETED]
    if len(quoted) != len(archived):
        return None
    for at, (ours, theirs) in enumerate(zip(quoted, archived, strict=True)):
        if ours.sign or theirs.sign:
            if ours.sign != theirs.sign:
                return None
            if ours.text != theirs.text:
                kind = RemarkKind.MARKS if ours.sign in "\"'" else RemarkKind.DASHES
                remarks += [Remark(kind, ours.text, theirs.text)] if ours.sign not in "." else []
        else:
            found = _letters_compared(ours.text, theirs.text, is_free=at in free or at == 0)
            if found is None:
                return None
            if at in free:
                found = [remark for remark in found if remark.kind is not RemarkKind.FIRST_LETTER]
                found.append(Remark(RemarkKind.BRACKETED_LETTER, ours.text, theirs.text))
            remarks += found
        if at and ours.spaced != theirs.spaced:
            remarks.append(Remark(RemarkKind.SPACING, "", f"{archived[at - 1].text}{' ' * theirs.spaced}{theirs.text}"))
    return tuple(_each_once(remarks))


def _letters_compared(ours: str, theirs: str, *, is_free: bool) -> list[Remark] | None:
    """Return the alterations of one run of letters and digits. ``is_free``: the case of its first letter is free."""
    if ours == theirs:
        return []
    kinds: list[RemarkKind] = []
    cited, archived = _plain(ours), _plain(theirs)
    if cited == archived:
        kinds.append(RemarkKind.CHARACTERS)
    if cited != archived and (_BROKEN.search(cited) or _BROKEN.search(archived)):
        cited, archived = _HYPHENS.sub("", cited), _HYPHENS.sub("", archived)
        kinds.append(RemarkKind.HYPHEN)
    elif cited != archived and _HYPHENS.sub("-", cited) == _HYPHENS.sub("-", archived):
        cited = archived
        kinds.append(RemarkKind.DASHES)
    if cited != archived and not (cited.isascii() and archived.isascii()):
        latin = to_latin(unmix(cited)), to_latin(unmix(archived))
        if latin != (cited, archived) and latin[0].casefold() == latin[1].casefold():
            cited, archived = latin
            kinds.append(RemarkKind.SCRIPT)
    if is_free and cited != archived and _small(cited) == _small(archived):
        cited = archived
        kinds.append(RemarkKind.FIRST_LETTER)
    return [Remark(kind, ours, theirs) for kind in kinds] if cited == archived else None


def _plain(text: str) -> str:
    return _LIGATURE.sub(lambda match: _LIGATURES[match[0]], text)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _without(word: str) -> str:
    return word.replace(BRACKETED, "")


def _each_once(remarks: Iterable[Remark]) -> Iterable[Remark]:
    """Merge equal alterations of whole words into the first one."""
    shared = {RemarkKind.SCRIPT, RemarkKind.CHARACTERS, RemarkKind.SPACING, RemarkKind.MARKS, RemarkKind.DASHES}
    seen: set[RemarkKind] = set()
    for remark in remarks:
        if remark.kind not in seen:
            yield remark
        if remark.kind in shared:
            seen.add(remark.kind)
