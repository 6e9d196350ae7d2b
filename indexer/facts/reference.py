"""The reference number of a document: of the procurement, of the contract, or of the case in a register.

Decisions, minutes and notices have the number of their procurement; contracts, laws, replies and others have their own,
in the head. Documents cite many numbers, so one counts only after words that make it the document's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from archive.model import Fact
from archive.procedures.numbers import PROCUREMENT_CLASS, key, parse
from indexer.facts.text import DocumentText, TextMatch, any_of
from indexer.gazetteer import kinds_with, table

HEAD_WORDS = 110
"""The reference number is above or in the title, within this many words."""

COURT_WORDS = 40
"""The case number is in the first lines of a judgment."""

TAIL_WORDS = 90
"""Laws and statutes have their number at the end."""

PROCUREMENT_PAGES = 12
"""On later pages, model contracts and forms only repeat the number."""

_OF_A_PROCUREMENT = {"label": 0.97, "by-form": 0.9, "in-brackets": 0.9}
"""Rules for the number of the procurement that a paper belongs to, and how sure they are. A number that only follows
"nabavka" in a sentence may be of another."""

OF_CLASS, ALONE = "reference.of-class", "reference.alone"

OWN_OF_PROCUREMENTS = frozenset(f"reference.{rule}" for rule in _OF_A_PROCUREMENT)

_LETTERS = r"[^\W\d_]"
DIGITS = r"\d(?:[\d.]|[oоl|](?=\d))*"
"""Figures of a number. OCR reads the letter O for a zero, l for a one between two of them."""

_PART = rf"{_LETTERS}{{0,6}}{DIGITS}(?:{_LETTERS}(?!\w))?"
NUMBER = (
    rf"(?:(?:{_LETTERS}{{1,6}}|[1il|!]{{1,3}})\s?[-–/.]\s?)*{_PART}"
    rf"(?:(?:\s?[-–/]\s?{_PART}|\s?[-–/]{_LETTERS}{{1,6}}(?!\w|\.\w)))+"
)
"""Parts joined by hyphens and slashes: 404-18/2020, 1.2.3/2019, III-404-18/2020-7, 4/0 - 01 - 177/2021 - 03."""

BR = r"(?:br(?:oj\w*)?|no|nr)\s?[.:]{0,2}\s?"
STAMPED = rf"(?:ugovor\s(?:je\s)?)?zavedeno?\s(?:kod\s\w+\s)?pod(?:\s(?:del\w*\s)?{BR}|\s?:\s?)"
"""The registration stamp of a contract, at the beginning of a line; of an offer it says "zavedena"."""

_LAST_FIGURES = rf"(?:{_LETTERS}{{2,8}}[-/]){{1,3}}\d{{2,6}}(?![\w/-]|\.\d)"
"""Letters with figures only at the end, after a label of procurements alone: LRF/ITB/031."""

_OF_PORTALS = r"ref-\d{5}-\s?\d\d-\s?\d\d-\s?20\d\d|\d{1,5}-\s?\d-\s?\d-\s?\d{1,4}-\s?\d-\s?\d{1,4}/\d\d"
"""Numbers that the portals of Albania and of Bosnia give to procurements, known by their form."""

OF_CLASS_404 = (
    rf"(?:(?:[ivx]{{1,4}}|\d{{1,2}})\s?[-–/]\s?){{0,2}}{PROCUREMENT_CLASS}(?:\s?[-–]\s?{_PART}){{1,3}}\s?/\s?(?:20)?\d\d"
    r"(?:\s?[-–/]\s?\w{1,4})*"
)
"""A file of class 404, in which Serbian authorities register public procurements: 404-31/2025-02, III-404-18/2020."""

_OF_OFFICE = re.compile(r"/(?:20)?\d\d\s?[-–/]\s?(?:0\d|[IVXІХ]{1,4})$")
"""A file that ends with the office that keeps it, not with an act: 404-31/2025-02, 404-128/2022-VI."""

_AFTER_LABEL = r"\s?[.:;|]{0,2}\s?(?:[-–]\s)?[_.…]{0,30}[(„“\"]?\s?"
"""The text between a label and its number: a colon or its misreading, the blank of a form, a quote."""
COURT = re.compile(
    r"(?<=\n)(?:(?:posl(?:ovni)?\W{1,2})?br(?:oj)?\W{1,3})?"
    r"(?P<number>(?:su\s[ivx]{1,6}-\d{1,3}\s)?(?:[ivx]{1,6}(?:-\d{1,2})?[\s-]|\d{1,2}\.?[\s-]?)?"
    r"(?:su|p|pl|pz|prz|pr|prev|rev|rz|u|uz|uv|uo|uzp|gz|gzr|gzz|k|kz|kzz|kzr|kp|kv|kr|ki|km|kri|i|ii|iv|io|ip|st|r|v|vp|pd|o)"
    r"\s?\d?\s?\.?[\s-]?(?:br\.?\s?)?\d{1,6}/\d{2,4})(?!\w)"
)
"""A case number (registers of the Court Rules of Procedure): P. 809/2005, XIII P. br. 548/00, I-2 Uv 40/21."""
_DATE_LIKE = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d\.?")
_IN_LETTERHEAD = re.compile(r"(?:javn\w+\s)?nabavk?\w{1,2}\nbr")
"""The name of a department, and below it the number of the paper itself."""
_DEPARTMENT = re.compile(r"[IVXІХ]{1,6}|\d\d")
_OPEN = re.compile(r"^0(?=-\d{1,3}/)")
"""The letter of open procedures, read as a zero: O-2/2023."""
_ROMAN_READ_WRONG = re.compile(r"^[Il1|!]*[Il|!][Il1|!]*(?=\s?-)")


@cache
def _labels(name: str) -> str:
    return any_of(table("reference_labels")[name])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the patterns of reference numbers by rule, and of words that make a number that of another act."""
    number = rf"(?P<number>{NUMBER})"
    # Between "nabavke" and its number may be the subject, but not another procurement.
    about = r"\W(?P<about>(?:[^.;:\nn]|n(?!abavk)|\n(?!\n)){0,140}?)\(?"
    procurement = r"\b(?:javn\w+\s)?nabavk?\w{1,2}"
    before = rf"{procurement}{about}(?<!\w)(?:r(?:ed)?\.\s?)?{BR}|\bbroj\s{procurement}\W{{1,3}}"
    gazette = rf"{_labels('gazettes')}[^.;]{{0,30}}$|{_labels('articles')}\W+$"
    return {
        "acronym": re.compile(rf"{_labels('acronyms')}(?:-[a-z]{{1,2}})?(?:\s?:\s?|[\s-])(?:{BR})?{number}"),
        "of-procurement": re.compile(rf"(?:{before}){number}"),
        "label": re.compile(
            rf"{_labels('procurement')}{_AFTER_LABEL}(?P<number>(?:[a-z]{{1,5}}\s)?{NUMBER}|{_LAST_FIGURES})"
        ),
        "by-form": re.compile(rf"(?<![\w/-])(?P<number>{_OF_PORTALS})(?![\w/-])"),
        "in-brackets": re.compile(
            r"\bjavn\w+\snabavk\w{1,2}\b[^.;()]{0,140}\((?P<number>[a-z]{1,5}[-/]" + NUMBER + r")(?=\s?[,)])"
        ),
        "numbered": re.compile(
            rf"{_labels('acronyms')}[\s-]{BR}(?P<number>\d{{1,4}}(?:\.\d{{1,3}})*)(?![\w/–-]|\.\d|\s?[-–/])"
        ),
        "own-line": re.compile(
            rf"(?<=\s){_labels('own')}(?:\s{_labels('registrars')})?{_AFTER_LABEL}(?P<number>{NUMBER}|{_LAST_FIGURES})"
        ),
        "alone": re.compile(
            rf"(?<=\n)(?P<number>{OF_CLASS_404})(?=\s?\n|\s(?:od\s|dana\s)?\d{{1,2}}\.\s?\d{{1,2}}\.\s?20\d\d)"
        ),
        "own-plain": re.compile(
            rf"(?<=\n){_labels('own')}\.?\s?:?\s?"
            r"(?P<number>[a-z]{1,4}\d{5,8}(?=\s?\n)|[a-z]{2,6}-\d{3,8}(?=\s?\n)|\d{2,8}(?=\s?\n\W*(?:datum|dana|date|\d{1,2}\.)|\sod\s\d))"
        ),
        "register": re.compile(rf"(?<=\n){_labels('register')}{_AFTER_LABEL}(?P<number>\d{{1,8}})(?=\s?\n)"),
        "titled": re.compile(rf"{_labels('titled')}(?:\s\w+){{0,4}}?\s{BR}{number}"),
        "named-contract": re.compile(rf"\bugovor\w*(?:\s\w+){{0,4}}?\s{BR}{number}"),
        # The title of an annex has the subject of its contract before the number, which is not that of the procurement.
        "annex-of": re.compile(
            rf"\baneks\w*\b[^;:]{{0,30}}?\bugovor\w*\b[^;:]{{0,160}}?(?<!\bnabavke)(?<!\bnabavci)(?<!\bnabavku)(?<!\bpostupka)"
            rf"[\s)]{{1,2}}(?:pod\s)?{BR}{number}"
        ),
        "filed": re.compile(rf"{_labels('filed')}\s?:?\s?{number}"),
        "stamped": re.compile(rf"(?<=\n){STAMPED}(?P<number>{NUMBER}|\d{{2,8}}(?=\s(?:od|dana)\s\d))"),
        "registered": re.compile(rf"\bkod\s\w+\s(?:je\s)?zaveden[ao]?\s(?:je\s)?pod\s(?:del\w*\s)?{BR}{number}"),
        "concluded": re.compile(
            rf"(?<!\w)(?:zakljucen[ao]?|zakljucuju|zakljucili|sacinjen[ao]?)\b[^;:]{{0,90}}?\bpod\s(?:\w+\s)?{BR}{number}"
        ),
        "of-class": re.compile(rf"(?<![\w/.-])(?P<number>{OF_CLASS_404})(?![\w/-])"),
        "by-procedure": re.compile(rf"\bpostup\w{{1,5}}\s(?:{BR})?(?P<number>(?=[a-z]{{2,5}}-?\d){NUMBER})"),
        "of-procedure": re.compile(r"\b(?:nabav|postup)(?![^;]*\bzaveden)"),
        "register-label": re.compile(_labels("register")),
        "another-act": re.compile(rf"{_labels('other_acts')}|{_labels('of_others')}\s?$"),
        "gazette": re.compile(gazette),
    }


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number as printed, with its words, role and rule."""

    value: str
    first: int
    last: int
    role: str
    rule: str
    confidence: float


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the reference number of a document, and as ``related`` those of its procurement and contract."""
    procurement = _procurement(text, kind)
    own = None if kind in kinds_with("no_number") else _own(text, kind)
    if own is not None and procurement is not None and procurement.rule == OF_CLASS and procurement.first == own.first:
        procurement, own = (procurement, None) if own.rule == ALONE else (None, own)
    main = (procurement or own) if kind in kinds_with("procurement_number") else own
    if main is None and kind in kinds_with("contract"):
        main = procurement
    facts = [] if main is None else [_fact(text, "reference", main)]
    known = set() if main is None else {key(main.value)}
    for other in (procurement, own, *_of_both_sides(text, kind), *_contracts_named(text, kind)):
        if other is not None and key(other.value) not in known:
            known.add(key(other.value))
            facts.append(_fact(text, "related", other))
    return facts


