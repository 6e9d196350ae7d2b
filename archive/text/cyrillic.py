"""Transliteration of Serbian texts and names to Cyrillic by the conventions of print: foreign words stay in Latin.

:func:`archive.text.folding.to_cyrillic` transliterates letters. This module decides which words are transliterated. The
following stay in Latin:

* verbatim text: addresses, e-mail, names of files and commands, hashes, content of ``<code>``, placeholders, markup;
* Roman numbers (``I`` is the conjunction between two words in capitals and before most words that begin a text);
* currency codes and abbreviations that Serbian uses unchanged: EUR, PDF, OCR (:data:`_FOREIGN`);
* words with q, w, x or y, or with two consonants that Serbian never doubles: Huawei, Axis, Russell;
* words that are English and not Serbian, and English words beside them: ``Data Security d.o.o.`` becomes ``Data
  Security д.о.о.``;
* names with a legal form of another country, or with letters that only Albanian has: ``Union Co SH.P.K.``

Everything else is transliterated, also abbreviations and legal forms: JKP -> ЈКП, d.o.o. -> д.о.о. Parts of hyphenated
words are separate words: ``PDF-a`` -> ``PDF-а``, ``IP-kamera`` -> ``IP-камера``. Transliteration is idempotent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, zip_longest

from archive.text.folding import to_cyrillic
from archive.text.known_words import ENGLISH, SERBIAN, is_word

_LETTER = r"[^\W\d_]"

_ENDINGS = "pdf|docx?|odt|rtf|txt|md|html?|xlsx?|ods|csv|tsv|json|toml|xml|zip|eml|msg|mbox|png|jpe?g|tiff?|dat|py|js"
_DOMAINS = "rs|com|org|net|eu|ba|me|hr|example"
_RULES = (
    "title|subject|kind|municipality|buyer|vendor|bidder|date|year|deadline|called|closed|received|procedure|"
    "procedure_type|reference|related|amount|bids|price_change|unread_lot|vat_rate|exchange_rate|foi_outcome|offer|award|cpv|quantity|watch|language"
)

_FORMS = (
    r"SH\. ?P\. ?K|Sh\.p\.k|SH\.A\.|Sh\.a\.|L\.L\.C|LLC|GmbH|GMBH|Ltd|LTD|Inc|B\.V\.|N\.V\.|S\.R\.L|s\.r\.o|Kft|B\.I\.|"
    r"N\.T\.SH|N\.N\.SH|N\.SH\.T|N\.P\.N|N\.T\.P|N\.P\.T|N\.N\.P|\w*[ËëÇç]\w*"
)
_APART = r",;:·|()\n–"
_PART = rf"(?:&\#?\w+;|[^{_APART}])*"

LITERAL = re.compile(
    rf"(?:^|(?<=[{_APART}])){_PART}\b(?:{_FORMS}){_PART}|"  # names of firms of other countries
    r"<(code|kbd)>[^<]*</\1>|\bdosije [a-z].*|\bdosije\[\w+\]|\bapt-get\b|(?<!\w)--[a-z][\w-]*"  # what is typed
    r"|%%|%\(\w+\)s|\{[\w.]+[|}]|</?\w[^>]*>|&#?\w+;"  # places of values, markup
    r"|\b(?:https?|mailto|file)://?\S+|\bwww\.\S+|\S+@[\w.-]+\w"  # addresses
    rf"|(?<!\w)/[a-z][\w./-]*|\b\w[\w.-]*\.(?:{_ENDINGS}|{_DOMAINS})\b"  # paths, files, domains
    rf"|\b(?:{_RULES})\.[a-z-]+"  # names of rules
    r"|\b[0-9][0-9a-f]*[a-f]\w*\#\w+|\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b"  # hashes
    r"|\bAGPL-[\w.-]+|\bH\.26[0-9]|\b[A-Za-z]+[0-9]\w*|\b\w*_\w*|\bsr-(?:Latn\b|(?=Cyrl))|\b[a-z]+(?:-[a-z]+)+(?=\.toml)"
)
"""Verbatim text."""

_CAPITALS = "[A-ZČĆŽŠĐ]{2}"
_CONJUNCTION = re.compile(
    rf"(?<={_CAPITALS} )(?<!GLAVA )(?<!DEO )(?<!FAZA )(?<!PARTIJA )(?<!PRILOG )(?<!TOM )I(?= {_CAPITALS})"
)
_BEGINNING = re.compile(
    r"(?:^|(?<=[.!?] ))I(?= (?!faz|de[ol]|partij|klas|grup|izmen|kategorij|stepen|etap|kol|nivo|kvartal)[a-zčćžšđ])"
)
_INITIAL = re.compile(rf"\bV\.(?= ?[A-ZČĆŽŠĐ]{_LETTER})")
_ROMAN = re.compile(r"(?=[IVXL])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})")

_WORD = re.compile(rf"{_LETTER}+")
_NOT_SERBIAN = re.compile(r"[qwxy]|^(?:ph|sch|th)|ee|oo|\w{3}ia$|([bcdfghklmnprstvz])\1|(?![čćžšđ])[\u00c0-\u024f]")
_DOUBLED = re.compile(r"najj|podd|nadd|predd|izz")
_CAMEL = re.compile("(?<![LN])[a-z][A-Z]")
_DJ = re.compile(r"dj", re.IGNORECASE)

_FOREIGN = frozenset(
    """
    EUR USD CHF GBP RSD BAM MKD HRK ALL DEM PDF CSV TSV XLS DOC DOCX ODT ODS ODP PPT PPTX RTF EML MSG ZIP RAR HTML
    XML JSON TOML SVG PNG JPEG JPG TIFF GIF BMP EPUB OLE TNEF OCR UTF UTC SHA CPV CSL OCDS RIS RFC BCP ISO NUL API
    URL ID NEAR OR AND NOT CC BY KB GRANT CREATE ON DATABASE NAME EID CLAUSE STORY PAGE VALUE FILE IMAP SMTP LAN
    PC IP HD LED LCD CCTV ANPR LPR PTZ NVR DVR SD USB GPS GSM GPRS LTE RFID IT HP LG NEC IBM SAP UPS VIN pip GmbH
    Ltd Inc LLC PLC Corp AG SpA Dosije Whoosh OpenSearch Atom Zotero BibTeX Markdown Mirador Word Excel PowerPoint
    Outlook OpenDocument OpenAPI mbox hOCR kB LibreOffice Office Tesseract MuPDF Debian gzip Web Annotation
    Cardinal Natural Earth GeoNames Chrome Bluebook OSCOLA Firefox Hikvision Dahua Uniview Hanwha Wisenet Avigilon
    Tiandy Bosch Panasonic Samsung Milestone Nuctech Asseco Honeywell Motorola Siemens Ericsson Nokia Comtrade Mobotix
    Genetec Cisco good fair unreliable procedures vat eid hosts fit
    """.split()  # noqa: SIM905
)
"""Abbreviations, names and words of queries that are unchanged, in this case."""

_SERBIAN = frozenset(
    """
    alma andrea anton daniel david diana disk format gabriel helena laura leon linda martin mina paula robert
    samir sandra simon tarik stamen

    doo digital export global gama impex inter internet invest mega minibus omega plus sigma
    taster tasteri total trans union vega
    """.split()  # noqa: SIM905
)
"""Given names, and words of firm names, that are in no Serbian word list but in the English one."""


def in_cyrillic(text: str) -> str:
    """Transliterate a Serbian text or name to Cyrillic, except for foreign parts."""
    if text.isspace() or not text:
        return text
    kept = [match.span() for match in LITERAL.finditer(text)]
    edges = [0, *(edge for span in kept for edge in span), len(text)]
    pieces = [text[first:last] for first, last in pairwise(edges)]
    return "".join(piece if at % 2 else _words_in_cyrillic(piece) for at, piece in enumerate(pieces))


def _words_in_cyrillic(text: str) -> str:
    text = _INITIAL.sub("В.", _BEGINNING.sub("И", _CONJUNCTION.sub("И", text)))
    words = list(_WORD.finditer(text))
    kept = (match[0] if stays else _word(match[0]) for match, stays in zip(words, _english(text, words), strict=True))
    edges = [0, *(edge for match in words for edge in match.span()), len(text)]
    between = (text[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True))
    return "".join(piece + word for piece, word in zip_longest(between, kept, fillvalue=""))


def _english(text: str, words: Sequence[re.Match[str]]) -> list[bool]:
    """Return which words are English, by themselves or next to one that is."""
    english = [is_english(match[0]) for match in words]
    if not any(english):
        return english
    joined = [text[one.end() : other.start()] in _JOINTS for one, other in pairwise(words)]
    last = len(words) - 1
    for at in (*range(1, last + 1), *range(last - 1, -1, -1)):
        word = words[at][0]
        before, behind = at > 0 and joined[at - 1] and english[at - 1], at < last and joined[at] and english[at + 1]
        if not english[at] and (before or behind):
            between = before and behind and word in _SHORT
            english[at] = between or _is_english_beside(word, words[at - 1 if before else at + 1][0])
    return english


_SHORT = frozenset("a i do me no on so to".split())  # noqa: SIM905
"""Serbian words that are also English and occur in English names."""


@lru_cache(maxsize=1 << 15)
def _is_english_beside(word: str, other: str) -> bool:
    """Return whether a word next to an English one is English: also a Serbian word, if both are parts of a name."""
    if len(word) == 1 or (len(word) < 4 and word.isupper()) or not is_word(word, ENGLISH):
        return False
    is_joined = word[0].isupper() and (other[0].isupper() or other in _JOINING)
    return word == "the" or not is_word(word, SERBIAN) or is_joined


_JOINING = frozenset(("and", "of", "for", "the"))
"""Small English words between two words of one name."""

_JOINTS = frozenset((" ", "-", " & ", " &amp; ", "’", "'"))
"""Separators between two words of one name."""


@lru_cache(maxsize=1 << 15)
def _word(word: str) -> str:
    if is_foreign(word):
        return word
    # Without diacritics, đ at the beginning of a word is typed as dj: Djordje.
    return to_cyrillic(_DJ.sub(_dj, word) if word[:2].lower() == "dj" else word)


def _dj(match: re.Match[str]) -> str:
    return "Đ" if match[0][0].isupper() else "đ"


def is_foreign(word: str) -> bool:
    """Return whether a word stays in Latin within Cyrillic text."""
    return word in _FOREIGN or bool(_ROMAN.fullmatch(word)) or is_english(word)


@lru_cache(maxsize=1 << 15)
def is_english(word: str) -> bool:
    """Return whether a word belongs to a language in Latin script only, in practice English."""
    if len(word) > 4 and _CAMEL.search(word):
        return True
    lower = word.lower()
    if lower in _SERBIAN or re.search("[čćžšđ]", lower):
        return False
    if _NOT_SERBIAN.search(_DOUBLED.sub("", lower)):
        return bool(re.search("[qwxy]", lower)) or not is_word(word, SERBIAN)
    # Abbreviations are not English words, though many look like one.
    return len(word) > (4 if word.isupper() else 3) and is_word(word, ENGLISH) and not is_word(word, SERBIAN)
