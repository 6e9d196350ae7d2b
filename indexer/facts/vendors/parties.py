"""The parties of a contract: who supplies and who buys, by roles, labels and the order of names, and their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from indexer.facts import firms, identifiers
from indexer.facts.bodies import bodies
from indexer.facts.firms import Firm, end_of
from indexer.facts.text import DocumentText, TextMatch, any_of, compiled
from indexer.gazetteer import table


@dataclass(frozen=True, slots=True)
class NamedVendor:
    """A firm named as a vendor, with rule, confidence and role."""

    firm: Firm
    rule: str
    confidence: float
    role: str = "supplier"


CONTRACT_HEAD_WORDS = 500
"""The parties of a contract are named within this many words, before its first clause."""

PARTY_WORDS = 60
"""Maximum length of the description of a party in words, with address and representative."""

OPPOSITE_WITHIN_WORDS = 60
IDS_WITHIN_WORDS = 45

NEXT_HEAD_WORDS = 150

_NEXT_CONTRACT = re.compile(r"\n(?:ugovor|predugovor|aneks)\s(?:o|za|br\w*)\s[^.]{0,80}\n[^\n]{0,80}\bzaklju[a-z]+")
_PARTY_START = re.compile(
    r"(?:\bizmed\w+|\bbetween|\bamong"
    # A colon at the end of a line begins the list of parties, unless it ends a label such as "PIB:".
    r"|(?<!pib)(?<!\bmb)(?<!broj)(?<!\bbr):\s*\n)\W*$"
    r"|\n\W*(?:\d{1,2}|[a-z])[.)]\s*$|\n\W*(?:i|and)\s+$|\s(?:i|and)\s*\n\W*$|[),]\s*,?\s(?:i|and)\s$"
)
_LIST_OF_PARTIES = re.compile(r"\b(?:izmed\w+|between)\b")
_NEXT_PARTY = re.compile(
    r"\n\W*\d{1,2}[.)]\s|\bu\sda(?:lj|ljnj)em\stekstu\b|\d,\d\d\s(?:rsd|din|eur|km)|\bsa?\sponudj?ac\w*\s"
)
"""What ends the description of a party: the next, its price, or with whom a contract is concluded."""


def is_public_body(text: DocumentText, firm: Firm) -> bool:
    """Return whether a name has a word that only public bodies have; a firm may be called "Comp Grad d.o.o."."""
    return _public_body(firm.formed).search(text.folded[text.starts[firm.first] : end_of(text, firm.last)]) is not None


@cache
def _public_body(formed: bool) -> re.Pattern[str]:
    words = [word for word in table("roles")["public_body"] if not (formed and word in {"grad", "škol*", "komun*"})]
    # Utilities begin with that word, with or without a legal form: "Komunalac d.o.o."; "Primer Komunal d.o.o." is none.
    return re.compile(rf"{any_of(words)}|^\W*(?:j?k?p\W+)?komun\w*")


@cache
def _roles() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return three patterns: a supplier's role after its name, its label before it, a customer's role after it."""
    roles = table("roles")
    supplying = any_of((*roles["supplier"], *roles["consortium_member"]))
    name = any_of(table("bodies")["label_names"])
    label = rf"(?:\n|\bi\s|izmed\w+\W+)\W*(?:\d[.)]\s)?{supplying}(?:\s?:|\W{{0,3}}\n\W*{name}\s?:)\s?"
    after = rf"{_role_after(supplying)}|(?:\s[-–—]|,)\s?{any_of(roles['consortium_member'])}"
    return re.compile(after), re.compile(label), re.compile(_role_after(any_of(roles["customer"])))


@cache
def _subcontracted() -> re.Pattern[str]:
    return re.compile(_role_after(any_of(table("roles")["subcontractor"])))


def _role_after(role: str) -> str:
    """Return the pattern of a role after the description of a party: "(hereinafter: Supplier)"."""
    said = hereinafter()
    named = rf"(?:{any_of(table('roles')['called'])}\s)*"
    in_brackets = rf"\((?:[^()]{{0,30}}\W)?(?:{said}|dalje)?[^\w()]*{named}\W*{role}(?:\s\w+){{0,2}}[^\w()]*\)"
    called = rf"{said}\W{{1,4}}{named}\W*{role}"
    return rf"{in_brackets}|(?:{said}|dalje)?\W*(?<!\w)kao\s{role}|{called}"


@cache
def supplier_after() -> re.Pattern[str]:
    """Return the pattern of the role of whoever is paid, after the description of a party."""
    return re.compile(_role_after(any_of((*table("roles")["supplier"], *table("roles")["gives"]))))


