"""Who supplies? The vendors that a contract or an award names, with the tax and registration numbers beside them.

Bidders, invited firms and complainants are not vendors, so a firm's name alone is never enough: it must be given the
role of a supplier in a contract, or be the one to whom a contract is awarded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from archive.model import Fact
from archive.text.folding import fold
from archive.text.scripts import to_latin
from indexer.facts.phrases import any_of, compiled
from indexer.facts.text import DocumentText
from indexer.gazetteer import municipalities, table

CONTRACT_HEAD_WORDS = 500
"""The parties of a contract are named before its first clause."""

MAX_NAME_WORDS = 14
MAX_LABEL_WORDS = 4
IDS_WITHIN_WORDS = 45

_QUOTES = "\"“”„»«'’‘"
_PARTY_START = re.compile(
    r"(?:\bizmed\w+|\bbetween|\bamong"
    # A colon at a line's end begins the list of parties, unless it is the label of a number ("PIB:").
    r"|(?<!pib)(?<!\bmb)(?<!broj)(?<!\bbr):\s*\n)\W*$"
    r"|\n\W*\d{1,2}[.)]\s*$|\n\W*(?:i|and)\s+$|\)\s*,?\s(?:i|and)\s$"
)
_PIB = re.compile(r"\bpib\b\W*(?:broj|br)?\W*(\d{9})\b")
_MB = re.compile(r"\b(?:mb|mat\w*\W{1,2}br\w*|maticnim\sbrojem)\W*(\d{8})\b")


@dataclass(frozen=True, slots=True)
class _Name:
    """A firm's name as printed, and its words."""

    text: str
    first: int
    last: int


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The vendors of a contract, an award or a report on a procurement; other kinds name none."""
    if kind in {"contract", "contract_annex"}:
        named = _contract_parties(text)
    elif kind in {"award_decision", "procurement_report"}:
        named = _awarded(text)
    else:
        return []
    facts: dict[str, Fact] = {}
    for name, rule, confidence in named:
        key = re.sub(r"\W", "", to_latin(name.text).casefold())
        if (
            key
            and key not in facts
            and not _public_body().search(text.folded[text.starts[name.first] : _end(text, name.last)])
        ):
            details = _ids_after(text, name.last)
            facts[key] = text.fact("vendor", name.text, (name.first, name.last), rule, confidence, details=details)
    return list(facts.values())


@cache
def _public_body() -> re.Pattern[str]:
    return compiled(table("roles")["public_body"])


@cache
def _roles() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A supplier's role given after the name, "(hereinafter: Supplier)", and before it, "Supplier: ..."."""
    role = any_of(table("roles")["supplier"])
    hereinafter = r"(?:u\s(?:daljem|daljnjem)\stekstu|hereinafter|dalje)?"
    in_brackets = rf"\((?:[^()]{{0,30}}\W)?{hereinafter}[^\w()]*(?:kao\s|referred\sto\sas\s|the\s)*\W*{role}[^\w()]*\)"
    without = rf"{hereinafter}\W*kao\s{role}"
    labelled = any_of((*table("roles")["supplier"], *table("roles")["consortium_member"]))
    label = rf"(?:\n|\bi\s|izmed\w+\W+)\W*(?:\d[.)]\s)?{labelled}\s?:\s?"
    return re.compile(f"{in_brackets}|{without}"), re.compile(label)


def _contract_parties(text: DocumentText) -> Iterator[tuple[_Name, str, float]]:
    after, before = _roles()
    end = min(CONTRACT_HEAD_WORDS, len(text.words))
    for found in text.find(after, 0, end):
        name = _name_from(text, _party_start(text, found.first))
        if name is not None and name.last < found.first:
            yield name, "vendor.contract-role", 0.92
    for found in text.find(before, 0, end):
        name = _name_from(text, found.last + 1)
        if name is not None:
            yield name, "vendor.contract-label", 0.92


def _party_start(text: DocumentText, before: int) -> int:
    """The word with which the party described just before word ``before`` begins."""
    for word in range(before - 1, max(0, before - 60), -1):
        if _PARTY_START.search(text.folded, max(0, text.starts[word] - 40), text.starts[word]):
            return word
    return before