def of_procurement(text: DocumentText) -> Iterator[FoundNumber]:
    """Yield every number of a "javna nabavka", in document order."""
    yield from text.once("numbers of procurements", lambda: _of_procurement(text))


def _of_procurement(text: DocumentText) -> Iterator[FoundNumber]:
    end = text.words_of_pages(PROCUREMENT_PAGES)
    named = [found.match for found in text.find(_patterns()["acronym"], 0, end)]
    named += (found.match for found in text.find(_patterns()["of-procurement"], 0, end) if not _is_of_act(text, found))
    found_each = (found_number(text, match, "procurement", "of-procurement", 0.92) for match in named)
    once = {each.first: each for each in found_each if each is not None}
    yield from (once[first] for first in sorted(once))


def _procurement(text: DocumentText, kind: str | None) -> FoundNumber | None:
    """Return the number of the procurement: that of a form label, else the most frequent; None without one."""
    end = text.words_of_pages(PROCUREMENT_PAGES)
    if kind in kinds_with("procurement_number"):
        for rule, confidence in _OF_A_PROCUREMENT.items():
            # In the reasons such a number is that of a notice on the portal.
            stop = text.words_of_pages(1, HEAD_WORDS) if rule == "by-form" else end
            for found in text.find(_patterns()[rule], 0, stop):
                if candidate := found_number(text, found.match, "procurement", rule, confidence):
                    return candidate
    candidates = list(of_procurement(text))
    if not candidates and (kind in kinds_with("procurement_number") or kind in kinds_with("contract")):
        named = (found.match for found in text.find(_patterns()["by-procedure"], 0, end))
        found_each = (found_number(text, match, "procurement", "by-procedure", 0.88) for match in named)
        candidates = [each for each in found_each if each is not None]
    if not candidates:
        plain = (found.match for found in text.find(_patterns()["numbered"], 0, end))
        found_plain = (found_number(text, match, "procurement", "numbered", 0.75) for match in plain)
        return next((each for each in found_plain if each is not None), None) or _only_of_class(text, kind, end)
    counts = Counter(key(each.value) for each in candidates)
    return max(candidates, key=lambda each: counts[key(each.value)])