@cache
def hereinafter() -> str:
    """Return the regular expression of what a contract says before it gives a party its role."""
    return any_of(table("roles")["hereinafter"])


def _heads(text: DocumentText) -> Iterator[tuple[int, int]]:
    """Yield the word ranges in which parties are named: the head of the contract and of further ones in the file."""
    yield 0, min(CONTRACT_HEAD_WORDS, len(text.words))
    for found in text.find(_NEXT_CONTRACT, min(CONTRACT_HEAD_WORDS, len(text.words))):
        heading = text.word_at(found.match.start() + 1)
        if text.is_capitalised(heading):
            yield heading, min(found.last + NEXT_HEAD_WORDS, len(text.words))


def contract_parties(text: DocumentText) -> Iterator[NamedVendor]:
    for first, end in _heads(text):
        yield from _parties_in(text, first, end)


def _parties_in(text: DocumentText, first: int, end: int) -> Iterator[NamedVendor]:
    """Yield the firms that are given a supplier's role in the words from ``first`` up to ``end``: the subcontractor's
    where nobody is called the customer."""
    after, before, customer = _roles()
    if next(text.find(_subcontracted(), first, end), None) and not next(text.find(customer, first, end), None):
        after = _subcontracted()
    for found in text.find(after, first, end):
        role = found.first
        firm = _named_before(text, role) or _party_before(text, role) or _first_party(text, first, role)
        if firm is not None:
            yield NamedVendor(firm, "vendor.contract-role", 0.92, _role_of(found))
    for found in text.find(before, first, end):
        firm = firms.read(text, found.last + 1)
        if firm is not None:
            yield NamedVendor(firm, "vendor.contract-label", 0.92, _role_of(found))
    for found in text.find(_bare_label(), first, end):
        firm = firms.read(text, text.word_at(found.match.end()))
        # Over signatures "Seller" and "Buyer" stand in one line, and the name of one below.
        is_named = firm is not None and not any(side.match(text.folded, text.starts[firm.first]) for side in _sides())
        if (
            firm is not None
            and is_named
            and firm.formed
            and text.is_capitalised(text.word_at(found.match.start("role")))
        ):
            yield NamedVendor(firm, "vendor.contract-label", 0.88, _role_of(found))


@cache
def _bare_label() -> re.Pattern[str]:
    """Return the pattern of a supplier's role at the beginning of a line, without a colon, in line with its name or
    above it."""
    what = r"(?:\s(?:radova|uslug[ae]|dobara|posla))?"
    return re.compile(rf"\n\W*(?:\d[.)]\s)?(?P<role>{any_of(table('roles')['supplier'])}{what})\s(?=[\w\"“”„«»])")


def _role_of(found: TextMatch) -> str:
    return "consortium_member" if _member().search(found.match[0]) else "supplier"


@cache
def _member() -> re.Pattern[str]:
    return compiled(table("roles")["consortium_member"])


def _named_before(text: DocumentText, role: int) -> Firm | None:
    """Return the firm whose name is all that stands before word ``role`` on its line: "X d.o.o. Niš (član grupe)"."""
    firm = firms.read(text, text.line_start(role - 1)) if role else None
    return firm if firm is not None and firm.formed and firm.last == role - 1 else None


def _party_before(text: DocumentText, role: int) -> Firm | None:
    """Return the firm whose description ends before word ``role``, None if it is a person."""
    firm = firms.read(text, _party_start(text, role))
    return firm if firm is not None and firm.last <= role else None


_NUMBER_LABELS = frozenset({"vat", "tax", "pib", "oib", "jib", "mb", "maticni", "registered"})
"""Words after "and" that begin another number of the same party."""


def _party_start(text: DocumentText, role: int) -> int:
    """Return the first word of the party described before word ``role``.

    "Its heirs, and assigns" is part of a description: in lower case a party begins only where a firm is recognized.
    """
    for word in range(role - 1, max(0, role - PARTY_WORDS), -1):
        is_number = text.fold_of(word) in _NUMBER_LABELS
        if (
            not is_number
            and _begins_party(text, word)
            and (not text.words[word][:1].islower() or firms.read(text, word) is not None)
        ):
            return word
    return role


def _first_party(text: DocumentText, first: int, role: int) -> Firm | None:
    """Return the firm that begins the description before word ``role``, after what the party before is called: it
    begins a line, or stands after a label ("Naziv: X d.o.o."). A bank is named further on."""
    before = [found.last + 1 for found in text.find(_given_role(), first, role)]
    found: Firm | None = None
    for word in range(max([first, role - PARTY_WORDS, *before]), role):
        is_named = (
            word > 0 and _name_label().search(text.folded, text.starts[max(0, word - 4)], text.starts[word]) is not None
        )
        begins = text.begins_line(word) and not text.words[word].startswith("(")
        if is_named or (found is None and begins):
            firm = firms.read(text, word)
            if firm is not None and firm.formed and firm.last < role:
                found = firm
                if is_named:
                    break
    return found