@cache
def _award_rules() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    given = any_of(("dodelj*", "dodjelj*", "doodjelj*", "dodeli", "dodijeli", "dodeljen*", "zaključ*"))
    bidder = r"(?:(?:najpovoljnijem|izabranom)\s)?ponu[dj]+acu[:\s]+"
    official = any_of(("operatorit ekonomik, të cilit i është dhënë kontrata",)) + r"\W*emri\szyrtar[:\s]*"
    lot = r"partij\w*\W*\d+\W*(?:\([^()]*\))?\W*ponu[dj]+acu[:\s]+"
    chosen = any_of(
        (
            "kao ponuđač izabere",
            "izabrani ponuđač je",
            "izabran je ponuđač",
            "awarded to",
            "ugovor je dodeljen ponuđaču",
        )
    )
    return (
        ("vendor.form-b08", re.compile(official), 0.97),
        ("vendor.award-lot", re.compile(lot), 0.93),
        ("vendor.awarded-to", re.compile(rf"{given}[^\n.;]{{0,160}}?\n?\s?{bidder}"), 0.92),
        ("vendor.chosen", re.compile(chosen + r"[:\s]+"), 0.9),
    )


def _awarded(text: DocumentText) -> Iterator[tuple[_Name, str, float]]:
    for rule, pattern, confidence in _award_rules():
        for found in text.find(pattern):
            start: int | None = text.word_at(found.match.end())
            # A consortium is printed in one field, its members apart by semicolons.
            while start is not None:
                name = _name_from(text, start)
                if name is None:
                    break
                yield name, rule, confidence
                start = name.last + 1 if text.words[name.last].endswith(";") else None


def _name_from(text: DocumentText, first: int) -> _Name | None:
    """The firm's name that begins at word ``first``: up to its legal form, or None where none follows.

    The town right after the legal form, without a comma between, belongs to the registered name.
    """
    first = _skip_lead(text, first)
    last = _legal_form_end(text, first)
    if last is None:
        return None
    while last + 1 < len(text.words) and _belongs(text, last):
        last += 1
    name = to_latin(text.quote(first, last)).strip(" ,;:(–-")
    if name.endswith(".") and "." not in text.fold_of(last):
        name = name[:-1]
    return _Name(name, first, last) if name else None


def _skip_lead(text: DocumentText, first: int) -> int:
    """Past the words that introduce a consortium, or a label before the name: they are no firm's name."""
    for word in range(first, min(first + MAX_LABEL_WORDS, len(text.words))):
        if _legal_forms()[0].search(text.fold_of(word)):
            break
        if text.words[word].endswith(":"):
            first = word + 1
    lead = re.compile(r"(?:grup\si\soperator\w+\sekonomik|konzorcijum|grupa\sponu[dj]+aca)[:\s]*")
    match = lead.match(text.folded, text.starts[first]) if first < len(text.starts) else None
    return text.word_at(match.end()) if match else first


@cache
def _legal_forms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The end of a firm's name, as a folded word (the closing quote may touch it), and what no name holds."""
    forms = "|".join(map(re.escape, table("roles")["legal_form"]))
    return re.compile(rf"(?:^|[{_QUOTES}])(?:{forms})$"), compiled(table("roles")["name_stop"])


def _legal_form_end(text: DocumentText, first: int) -> int | None:
    """The word that ends the legal form of the name beginning at ``first``, if one follows within a name's length."""
    form, stop = _legal_forms()
    in_capitals = frozenset(table("roles")["legal_form_in_capitals"])
    for word in range(first + 1, min(first + MAX_NAME_WORDS, len(text.words))):
        bare = text.fold_of(word)
        if form.search(bare) or (bare in in_capitals and text.words[word].isupper()):
            return word
        if stop.match(bare) or text.words[word - 1].endswith((";", ")")):
            return None
    return None


def _belongs(text: DocumentText, last: int) -> bool:
    """Whether the word after ``last`` is still the name: one more legal form, or a town right after it."""
    following = text.fold_of(last + 1)
    if text.words[last].endswith((",", ";", ")", ":")):
        return False
    if _legal_forms()[0].search(following):
        return True
    return not text.begins_line(last + 1) and text.is_capitalised(last + 1) and following in _towns()


@cache
def _towns() -> frozenset[str]:
    """The folded words that names of municipalities are made of, in the nominative."""
    return frozenset(fold(word) for place in municipalities() for word in place.name.split())


def _ids_after(text: DocumentText, last: int) -> dict[str, str]:
    """The PIB and matični broj printed after a name, before the next party's description."""
    start, stop = _end(text, last), _end(text, min(last + IDS_WITHIN_WORDS, len(text.words) - 1))
    passage = re.split(r"\n\W*\d{1,2}[.)]\s|\bu\sdaljem\stekstu\b", text.folded[start:stop], maxsplit=1)[0]
    found = {"pib": _PIB.search(passage), "mb": _MB.search(passage)}
    return {name: match[1] for name, match in found.items() if match}


def _end(text: DocumentText, word: int) -> int:
    return text.starts[word + 1] - 1 if word + 1 < len(text.starts) else len(text.folded)
