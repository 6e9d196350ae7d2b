"""Detect the encoding of text files; without clear evidence none is assumed, as misread text would never be found.

Unicode declares itself. 8-bit encodings do not, but in Serbian the wrong one shows: Latin read as Cyrillic mixes
scripts within words ("иlan"), Cyrillic read as Latin gives impossible letter sequences ("Óăîâîđ"). So each encoding is
tried, and the words are compared with the alphabets that were written in it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from archive.errors import Message, UnsupportedFormat

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_ASCII = "abcdefghijklmnopqrstuvwxyz"
_SOUTH_SLAVIC = _ASCII + "čćđšž"
_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_MACEDONIAN = "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ"
_BULGARIAN_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_CENTRAL = (_ASCII + "áéíóöőúüű", _ASCII + "äöüß", _ASCII + "áäčďéíĺľňóôŕšťúýž", _ASCII + "ąćęłńóśźż", _ASCII + "ăâîşţ")
_WESTERN = (_ASCII + "ëç", _ASCII + "àâæçèéêëîïôœùûüÿ", _ASCII + "àèéìòù")

_CANDIDATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cp1250", (_SOUTH_SLAVIC, *_CENTRAL)),
    ("cp1251", (_CYRILLIC, _MACEDONIAN, _BULGARIAN_RUSSIAN)),
    ("iso8859-2", (_SOUTH_SLAVIC, *_CENTRAL)),
    ("iso8859-5", (_CYRILLIC, _MACEDONIAN, _BULGARIAN_RUSSIAN)),
    ("cp852", (_SOUTH_SLAVIC, *_CENTRAL)),
    ("cp855", (_CYRILLIC, _MACEDONIAN)),
    ("cp1252", _WESTERN),
)
"""8-bit encodings of the region with the alphabets written in them; of equally good ones the first is chosen."""

_BELIEVED_IN_CAPITALS = frozenset({_SOUTH_SLAVIC, _CYRILLIC, _MACEDONIAN})
"""Alphabets in which text mostly in capitals is accepted: KOI8 read as cp1251 looks like Russian in capitals."""

END_OF_FILE = b"\x1a"
"""The character with which DOS programs end a text."""

MIN_SHARE = 0.9
"""Minimum share of words with non-ASCII letters that must fit an alphabet; the rest may be names and misprints."""

_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = frozenset("„“”‘’‚«»‹›–—…•·§°©®™€\xa0\xad×÷±¬¦¨´¸˝'`|")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and its encoding; ``is_certain`` says that the file declares it or that it is valid UTF-8."""

    text: str
    encoding: str
    is_certain: bool

    @property
    def note(self) -> str | None:
        """The note on pages of this text if the encoding was guessed, else None."""
        if self.is_certain:
            return None
        return Message(
            "Read as %(encoding)s, judged by its letters; the file does not say its encoding.", encoding=self.encoding
        )


def decode_file(path: Path, filename: str) -> Decoded:
    """Return the text of a file that is called ``filename`` in messages.

    :raises UnsupportedFormat: no encoding fits its bytes.
    """
    decoded = decode(path.read_bytes())
    if decoded is None:
        raise UnsupportedFormat(
            "%(filename)s seems to be text in an unknown encoding.",
            "Save it as UTF-8 and add that.",
            filename=filename,
        )
    return decoded


def decode(data: bytes) -> Decoded | None:
    """Return the decoded text of a file, None if it is not text or no encoding fits well enough."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strictly(data, encoding, is_certain=True)
    if b"\0" in data:
        return _utf16(data)
    data = data.rstrip(END_OF_FILE)
    if _CONTROL.search(data[: 1 << 16].decode("ascii", "replace")):
        return None
    return _strictly(data, "utf-8", is_certain=True) or _eight_bit(data)


def _strictly(data: bytes, encoding: str, *, is_certain: bool) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding, is_certain)
    except UnicodeDecodeError:
        return None


def _utf16(data: bytes) -> Decoded | None:
    """Decode UTF-16 without a byte order mark: in the wrong byte order, spaces become U+2000."""
    for encoding in ("utf-16-le", "utf-16-be"):
        decoded = _strictly(data, encoding, is_certain=False)
        if decoded is None or _CONTROL.search(decoded.text):
            continue
        letters = _WORD.findall(decoded.text)
        if letters and all(ord(max(word)) < 0x530 for word in letters):
            return decoded
    return None


def _eight_bit(data: bytes) -> Decoded | None:
    best: Decoded | None = None
    best_share = 0.0
    for encoding, alphabets in _CANDIDATES:
        decoded = _strictly(data, encoding, is_certain=False)
        share = 0.0 if decoded is None else max(_share(decoded.text, alphabet) for alphabet in alphabets)
        if share > best_share:
            best, best_share = decoded, share
    return best if best_share >= MIN_SHARE else None


def _share(text: str, alphabet: str) -> float:
    """Return the share of words with non-ASCII letters that are written in one alphabet and in a plausible case."""
    others = {char for char in text if not char.isascii()}
    if any(not char.isalpha() and char not in _PUNCTUATION for char in others):
        return 0.0
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if not words:
        return 1.0
    capitals = sum(word.isupper() for word in words)
    if 2 * capitals > len(words) and alphabet not in _BELIEVED_IN_CAPITALS:
        return 0.0
    letters = frozenset(alphabet)
    fitting = sum(1 for word in words if letters.issuperset(word.lower()) and _has_sensible_case(word))
    return fitting / len(words)


def _has_sensible_case(word: str) -> bool:
    return word.islower() or word.isupper() or word[1:].islower()