@cache
def _name_label() -> re.Pattern[str]:
    return re.compile(rf"{any_of(table('bodies')['label_names'])}\s?:\W*$")


@cache
def _given_role() -> re.Pattern[str]:
    """Return the pattern of the role that a party is given, whatever it is: "(u daljem tekstu: Posrednik"; one that
    is known may stand alone in brackets."""
    sides = any_of(word for name in ("customer", "takes", "supplier", "gives") for word in table("roles")[name])
    said = rf"{hereinafter()}\W{{1,4}}(?:{any_of(table('roles')['called'])}\W+)*"
    return re.compile(rf"(?:{said}|\((?={sides}\)))(?P<role>\w+(?:\s\w+)?)")


@cache
def _sides() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of roles of those who pay, and of those who are paid."""
    roles = table("roles")
    return compiled((*roles["customer"], *roles["takes"])), compiled((*roles["supplier"], *roles["gives"]))


def opposite_the_body(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the firm that stands opposite a public body in a contract of two parties, whatever they are called, unless
    their roles say that the firm pays."""
    end = min(CONTRACT_HEAD_WORDS, len(text.words))
    marks = list(text.find(_given_role(), 0, end))
    if len(marks) != 2:
        return
    pays, is_paid = _sides()
    parties = []
    for low, mark in ((0, marks[0]), (marks[0].last + 1, marks[1])):
        firm = _party_before(text, mark.first) or _first_party(text, low, mark.first)
        body = next(bodies(text, max(low, mark.first - PARTY_WORDS), mark.first), None)
        parties.append((firm, body if firm is None or (body and body.first <= firm.first) else None))
    for (firm, other), (_, body), own, its in zip(parties, parties[::-1], marks, marks[::-1], strict=True):
        is_turned = pays.search(own.match["role"]) or is_paid.search(its.match["role"])
        if firm is not None and firm.formed and other is None and body is not None and not is_turned:
            yield NamedVendor(firm, "vendor.opposite-customer", 0.85)


def customers(text: DocumentText) -> Iterator[Firm]:
    """Yield the firms that a contract calls its customer."""
    end = min(CONTRACT_HEAD_WORDS, len(text.words))
    for found in text.find(_roles()[2], 0, end):
        firm = _party_before(text, found.first) or _first_party(text, 0, found.first)
        if firm is not None and firm.formed:
            yield firm


def _begins_party(text: DocumentText, word: int) -> bool:
    return _PARTY_START.search(text.folded, max(0, text.starts[word] - 40), text.starts[word]) is not None


def opposite_the_customer(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the other of two parties, if one is called the customer and the role of the other is unknown or misread."""
    end = min(CONTRACT_HEAD_WORDS, len(text.words))
    opening = next(text.find(_LIST_OF_PARTIES, 0, end), None)
    customers = list(text.find(_roles()[2], opening.last, end)) if opening else []
    if opening is None or len(customers) != 1:
        return
    customer = customers[0]
    own = _party_start(text, customer.first)
    sides = ((customer.last + 1, customer.last + OPPOSITE_WITHIN_WORDS), (opening.last + 1, own))
    for first, stop in sides:
        parties = list(_parties_between(text, first, min(stop, end)))
        if len(parties) == 1:
            yield NamedVendor(parties[0], "vendor.opposite-customer", 0.85)
        if parties:
            return


def _parties_between(text: DocumentText, first: int, stop: int) -> Iterator[Firm]:
    """Yield the firms with a legal form that begin where a party may begin, from word ``first`` up to ``stop``."""
    for word in range(first, stop):
        if word >= first and (_begins_party(text, word) or text.fold_of(word - 1) in {"i", "and"}):
            firm = firms.read(text, word)
            if firm is not None and firm.formed and firm.last < stop:
                yield firm
                first = firm.last + 1


def ids_after(text: DocumentText, last: int, before: int | None = None) -> dict[str, str]:
    """Return the identifiers printed after a name, before the description of the next party and before a word."""
    stop = end_of(text, min(last + IDS_WITHIN_WORDS, len(text.words) - 1, *([] if before is None else [before - 1])))
    passage = _NEXT_PARTY.split(text.folded[end_of(text, last) : stop], maxsplit=1)[0]
    return identifiers.at_once(passage) or identifiers.printed(passage)