def _only_of_class(text: DocumentText, kind: str | None, end: int) -> FoundNumber | None:
    """Return the file of class 404 that a document names close after a procedure or, if procurements number its kind,
    anywhere; None if it names several, or only acts of it."""
    found = [
        (each, match.match.start())
        for match in text.find(_patterns()["of-class"], 0, end)
        if (each := found_number(text, match.match, "procurement", "of-class", 0.88)) is not None
    ]
    acts = {parse(each.value).act for each, _ in found}
    if len({parse(each.value).file for each, _ in found}) != 1:
        return None
    of_procedure = _patterns()["of-procedure"]
    for each, start in sorted(found, key=lambda one: len(parse(one[0].value).act)):
        act = parse(each.value).act
        is_file = _OF_OFFICE.search(each.value) or any(other != act == other[: len(act)] for other in acts)
        is_near = of_procedure.search(text.folded, max(0, start - CLOSE), start)
        if (not act or is_file) and (is_near or kind in kinds_with("procurement_number")):
            return each
    return None


CLOSE = 140
"""Maximum number of characters between a procedure and its number, which may have the subject between them."""


def _is_of_act(text: DocumentText, found: TextMatch) -> bool:
    """Return whether the number after "javne nabavke" is that of an act: "odluke o pokretanju javne nabavke"."""
    match, act = found.match, _patterns()["another-act"]
    if match["about"] is None:
        return False
    if match["about"] == "" and _IN_LETTERHEAD.match(match[0]):
        return True
    before = text.folded[max(0, match.start() - 90) : match.start()]
    return act.search(before) is not None or act.search(match["about"]) is not None


