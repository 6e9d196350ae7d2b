"""The script of the reader: what a page itself says is in it, whatever script a paper or a person wrote it in.

Names and values come from papers in two scripts. A page in Serbian Cyrillic shows them in Cyrillic
(:mod:`archive.text.cyrillic` says what stays), a page in Latin letters in Latin. This is done with the page as it goes
out, so no template can forget it. Addresses, and values that forms send, stay as they are stored.

Untouched is what somebody else said, letter by letter:

* an element with a ``lang`` of its own (words of a paper, a citation in another script) or ``translate="no"`` (what a
  person typed);
* ``q``, ``blockquote``, ``del``, ``ins``, ``s``, ``code``, ``kbd``, ``samp``, ``pre``, ``textarea``, and an ``option``
  that has no value but its text;
* words in quotation marks, unless they look like a name: all of them but short ones begin with a capital.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from flask import Flask, Response

from archive.text.cyrillic import in_cyrillic
from archive.text.folding import to_latin
from webapp.languages.negotiation import LANGUAGES
from webapp.languages.translation import voice

_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)([^>]*)>|<[!?][^>]*>")
"""A tag. No text of ours, and nothing that a template fills in, has a > in an attribute."""

_ATTRIBUTE = re.compile(r'(\s(?:title|aria-label|alt|placeholder|label|data-(?:word|place))=")([^"]*)')
"""Attributes that readers see or hear."""

_QUOTING = frozenset(
    ("q", "blockquote", "del", "ins", "s", "code", "kbd", "samp", "pre", "textarea", "script", "style")
)
_OWN_WORDS = re.compile(r'\s(?:lang|translate)="')
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
"""Elements without an end."""

_QUOTED = re.compile(r"“[^“”„]*”|„[^“”„]*[“”]|«[^»]*»|‘[^’]*’|&#3([49]);.*?&#3\1;", re.DOTALL)
_SMALL = re.compile(r"(?<!\w)[a-zčćžšđа-яђјљњћџ][\w-]{3,}")
_CYRILLIC, _LATIN = re.compile("[Ѐ-ӿ]+"), re.compile("[A-Za-zČčĆćŽžŠšĐđ]")
_NAMES = {language.name for language in LANGUAGES.values()}

_MARKUP = frozenset(("text/html", "image/svg+xml"))


def install(app: Flask) -> None:
    """Let the pages and pictures of ``app`` be in the script of their reader."""

    @app.after_request
    def turn(response: Response) -> Response:
        if response.mimetype in _MARKUP and not response.is_streamed and not response.direct_passthrough:
            response.set_data(markup_in_script(response.get_data(as_text=True)))
        return response


def reads_cyrillic() -> bool:
    """Whether the reader's language is written in Cyrillic."""
    return voice().locale.script == "Cyrl"


def in_script(text: str) -> str:
    """A text of ours, or a name or value that we show as ours, in the script of the reader; quoted words stay."""
    return _turn_of_reader()(text)


def _turn_of_reader() -> Callable[[str], str]:
    return _in_cyrillic if reads_cyrillic() else _in_latin


@lru_cache(maxsize=1 << 13)
def _in_cyrillic(text: str) -> str:
    return outside_of_quotations(text, in_cyrillic) if _LATIN.search(text) else text


def _in_latin(text: str) -> str:
    return outside_of_quotations(text, to_latin) if _CYRILLIC.search(text) else text


def outside_of_quotations(text: str, turn: Callable[[str], str]) -> str:
    """``text`` with ``turn`` done to all but quotations."""
    kept = [match.span() for match in _QUOTED.finditer(text) if _SMALL.search(match[0])]
    edges = [0, *(edge for span in kept for edge in span), len(text)]
    pieces = [text[first:last] for first, last in pairwise(edges)]
    return "".join(piece if at % 2 else turn(piece) for at, piece in enumerate(pieces))


def markup_in_script(markup: str) -> str:
    """HTML or SVG with its texts in the script of the reader."""
    if not reads_cyrillic() and set(_CYRILLIC.findall(markup)) <= _NAMES:
        return markup
    return turned(markup, _turn_of_reader())


def turned(markup: str, turn: Callable[[str], str]) -> str:
    """``markup`` with ``turn`` done to all that it says itself."""
    out: list[str] = []
    at, name, depth = 0, "", 0
    for match in _TAG.finditer(markup):
        if not depth:
            out += turn(markup[at : match.start()]), _tag(match, turn)
            at = match.end()
            if _is_quoting(match):
                name, depth = match[2], 1
        elif match[2] == name:
            depth += -1 if match[1] else 1
            if not depth:
                out.append(markup[at : match.end()])
                at = match.end()
    return "".join((*out, turn(markup[at:])))


def _tag(match: re.Match[str], turn: Callable[[str], str]) -> str:
    if not match[3] or _OWN_WORDS.search(match[3]):
        return match[0]
    return _ATTRIBUTE.sub(lambda shown: shown[1] + turn(shown[2]), match[0])


def _is_quoting(match: re.Match[str]) -> bool:
    """Whether a tag begins what somebody else said."""
    name, attributes = match[2], match[3]
    if not name or match[1] or name in _EMPTY or name == "html":
        return False
    if name == "option" and " value=" not in attributes:
        return True
    return name in _QUOTING or bool(_OWN_WORDS.search(attributes))
