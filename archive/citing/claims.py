"""Parsing of claims in texts: quotations, permalinks, citations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from typing import Any

from archive.citing.annotation import address_in
from archive.citing.locators import OPENED, Address, addresses_in
from archive.citing.matching import QuotationMatcher
from archive.citing.quotation import Quotation, has_ellipsis, outermost_quotations
from archive.citing.records import Record, annotation_record, bibtex_records, csl_cited_item, csl_record, ris_records
from archive.citing.rich_text import is_rich, readings_of
from archive.citing.statements import CitedStatement, CopiedSource, Prose, WithSurroundings, has_words
from archive.citing.styles import STYLES
from archive.citing.wording import QUOTATION_MARKS
from archive.errors import UsageError

MOST_WORDS = 2000
"""Most words of a quotation. A longer text should be added as a document and compared with its near-duplicates."""

_MOST_CHARACTERS = 50 * MOST_WORDS

MOST_CLAIMS = 30
"""Most quotations and permalinks of one text."""

_LINK = re.compile(
    r"(?:https?://[^\s()\[\]<>\"„“”]{1,200}?)?"
    r"(?:/cite/[0-9a-f]{64}/[0-9]{1,7}/[0-9]{1,9}-[0-9]{1,9}(?:\?[\w=&-]*)?|/c/(?P<code>[0-9A-HJKMNP-TV-Z]{6,26})(?![\w/]))"
)
_OPENED = re.compile(rf"(?:{OPENED})?(?: ?\((?:{'|'.join({rules.local for rules in STYLES.values()})})\))?")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]<>#|~])")
_MARKS = "\"'„“”«»‟″‘’‚›‹ \t\r\n"
_BIBTEX = re.compile(r"\s*@\w+\s*\{")
_RIS = re.compile(r"\s*TY  - ")
_OWN_SOURCE = re.compile(r"\b(?:str|стр|pp?)\.\s[0-9]+(?:\s?[–—-]\s?[0-9]+)?\s?:\s[\"„“”«»‟″]")
_OWN_BARE_SOURCE = re.compile(r"(?:\bat|,)\s[0-9]+(?:\s?[–—-]\s?[0-9]+)?\s?:\s[\"„“”«»‟″]")
_OWN_PROVENANCE = re.compile(r"[\"„“”«»‟″]\.?\s*Dosije,\sSHA-256\s[^\"„“”«»‟″]*$")
_OWN_MARKDOWN = re.compile(
    r"(?:^|\n)> ?[\"„“”«»‟″](?P<quote>[^\n]*)[\"„“”«»‟″]\n>[ ]?\n> ?[—–-] ?\[(?P<source>[^\n]*)\]\($"
)
_OWN_COPIED = re.compile(
    r"(?:^|\n)(?:(?P<line>[^\n]+)\n\s*)?[ \t]*[\"„“”«»‟″](?P<quote>[^\n]*)[\"„“”«»‟″]\.?[ \t]*\n\s*"
    r"[—–-][ \t]?(?P<source>[^\n]*)$"
)
_OWN_BEHIND = re.compile(r"[\"„“”«»‟″]\.?\s*(?:Dosije,\sSHA-256\s[^\"„“”«»‟″]*)?$")
_BEHIND = re.compile(r"\s*(?P<source>\((?:[^()]|\([^()]*\))*\)|[—–]\s[^\n]*)\s*[.;,]?\s*$")
_BLANK_LINE = re.compile(r"\n\s*\n")
_BRACKETED = re.compile(r"\s*(?:[.,;]\s*)?\([^()]*\)")
_ATTACHED = re.compile(r"[.,;]?\s*(?:\([^()]*\)|[—–-]\s?[^\n]*)")
_MOST_TAILS = 3
"""Most ways to part a quotation without marks from the source behind it: a dash may be its own."""

_LEAST_QUOTED = 4
"""Fewest words in quotation marks that are a quotation anywhere. Fewer may be a name in a quoted sentence."""

_MOST_MARKED = 10 * MOST_CLAIMS
"""Most pairs of quotation marks of one text, around quotations or names."""

_BESIDE = 2000
"""Characters on each side of words in quotation marks by which a quotation is distinguished from a name."""

_LEAST_BARE = 6
"""Fewest words before one of several permalinks that are taken for its quotation without quotation marks."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim. ``quotation`` is None if only an address is known; ``is_whole``: all words at the address are quoted;
    ``statement`` is the rest of the citation, ``source`` the text after a quotation without marks. ``unknown_link``:
    the code of an unknown short link. ``is_beside_link``: the quotation follows a link, without a colon."""

    address: Address | None
    quotation: Quotation | None = None
    is_whole: bool = False
    statement: CitedStatement = field(default_factory=Prose)
    source: str = ""
    unknown_link: str = ""
    is_beside_link: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """All quoted words."""
        return self.quotation.words if self.quotation else ()

    def agrees(self, words: Sequence[str]) -> bool:
        """Return whether these are the quoted words, with permitted alterations only."""
        return self.quotation is None or QuotationMatcher(words).whole(self.quotation) is not None


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a text. ``others`` are alternative interpretations, in order: one quotation with marks in it, or
    words around quotations."""

    claims: tuple[Claim, ...]
    others: tuple[tuple[Claim, ...], ...] = ()

    @property
    def first(self) -> Claim:
        """The first claim."""
        return self.claims[0]

    def ways(self) -> Iterator[tuple[Claim, ...]]:
        """Yield the interpretations of the text, in order."""
        yield self.claims
        yield from self.others


