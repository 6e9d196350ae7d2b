"""Comparison of what a citation states besides its quotation with the archive's data on the words.

A citation may be a sentence, a reference manager's record, or a Web Annotation. All are compared with a new citation of
the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice, pairwise
from typing import Protocol

from archive.citing.citation import Citation
from archive.citing.locators import clause_number
from archive.citing.matching import first_sentence, last_sentence
from archive.citing.mentions import LEVELS, Detail, StatedValue, mentions
from archive.citing.prose import copied_parts, linked_provenance_parts, provenance_parts, source_parts
from archive.citing.styles import CitationStyle
from archive.citing.wording import TURNING
from archive.model import Clause, ClauseLevel
from archive.text.alignment import letters
from archive.text.folding import fold, to_latin

MOST_TOKENS = 1200
"""Most tokens beside a quotation that are compared. The source of a citation has about fifty."""

_SHOWN = 300
"""Most characters shown of a text that was not compared."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_MARKS = str.maketrans(dict.fromkeys("„“”«»‟″", '"') | dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("‘’‚‹›", "'"))
_OWN_END = re.compile(r"(?:\bstr\.|\bстр\.|\bpp?\.)\s*[0-9]+(?:\s?[–—-]\s?[0-9]+)?\s*:?\s*$")
_OWN_BARE_END = re.compile(r"(?:\bat\s|,\s)\s*[0-9]+(?:\s?[–—-]\s?[0-9]+)?\s*:\s*$")
_OWN_PROVENANCE = re.compile(r"Dosije,\s+SHA-256")
_BOUNDARY = re.compile(r"(?:^|[.:;!?\n>)•·*-]|\b(?:[Vv]idi|[Vv]ideti|[Ss]ee|[Cc]f\.|[Vv]\.|[Uu]poredi|[Pp]rema))\s*$")
_BLANK_LINES = re.compile(r"\n\s*\n")
_ROMAN = re.compile(r"(?=.)L?X{0,4}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field in which the citation and the archive differ."""

    field: Detail
    cited: str
    archived: str


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A detail that was not compared, with its text."""

    field: Detail
    cited: str

    @property
    def text(self) -> str:
        """Field and text in one line."""
        return f"{self.field}: {self.cited}"


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of a comparison. ``leftover`` are words before the source that may be another quotation;
    ``is_source``: some of it is right."""

    differences: tuple[FieldDifference, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
    leftover: str = ""
    is_source: bool = False


@dataclass(frozen=True, slots=True)
class CitedSource:
    """The archive's data on cited words: their citation, all clauses of their reading, and the possible headings of a
    copy."""

    citation: Citation
    clauses: tuple[Clause, ...]
    headings: Callable[[], Iterable[str]] = tuple


class CitedStatement(Protocol):
    """What a citation states besides its quotation."""

    def compared(self, known: CitedSource) -> Compared:
        """Compare it with the archive's data."""

    def unknown(self) -> tuple[NotCompared, ...]:
        """Return all of it as not compared."""


@dataclass(frozen=True, slots=True)
class Prose:
    """The text before and after a quotation."""

    before: str = ""
    after: str = ""

    def compared(self, known: CitedSource) -> Compared:
        """Compare a source in our format word by word; in other sentences, the details of place and document."""
        if not (has_words(self.before) or has_words(self.after)):
            return Compared()
        before, after = self._as_source(known), self._as_provenance(known)
        if before is None and after is None:
            return _compare_details(self.before, self.after, known)
        others = _compare_details("" if before else self.before, "" if after else self.after, known)
        found = [one for one in (before, after, others) if one]
        return Compared(
            tuple(difference for one in found for difference in one.differences),
            tuple(each for one in found for each in one.not_compared),
            before.leftover if before else "",
        )

    def unknown(self) -> tuple[NotCompared, ...]:
        """Return all of it as not compared."""
        return _around(f"{self.before} {self.after}")

    def _as_source(self, known: CitedSource) -> Compared | None:
        end = self.before[-80:]
        # A page that is not labelled as one counts only in a citation with our provenance.
        if not (_OWN_END.search(end) or (_OWN_BARE_END.search(end) and _OWN_PROVENANCE.search(self.after))):
            return None
        return _by_style(self.before, known.citation, source_parts)

    def _as_provenance(self, known: CitedSource) -> Compared | None:
        if not _OWN_PROVENANCE.search(self.after):
            return None
        return _by_style(self.after, known.citation, provenance_parts, linked_provenance_parts)


@dataclass(frozen=True, slots=True)
class CopiedSource:
    """The line before a copied quotation, which may be its heading, and the source below."""

    line: str
    source: str

    def compared(self, known: CitedSource) -> Compared:
        """Compare the source word by word; also the line, if it is similar to a heading."""
        told = _by_style(self.source, known.citation, copied_parts)
        line = self._line(known) if has_words(self.line) else Compared()
        return Compared((*line.differences, *told.differences), (*line.not_compared, *told.not_compared), line.leftover)

    def unknown(self) -> tuple[NotCompared, ...]:
        """Return all of it as not compared."""
        return _around(f"{self.line} {self.source}")

    def _line(self, known: CitedSource) -> Compared:
        given = _tokens(self.line)
        for heading in known.headings():
            expected = _tokens(heading)
            if given == expected:
                return Compared()
            is_number = len(given) == len(expected) == 1 and len(given[0]) <= _LONGEST_NUMBER
            if is_number or SequenceMatcher(None, expected, given, autojunk=False).ratio() >= _LIKE_A_HEADING:
                return Compared((FieldDifference(Detail.CLAUSE, " ".join(self.line.split()), heading),))
        return replace(_compare_details(self.line, "", known), leftover=self.line)


@dataclass(frozen=True, slots=True)
class WithSurroundings:
    """A statement with the words behind its link, and those further on in the text, which are not compared."""

    statement: CitedStatement
    behind: str
    apart: str

    def compared(self, known: CitedSource) -> Compared:
        """Compare the statement, and the details in the words behind the link."""
        told, more = self.statement.compared(known), _compare_details("", self.behind, known)
        return replace(
            told,
            differences=(*told.differences, *more.differences),
            not_compared=(*told.not_compared, *more.not_compared, *_around(self.apart)),
        )

    def unknown(self) -> tuple[NotCompared, ...]:
        """Return all of it as not compared."""
        return (*self.statement.unknown(), *_around(self.behind), *_around(self.apart))


_LONGEST_NUMBER = 5
"""Most letters of a line that is another number in the place of a heading that is a number alone: III for II."""

_LIKE_A_HEADING = 0.5
"""Least similarity of a line that is an altered heading, and not a sentence of the citer."""


def _tokens(text: str) -> list[str]:
    return [piece.translate(_MARKS) for piece in _TOKEN.findall(text) if piece not in ".:;,"]


def has_words(text: str) -> bool:
    """Return whether a text has a letter or digit."""
    return any(map(str.isalnum, text))


def _around(text: str) -> tuple[NotCompared, ...]:
    if not has_words(text):
        return ()
    shown = " ".join(text.split())
    return (NotCompared(Detail.AROUND, shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} …"),)


def _by_style(text: str, citation: Citation, *ways: _Parts) -> Compared:
    """Compare the text with ours in each style; return the best result."""
    compared = [_compare_parts(text, parts_of(citation, style)) for style in CitationStyle for parts_of in ways]
    return min(compared, key=lambda one: sum(len(each.cited) + len(each.archived) for each in one.differences))


class _Parts(Protocol):
    def __call__(self, citation: Citation, style: CitationStyle) -> list[tuple[Detail, str]]: ...


def _compare_parts(text: str, parts: Sequence[tuple[Detail, str]]) -> Compared:
    """Compare a text with the parts of ours. Leading sentences that do not match are left over."""
    tokens = list(_TOKEN.finditer(text))[-MOST_TOKENS:]
    given = [token[0].translate(_MARKS) for token in tokens]
    expected, bounds = [], [0]
    for _, part in parts:
        expected += [token.translate(_MARKS) for token in _TOKEN.findall(part)]
        bounds.append(len(expected))
    while given and given[-1] in ".:;,-<)]":
        given.pop()
    while expected and expected[-1] in ".:;,-<)]":
        expected.pop()
    bounds = [min(bound, len(expected)) for bound in bounds]
    codes = SequenceMatcher(None, expected, given, autojunk=False).get_opcodes()
    start = codes[0][4] if codes and codes[0][0] == "insert" else 0
    head = text[: tokens[start].start()] if start < len(tokens) else text
    is_apart = start > 0 and bool(_BOUNDARY.search(head))
    places = [_place(codes, bound) for bound in bounds]
    places[0] = start if is_apart or start == 0 else 0
    places[-1] = len(given)
    differences = []
    for (field, part), first, last, begin, end in zip(parts, bounds, bounds[1:], places, places[1:], strict=False):
        if expected[first:last] != given[begin:end]:
            said = text[tokens[begin].start() : tokens[end - 1].end()] if begin < end else ""
            differences.append(FieldDifference(field, " ".join(said.split()).strip(" ,()"), part.strip(" ,()")))
    leftover = text[: tokens[0].start()] if tokens else ""
    leftover = head if is_apart else leftover
    return Compared(tuple(differences), _around(leftover), leftover)


def _place(codes: Sequence[tuple[str, int, int, int, int]], bound: int) -> int:
    """Map a boundary of the expected tokens to the given ones."""
    for tag, begin, end, other_begin, other_end in codes:
        if begin <= bound < end:
            if tag == "equal":
                return other_begin + bound - begin
            return other_begin if bound == begin else other_end
    return codes[-1][4] if codes else 0


def _compare_details(before: str, after: str, known: CitedSource) -> Compared:
    """Compare the details in free sentences before and after a quotation; other words are not compared.

    Clauses, pages and hashes count in the nearest paragraph, and those in brackets behind the quotation by themselves.
    Dates and numbers count in the nearest sentence, because those of other papers stand in the others. Of several of
    one kind, one that is right suffices; the others are named as not compared.
    """
    described = known.citation.described
    whole = f"{before}\n{after}"
    before, after = _paragraphs(before)[-1], _paragraphs(after)[0]
    sentence = " ".join((*last_sentence(before.split()), *first_sentence(after.split())))
    source = _SOURCE_BEHIND.match(after)
    attached = source[0] if source else ""
    by_field: dict[tuple[Detail, str], list[StatedValue]] = {}
    for text in (f"{before}\n{after[len(attached) :]}", attached, sentence):
        for mention in mentions(_without(_without(text, described.title), described.reference or "")):
            if (mention.field in _IN_SENTENCE) is (text is sentence):
                by_field.setdefault((mention.field, text), []).append(mention)
    differences: list[FieldDifference] = []
    not_compared: list[NotCompared] = []
    names = filter(None, (described.title, known.citation.document.filename, described.reference))
    plain = letters(whole)
    is_source = any(len(letters(name)) > 2 and letters(name) in plain for name in names)
    for (field, _), found in by_field.items():
        answers = [_mentioned(mention, known) for mention in found]
        is_right = any(answer is True for answer in answers)
        is_source = is_source or is_right
        for mention, answer in zip(found, answers, strict=True):
            if isinstance(answer, str) and not is_right:
                differences.append(FieldDifference(field, mention.text, answer))
            elif answer is not True:
                not_compared.append(NotCompared(field, mention.text))
    if TURNING.search(whole):
        differences.append(FieldDifference(Detail.AROUND, whole, TURNING.sub("", whole)))
    return Compared(tuple(differences), (*_around(whole), *dict.fromkeys(not_compared)), "", is_source)


_SOURCE_BEHIND = re.compile(r"\s*[.,;]?\s*\((?=[^\W\d_]{1,9}\.?\s?[0-9])(?:[^()]|\([^()]*\))*\)")
"""Brackets behind a quotation that begin with a word and its number: a pinpoint, and not a remark."""


_IN_SENTENCE = frozenset({Detail.DATE, Detail.NUMBER})


def _paragraphs(text: str) -> list[str]:
    return [one for one in _BLANK_LINES.split(text) if has_words(one)] or [""]


def _without(text: str, name: str) -> str:
    """Remove the title and the reference number of the document from a text, because they may contain numbers and
    dates."""
    words = r"\s+".join(map(re.escape, name.split()))
    return re.sub(rf"(?<![\w/-]){words}(?![\w/-])", " ", text, flags=re.IGNORECASE) if words else text


def _mentioned(mention: StatedValue, known: CitedSource) -> str | bool:
    """Return the archive's value of a detail if it differs; True if it is right, False if it cannot be compared."""
    citation, described = known.citation, known.citation.described
    if mention.field is Detail.PAGE:
        return _page(mention, citation.pages)
    if mention.field is Detail.SHA:
        return citation.document.id.startswith(mention.value) or citation.document.id
    if mention.field is Detail.DATE:
        # 3/4/2023 may be in the American order.
        orders = {mention.value, mention.value[:5] + "-".join(reversed(mention.value[5:].split("-")))}
        possible = orders if "/" in mention.text else {mention.value}
        return described.date is not None and (described.date in possible or described.date)
    if mention.field is Detail.NUMBER:
        same = _with_hyphens(described.reference or "") == _with_hyphens(mention.value)
        is_of_title = mention.value in described.title.split()
        return described.reference is not None and (same or is_of_title or described.reference)
    return _clause(mention, known)


def _page(mention: StatedValue, pages: tuple[int, int]) -> str | bool:
    if not mention.value.isdecimal():
        return False
    first, last = int(mention.value), int(mention.to or mention.value)
    told = str(pages[0]) if pages[0] == pages[1] else f"{pages[0]}–{pages[1]}"
    return (pages[0] <= first and last <= pages[1]) or told


def _clause(mention: StatedValue, known: CitedSource) -> str | bool:
    """Compare a clause with the enclosing clauses of the words."""
    levels = LEVELS[mention.field] | (_LETTERED if mention.value.isalpha() else frozenset())
    here = [clause for clause in known.citation.clauses if clause.level in levels]
    right = [clause for clause in here if _in_range(_number(clause), mention) or _is_from_end(clause, mention, known)]
    if right:
        return _inner_clauses(mention.inner, right[-1], known)
    if here:
        return here[-1].label or here[-1].eid
    outside = [
        clause for clause in known.clauses if clause.level in levels & _OUTER and _in_range(_number(clause), mention)
    ]
    if outside and known.citation.clauses:
        return _told(known.citation.clauses[-1:])
    if not any(clause.level in levels for clause in _beside_in_tree(known)):
        return False
    return _told(clause for clause in known.clauses if clause.level in levels and _is_crossed(clause, known))


_OUTER = frozenset({ClauseLevel.SCHEDULE, ClauseLevel.PART})
"""Levels that a document numbers once, so that the words outside of the one stated are certainly not in it."""

_LETTERED = frozenset({ClauseLevel.POINT, ClauseLevel.SUBPOINT, ClauseLevel.SECTION})
"""Levels of which clauses are numbered by letters, whatever they are called: point, paragraph or clause (a)."""


def _inner_clauses(numbers: Sequence[str], outer: Clause, known: CitedSource) -> str | bool:
    """Compare numbers in brackets behind that of a clause with the clauses inside it that have the words, or some."""
    for number in numbers:
        inside = [clause for clause in known.clauses if clause.parent == outer.eid]
        if not inside:
            return True
        crossed = [clause for clause in inside if _is_crossed(clause, known)]
        found = [clause for clause in crossed if _is_number(_number(clause), number)]
        if not found:
            return _told(crossed or [outer])
        outer = found[0]
    return True


def _is_crossed(clause: Clause, known: CitedSource) -> bool:
    span = known.citation.span
    return clause.span.first <= span.last and span.first <= clause.span.last


def _told(clauses: Iterable[Clause]) -> str:
    return ", ".join(clause.label or clause.eid for clause in islice(clauses, 5)) or "—"


def _beside_in_tree(known: CitedSource) -> Iterable[Clause]:
    """Return the clauses that might contain the words: the children of the innermost enclosing one, or all."""
    if not known.citation.clauses:
        return known.clauses
    inside = known.citation.clauses[-1].span
    return (one for one in known.clauses if inside.first <= one.span.first and one.span.last <= inside.last)


def _number(clause: Clause) -> str:
    return clause_number(clause)[0]


def _in_range(number: str, mention: StatedValue) -> bool:
    if _is_number(number, mention.value):
        return True
    if mention.to and number.isdecimal() and mention.value.isdecimal():
        return int(mention.value) <= int(number) <= int(mention.to)
    return False


def _is_from_end(clause: Clause, mention: StatedValue, known: CitedSource) -> bool:
    """Return whether a clause is the last one of its level beside it, or the last but one, as stated."""
    beside = [one for one in known.clauses if (one.parent, one.level) == (clause.parent, clause.level)]
    place = int(mention.value) if mention.value.startswith("-") else 0
    return -len(beside) <= place < 0 and beside[place].eid == clause.eid


def _is_number(number: str, stated: str) -> bool:
    """Return whether two numbers of clauses are the same, Roman or not, in either script: 1.20 is neither 12.0 nor 1.2,
    and 118đ, which may be written 118dj, is not 118d."""
    return _with_letter(number) == _with_letter(stated) or _decimal(number) == _decimal(stated)


def _with_letter(number: str) -> str:
    return to_latin(number).lower().replace("dj", "đ")


def _decimal(number: str) -> str:
    """Return a Roman numeral in capitals as a decimal number, and any other as it is."""
    if not _ROMAN.fullmatch(number):
        return number
    values = [_ROMAN_VALUES[letter] for letter in number]
    return str(sum(-value if value < following else value for value, following in pairwise((*values, 0))))


def _with_hyphens(number: str) -> str:
    """Return a reference number with a hyphen for whatever separates its groups."""
    return "-".join(re.findall(r"[^\W_]+", fold(number)))


def uncompared(pairs: Iterable[tuple[Detail, str]]) -> Iterator[NotCompared]:
    """Yield fields with their texts, shortened, as not compared."""
    for field, text in pairs:
        shown = " ".join(text.split())
        yield NotCompared(field, shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} …")