def _contracts_named(text: DocumentText, kind: str | None) -> list[FoundNumber]:
    """Return the contracts that an annex changes, or that an FOI request and its replies are about."""
    if kind != "contract_annex" and not (kind or "").startswith("foi_"):
        return []
    head = text.words_of_pages(1, HEAD_WORDS) if kind == "contract_annex" else 0
    named = [
        found_number(text, found.match, "contract", "named-contract", 0.85)
        for found in (*text.find(_patterns()["annex-of"], 0, head), *text.find(_patterns()["named-contract"]))
    ]
    return [each for each in named if each is not None]


def _of_both_sides(text: DocumentText, kind: str | None) -> Iterator[FoundNumber]:
    """Yield every number in the head of a contract: each side registers it under one of its own."""
    if kind in kinds_with("contract"):
        for found in text.find(_patterns()["own-line"], 0, text.words_of_pages(1, HEAD_WORDS)):
            each = found_number(text, found.match, "contract", "own-line", 0.85)
            if each is not None and _is_own(text, found.match, "own-line"):
                yield each


def _own(text: DocumentText, kind: str | None) -> FoundNumber | None:
    """Return the document's own number: above or in its title, or where laws and statutes have it; None without one."""
    head = text.words_of_pages(1, HEAD_WORDS)
    tail = max(head, len(text.words) - TAIL_WORDS)
    places = [
        ("own-line", 0.93, 0, head),
        ("own-plain", 0.85, 0, head),
        ("register", 0.85, 0, head),
        ("titled", 0.9, 0, head),
    ]
    if kind == "contract_annex":
        # The title of an annex names the contract instead.
        places.pop()
    places.append(("alone", 0.88, 0, head))
    if kind in kinds_with("contract"):
        places += [("stamped", 0.88, 0, head), ("registered", 0.88, 0, head)]
        if kind != "contract_annex":
            places.append(("concluded", 0.88, 0, head))
    for place in places:
        if candidate := _own_at(text, kind, *place):
            return candidate
    first_line = text.line_end(0) + 1 if text.words else 0
    for found in text.find(COURT, 0, min(COURT_WORDS, len(text.words)) if kind == "judgment" else first_line):
        where = (text.word_at(found.match.start("number")), found.last)
        return FoundNumber(text.quote(*where).strip(" ,;"), *where, "case", "reference.court", 0.88)
    if kind in kinds_with("contract"):
        return _own_at(text, kind, "own-line", 0.85, tail, None)
    if kind in {"regulation", None}:
        return _own_at(text, kind, "filed", 0.85, tail, None) or _own_at(text, kind, "own-line", 0.85, tail, None)
    return None