FindAddress = Callable[[str], Address | None]
"""Resolves the code of a short link to an address."""


def claims_in(text: str, find: FindAddress | None = None) -> Claims:
    """Parse the claims in an annotation, a permalink, citations, or a text that contains or is a quotation; in rich
    text, in the visible text and in the targets of links.

    :param find: resolves short links; without it, they are not recognized.
    :raises UsageError: there are none, or too many.
    """
    if text.lstrip("\ufeff \r\n").startswith("{\\rtf"):
        raise UsageError("This is RTF, and not the text that it shows.", "Paste the text, or save it as HTML.")
    found = _claims_in_rich(text, find) if is_rich(text) else _claims_in(text, find)
    for way in found.ways():
        _refuse_unfit(way)
    return found


def statement_in(text: str) -> CitedStatement:
    """Return the rest of a citation besides its quotation, verifiable or not.

    :raises UsageError: it has too many claims, or its JSON has none.
    """
    claims = _claims_in(text, None).claims
    return claims[0].statement if claims else Prose()


def _claims_in(text: str, find: FindAddress | None) -> Claims:
    stripped = text.lstrip("\ufeff").strip()
    return (
        (_claims_in_json(stripped) if stripped.startswith(("{", "[")) else None)
        or _claims_in_records(stripped)
        or _claims_in_prose(stripped, find)
    )


def _claims_in_rich(text: str, find: FindAddress | None) -> Claims:
    """Return the claims in the visible text of a rich text, and in the text with the targets of its links."""
    shown, targets = (_claims_in_prose(reading, find, is_rich=True) for reading in readings_of(text))
    return shown if shown == targets else Claims((*shown.claims, *targets.claims))


def claim_in(text: str, find: FindAddress | None = None) -> Claim:
    """Return the only claim of a text.

    :raises UsageError: it has none, or several.
    """
    found = claims_in(text, find)
    if len(found.claims) > 1:
        raise UsageError(
            "There are %(count)s citations in it.", "Give one citation at a time.", count=len(found.claims)
        )
    return found.first


