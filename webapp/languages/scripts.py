"""Transliteration of pages into the script of the reader, quotations excepted.

Names and values come from documents in two scripts. A page in Serbian Cyrillic shows them in Cyrillic
(:mod:`archive.text.cyrillic` has the exceptions), any other page in Latin. It is applied to the finished response, so
templates need not do it. URLs and values of form fields are unchanged.

Unchanged are quotations:

* an element with a ``lang`` of its own (words of a document, a citation in another script) or ``translate="no"`` (text
  typed by a person);
* ``q``, ``blockquote``, ``del``, ``ins``, ``s``, ``code``, ``kbd``, ``samp``, ``pre``, ``textarea``, and an ``option``
  that has no value but its text;
* words in quotation marks, unless they look like a name: all of them but short ones begin with a capital.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from flask import Flask, Response

from archive.text.cyrillic import in_cyrillic
from archive.text.folding import to_latin
from webapp.languages.translation import voice

_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)([^>]*)>")
"""A tag. No attribute in our pages contains a >."""

_TEXT = re.compile(r">(\s*[^<\s][^<]*)")
_SHOWN = re.compile(
    r'="(?:(?<=\stitle=")|(?<=\saria-label=")|(?<=\salt=")|(?<=\splaceholder=")|(?<=\slabel=")|(?<=\sdata-word=")|'
    r'(?<=\sdata-place="))([^"]*)'
)
"""Visible texts: after tags, and in attributes.

A pattern that begins with literal characters is ten times as fast as one that begins with the attribute names.
"""

_QUOTING = frozenset(
    ("q", "blockquote", "del", "ins", "s", "code", "kbd", "samp", "pre", "textarea", "script", "style")
)
_MAY_QUOTE = re.compile(rf"<(?:{'|'.join(sorted(_QUOTING))}|option)(?![\w:-])")
_OWN_WORDS = re.compile(r'="(?:(?<=\slang=")|(?<=\stranslate="))')
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
"""Void elements."""

_QUOTED = re.compile(r"“[^“”„]*”|„[^“”„]*[“”]|«[^»]*»|‘[^’]*’|&#3([49]);.*?&#3\1;", re.DOTALL)
_SMALL = re.compile(r"(?<!\w)[a-zčćžšđа-яђјљњћџ][\w-]{3,}")
_CYRILLIC, _LATIN = re.compile("[Ѐ-ӿ]+"), re.compile("[A-Za-zČčĆćŽžŠšĐđ]")

_MARKUP = frozenset(("text/html", "image/svg+xml"))


def install(app: Flask) -> None:
    """Register transliteration for HTML and SVG responses."""

    @app.after_request
    def turn(response: Response) -> Response:
        if response.mimetype in _MARKUP and not response.is_streamed and not response.direct_passthrough:
            response.set_data(markup_in_script(response.get_data(as_text=True)))
        return response


def reads_cyrillic() -> bool:
    """Return whether the reader's language is written in Cyrillic."""
    return voice().locale.script == "Cyrl"


def in_script(text: str) -> str:
    """Return a text, name or value in the script of the reader; quoted words are unchanged."""
    return _turn_of_reader()(text)


def _turn_of_reader() -> Callable[[str], str]:
    return _in_cyrillic if reads_cyrillic() else _in_latin


@lru_cache(maxsize=1 << 13)
def _in_cyrillic(text: str) -> str:
    return outside_of_quotations(text, in_cyrillic) if _LATIN.search(text) else text


def _in_latin(text: str) -> str:
    return text if text.isascii() else _letters_in_latin(text)


@lru_cache(maxsize=1 << 13)
def _letters_in_latin(text: str) -> str:
    return outside_of_quotations(text, to_latin) if _CYRILLIC.search(text) else text


def outside_of_quotations(text: str, turn: Callable[[str], str]) -> str:
    """Return ``text`` with ``turn`` applied to everything except quotations."""
    kept = [match.span() for match in _QUOTED.finditer(text) if _SMALL.search(match[0])]
    edges = [0, *(edge for span in kept for edge in span), len(text)]
    pieces = [text[first:last] for first, last in pairwise(edges)]
    return "".join(piece if at % 2 else turn(piece) for at, piece in enumerate(pieces))


def markup_in_script(markup: str) -> str:
    """Return HTML or SVG with its texts in the script of the reader."""
    return turned(markup, _turn_of_reader())


def turned(markup: str, turn: Callable[[str], str]) -> str:
    """Return ``markup`` with ``turn`` applied to all visible texts that are not quotations."""
    before_tags = markup.partition("<")[0]
    changed = [(0, len(before_tags), turn(before_tags))] if before_tags else []
    at = 0
    for first, end in (*_untouched(markup), (len(markup), len(markup))):
        # Hardly any stretch of a page in Latin has a Cyrillic letter, which is found sooner than texts are.
        if turn is not _in_latin or (not markup[at:first].isascii() and _CYRILLIC.search(markup, at, first)):
            for expression in (_TEXT, _SHOWN):
                for match in expression.finditer(markup, at, first):
                    said = match[1]
                    if (new := turn(said)) != said:
                        changed.append((*match.span(1), new))
        at = end - 1  # A text begins after the end of a tag.
    pieces: list[str] = []
    at = 0
    for first, end, new in sorted(changed):
        pieces += markup[at:first], new
        at = end
    return "".join((*pieces, markup[at:]))


def _untouched(markup: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of quotations, each up to the end of a tag."""
    own_words = (markup.rfind("<", 0, match.start()) for match in _OWN_WORDS.finditer(markup))
    at = 0
    for start in sorted({*own_words, *(match.start() for match in _MAY_QUOTE.finditer(markup))}):
        tag = _TAG.match(markup, start) if start >= at else None
        if tag is None:
            continue
        name, attributes = tag[2], tag[3]
        has_own_words = bool(_OWN_WORDS.search(attributes))
        if name in _EMPTY or name == "html":
            if has_own_words:
                at = tag.end()
                yield start, at
        elif has_own_words or name in _QUOTING or (name == "option" and " value=" not in attributes):
            at = _end_of(markup, name, tag.end())
            yield start if has_own_words else tag.end(), at


def _end_of(markup: str, name: str, at: int) -> int:
    """Return the end of an element whose start tag ends at ``at``."""
    depth = 1
    for tag in _tags_of(name).finditer(markup, at):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return len(markup)


@cache
def _tags_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){re.escape(name)}(?![\w:-])[^>]*>")