def _own_at(
    text: DocumentText, kind: str | None, rule: str, confidence: float, first: int, end: int | None
) -> FoundNumber | None:
    role = "contract" if kind in kinds_with("contract") else "case"
    if rule == "alone" and len({parse(found.match["number"]).file for found in text.find(_patterns()[rule])}) > 1:
        return None  # Cells of a list.
    for found in text.find(_patterns()[rule], first, end):
        if _is_own(text, found.match, rule):
            candidate = found_number(text, found.match, role, rule, confidence)
            if candidate is not None:
                return candidate
    return None


def _is_own(text: DocumentText, match: re.Match[str], rule: str) -> bool:
    """Return whether a labelled number is the document's own, not cited in a sentence.

    The label must begin a line with a capital or a colon, or below a title in capitals; within a line ("…, Beograd
    Broj: …") it needs both. A register label needs neither; a title needs a capital.
    """
    if rule == "titled":
        return text.is_capitalised(text.word_at(match.start()))
    if rule != "own-line" or _patterns()["register-label"].match(match[0]):
        return True
    label = text.word_at(match.start())
    is_capital = text.is_capitalised(label)
    has_colon = ":" in match[0][: match.start("number") - match.start()]
    # "III broj 06-12/2019", "03 broj 404-56/17": a department of the municipality precedes the label.
    if label and text.begins_line(label - 1) and _DEPARTMENT.fullmatch(text.words[label - 1]):
        return True
    # "UGOVOR O KUPOPRODAJI", and below it "broj 1-1187/9".
    is_below_title = label > 0 and len(text.words[label - 1]) > 1 and text.words[label - 1].isupper()
    return (is_capital or has_colon or is_below_title) if text.begins_line(label) else (is_capital and has_colon)


def found_number(
    text: DocumentText, match: re.Match[str], role: str, rule: str, confidence: float
) -> FoundNumber | None:
    """Return the number in a match as printed, None if it is a date or malformed."""
    first, last = text.word_at(match.start("number")), text.word_at(match.end("number") - 1)
    # A label may be glued to the number ("br.404-1/15"); folding does not change the length of labels.
    label = match.start("number") - text.starts[first]
    grammar = r"[\w.-]+" if rule in {"own-plain", "register", "numbered"} else r".+" if rule == "portal" else NUMBER
    grammar = rf"(?:{_LETTERS}{{1,5}}\s)?{NUMBER}|{_LAST_FIGURES}" if rule == "label" else grammar
    grammar = rf"{NUMBER}|{_LAST_FIGURES}" if rule == "own-line" else grammar
    grammar = _OF_PORTALS if rule == "by-form" else grammar
    printed = re.search(grammar, text.quote(first, last)[label:], re.IGNORECASE)
    before = text.folded[max(0, match.start("number") - 60) : match.start("number")]
    if printed is None or _DATE_LIKE.fullmatch(match["number"]) or _patterns()["gazette"].search(before):
        return None
    value = with_figures(printed[0].strip(" .,-/"))
    value = re.sub(r"\s", "", value) if rule == "by-form" else value
    value = _OPEN.sub("O", value) if rule == "label" else value
    misread = _ROMAN_READ_WRONG.match(value)
    if misread:
        value = "I" * len(misread[0].strip()) + value[misread.end() :]
    return FoundNumber(value, first, last, role, f"reference.{rule}", confidence)


def with_figures(value: str) -> str:
    """Return a number with a zero for each letter O, and a one for each l, between two figures."""
    return re.sub(r"(?<=\d)[lL|](?=\d)", "1", re.sub(r"(?<=\d)[OoОо](?=\d)", "0", value))


def related_fact(text: DocumentText, found: FoundNumber) -> Fact:
    """Return a number as a ``related`` fact."""
    return _fact(text, "related", found)


def _fact(text: DocumentText, field: str, found: FoundNumber) -> Fact:
    where = (found.first, found.last)
    return text.fact(field, found.value, where, found.rule, found.confidence, details={"role": found.role})