def _claims_in_json(text: str) -> Claims | None:
    """Return the claims in Web Annotations or CSL-JSON; None for a text that only begins like JSON."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # Includes numbers of thousands of digits, and unbounded nesting.
        return None
    items = value if isinstance(value, list) else [value]
    claims = [claim for item in items[: MOST_CLAIMS + 1] for claim in _claims_of_item(item)]
    if not claims:
        raise UsageError("There are no permalinks in it.", "Verify a citation that was made by: dosije cite ID …")
    return Claims(tuple(claims))


def _claims_of_item(item: Any) -> list[Claim]:
    if not isinstance(item, dict):
        return []
    if item.get("type") == "Annotation":
        address, words = address_in(item)
        return [Claim(address, Quotation(" ".join(words)), is_whole=True, statement=annotation_record(item))]
    if isinstance(cited := item.get("citationItems"), list):
        records = [csl_cited_item(one) for one in cited[: MOST_CLAIMS + 1] if isinstance(one, dict)]
        return [claim for record in records for claim in _claims_of_record(record, record.values.get("URL"))]
    return _claims_of_record(csl_record(item), item.get("URL"))


def _claims_of_record(record: Record, url: object) -> list[Claim]:
    addresses = list(addresses_in(f"{url}\n{record.text}"))
    return [Claim(address, statement=record if at == 0 else Prose()) for at, address in enumerate(addresses)]


def _claims_in_records(text: str) -> Claims | None:
    if _BIBTEX.match(text):
        records = list(bibtex_records(text))
        names = "url"
    elif _RIS.match(text):
        records = list(ris_records(text))
        names = "UR"
    else:
        return None
    claims = [claim for record in records for claim in _claims_of_record(record, record.values.get(names))]
    if not claims:
        raise UsageError("There are no permalinks in it.", "Verify a citation that was made by: dosije cite ID …")
    return Claims(tuple(claims))


def _links_in(text: str, find: FindAddress | None) -> Iterator[tuple[re.Match[str], Address | None]]:
    """Yield the links in a text with their addresses; None for an unknown short link."""
    for match in _LINK.finditer(text):
        if match["code"] is None:
            yield from ((match, address) for address in addresses_in(match[0]))
        elif find is not None:
            yield match, find(match["code"])


def _claims_in_prose(text: str, find: FindAddress | None, *, is_rich: bool = False) -> Claims:
    found = list(_links_in(text, find))
    links = [(match, address) for match, address in found if address]
    unknown = tuple(Claim(None, unknown_link=match["code"]) for match, address in found if address is None)
    read = _read_prose(text, links, is_rich=is_rich)
    return replace(read, claims=(*read.claims, *unknown), others=tuple((*way, *unknown) for way in read.others))


def _read_prose(text: str, links: Sequence[tuple[re.Match[str], Address]], *, is_rich: bool) -> Claims:
    if len(links) > MOST_CLAIMS:
        _refuse_many(len(links))
    claims: list[Claim] = []
    at = 0
    for number, (link, address) in enumerate(links):
        behind = text.find("\n", link.end())
        behind = len(text) if behind < 0 else behind
        following = links[number + 1][0].start() if number + 1 < len(links) else len(text)
        may_be_copied = is_rich or bool(link["code"])
        made, at = _before_link(text, at, link, address, min(behind, following), may_be_copied=may_be_copied)
        tail = _tail(text, at, behind, following)
        claims = _led_in(claims, made[:-1])
        claims.append(_with_surroundings(made[-1], behind=text[at:tail]))
        at = tail
    quoted = _quoted(text[at:], None)
    if claims and not quoted:
        claims[-1] = _with_surroundings(claims[-1], apart=text[at:])
    claims = _led_in(claims, quoted)
    bare = _bare(_LINK.sub(" ", text) if links else text)
    if len(links) > 1 or not bare or any(claim.is_whole for claim in claims):
        return Claims(tuple(claims))
    only = links[0][1] if links else None
    ways = [tuple(claims)] if any(claim.quotation for claim in claims) else []
    if not ways or len(bare.split()) <= MOST_WORDS:
        ways = [*((claim,) for claim in _unmarked(bare, only)), *ways]
    return Claims(ways[0], tuple(ways[1:]))


def _tail(text: str, at: int, line_end: int, following: int) -> int:
    """Return the end of the words behind a link that belong to it: those in brackets, or the rest of its line, unless
    another quotation or link comes in it or is led in by it."""
    rest = text[at:line_end].rstrip()
    if line_end <= following and not rest.endswith(":") and not any(mark in rest for mark in QUOTATION_MARKS):
        at = max(at, line_end)
    bracketed = _BRACKETED.match(text, at, following)
    return bracketed.end() if bracketed else at


def _led_in(claims: Sequence[Claim], quoted: Sequence[Claim]) -> list[Claim]:
    """Return claims and the quotations that follow them. Those that a link without a quotation leads in, in its
    paragraph or with a colon, are of its document: words of another one are no words of it."""
    link = claims[-1] if claims else None
    if link is None or link.address is None or link.quotation is not None:
        return [*claims, *quoted]
    led = list(takewhile(_is_led_in, quoted))
    if not led:
        return [*claims, *quoted]
    before, after = _beside(led[0])
    is_beside = not before.rstrip().endswith(":")
    first = replace(led[0], statement=Prose(" ".join((*_beside(link), before)), after), is_beside_link=is_beside)
    return [*claims[:-1], *(replace(one, address=link.address) for one in (first, *led[1:])), *quoted[len(led) :]]


def _is_led_in(claim: Claim) -> bool:
    before, _ = _beside(claim)
    return before.rstrip().endswith(":") or not _BLANK_LINE.search(before)


def _beside(claim: Claim) -> tuple[str, str]:
    """Return the words before and after a quotation or link in prose."""
    statement, behind = claim.statement, ""
    if isinstance(statement, WithSurroundings):
        behind = statement.behind
        statement = statement.statement
    return (statement.before, f"{statement.after}{behind}") if isinstance(statement, Prose) else ("", behind)


def _with_surroundings(claim: Claim, *, behind: str = "", apart: str = "") -> Claim:
    if not (has_words(behind) or has_words(apart)):
        return claim
    return replace(claim, statement=WithSurroundings(claim.statement, behind, apart))


def _bare(text: str) -> str:
    """Strip white space and quotation marks; empty if there is no word."""
    bare = text.strip(_MARKS)
    return bare if has_words(bare) else ""


def _unmarked(text: str, address: Address | None) -> Iterator[Claim]:
    """Yield a text that is a quotation without marks, or one with its source after it."""
    yield Claim(address, Quotation(text))
    at = max(0, text.rfind("\n", 0, len(text) - 1), len(text) - 600)
    for _ in range(_MOST_TAILS):
        tail = _BEHIND.search(text, at)
        if tail is None or not has_words(head := text[: tail.start()]):
            return
        source, at = tail["source"], tail.start("source") + 1
        if not has_ellipsis(source):
            yield Claim(address, Quotation(head.strip(_MARKS)), statement=Prose("", source), source=source)


def _before_link(
    text: str, at: int, link: re.Match[str], address: Address, end: int, *, may_be_copied: bool
) -> tuple[list[Claim], int]:
    """Return the claims in a text from an offset up to a permalink, and the end of the words that belong to it."""
    chunk, behind = text[at : link.start()], text[link.end() : end]
    opened = _OPENED.match(text, link.end())
    assert opened
    own_end = opened.end()
    if may_be_copied and (copied := _OWN_COPIED.search(chunk)):
        statement = CopiedSource(copied["line"] or "", copied["source"])
        claim = Claim(address, Quotation(copied["quote"]), is_whole=True, statement=statement)
        return [*_quoted(chunk[: copied.start()], None), claim], own_end
    if markdown := _OWN_MARKDOWN.search(chunk):
        claim = _own_citation(markdown["quote"], markdown["source"], behind, address, is_escaped=True)
        return [*_quoted(chunk[: markdown.start()], None), claim], end
    source = _OWN_SOURCE.search(chunk)
    if source is None and _OWN_PROVENANCE.search(chunk):
        source = _OWN_BARE_SOURCE.search(chunk)
    quote_end = _OWN_BEHIND.search(chunk) if source else None
    if source and quote_end and source.end() <= quote_end.start():
        line = chunk.rfind("\n", 0, source.start()) + 1
        quote = chunk[source.end() : quote_end.start()]
        claim = _own_citation(quote, chunk[line : source.end() - 1], chunk[quote_end.start() + 1 :], address)
        return [*_quoted(chunk[:line], None), claim], own_end
    claims = _quoted(chunk, address)
    if claims and claims[-1].address:
        return claims, own_end
    words = chunk.rpartition("\n")[2].strip()
    if len(words.split()) >= _LEAST_BARE and not words.endswith((":", "(")):
        return [*claims, Claim(address, Quotation(words.strip(_MARKS)))], own_end
    return [*claims, Claim(address, statement=Prose(chunk if not claims else words))], own_end


def _own_citation(quote: str, source: str, behind: str, address: Address, *, is_escaped: bool = False) -> Claim:
    """Return the claim of a citation in our own format."""
    if is_escaped:
        quote, source, behind = (_ESCAPE.sub(r"\1", part) for part in (quote, source, behind))
    return Claim(address, Quotation(quote), is_whole=True, statement=Prose(source, behind))


def _quoted(text: str, address: Address | None) -> list[Claim]:
    """Return the quotations in marks, each with the words before and after it. The last one has the address."""
    in_marks = list(islice(outermost_quotations(text), _MOST_MARKED + 1))
    if len(in_marks) > _MOST_MARKED:
        _refuse_many(len(in_marks))
    spans = [span for span in in_marks if _is_quotation(text, *span)]
    claims = []
    at = 0
    for number, (first, end) in enumerate(spans):
        is_last = number + 1 == len(spans)
        following = len(text) if is_last else spans[number + 1][0]
        behind = text[end + 1 : following]
        if not (is_last and address):
            behind = behind.partition("\n")[0]
        if not is_last:
            attached = _ATTACHED.match(behind)
            behind = attached[0] if attached else ""
        statement = Prose(text[at:first], behind)
        claims.append(
            Claim(address if is_last else None, Quotation(text[first + 1 : end].strip()), statement=statement)
        )
        at = end + 1 + len(behind)
    if claims and address is None and has_words(text[at:]):
        last = claims[-1].statement
        assert isinstance(last, Prose)
        claims[-1] = replace(claims[-1], statement=Prose(last.before, f"{last.after}{text[at:]}"))
    return claims


def _is_quotation(text: str, first: int, end: int) -> bool:
    """Return whether words in marks are a quotation, and not a name within a sentence."""
    before = text[max(0, first - _BESIDE) : first].rpartition("\n")[2]
    behind = text[end + 1 : end + _BESIDE].partition("\n")[0]
    if before.rstrip().endswith(":") or not has_words(before + behind):
        return True
    words = len(text[first + 1 : end].split())
    return words >= _LEAST_QUOTED and 4 * words >= len(before.split()) + len(behind.split())


def _refuse_unfit(claims: Sequence[Claim]) -> None:
    if not any(claim.address or claim.unknown_link or has_words(" ".join(claim.words)) for claim in claims):
        raise UsageError("There is no word to look for.", "Paste a quotation, a permalink or a Web Annotation.")
    if len(claims) > MOST_CLAIMS:
        _refuse_many(len(claims))
    for claim in claims:
        words = claim.words
        if len(words) > MOST_WORDS or (claim.quotation and len(claim.quotation.text) > _MOST_CHARACTERS):
            raise UsageError(
                "The quotation has %(count)s words; %(most)s are allowed.",
                "Paste a part of it.",
                count=f"{len(words):,}",
                most=f"{MOST_WORDS:,}",
            )
        if claim.address and not (words or claim.address.quote):
            raise UsageError(
                "The permalink has no ?quote= at its end, and no quotation is beside it: there is nothing to compare.",
                "Copy all of the permalink, or add the quotation.",
            )
        if len(words) == 1 and claim.address is None and words[0].startswith(("http://", "https://")):
            raise UsageError(
                "%(text)s is not a permalink of an archive.", "A permalink has /cite/ in it.", text=words[0][:100]
            )


def _refuse_many(count: int) -> None:
    raise UsageError(
        "There are %(count)s citations or more in it; %(most)s are allowed.",
        "Verify it in several parts.",
        count=count,
        most=MOST_CLAIMS,
    )


def quotations_in(text: str) -> list[Claim]:
    """Return the quotations in marks in a text, as claims without addresses.

    :raises UsageError: there are too many.
    """
    claims = _quoted(text, None)
    if len(claims) > MOST_CLAIMS:
        _refuse_many(len(claims))
    return claims
