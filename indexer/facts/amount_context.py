"""Classify an amount by the words around it: its role and its VAT status. The phrases are in ``amount_roles.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from indexer.facts.text import any_of, compiled
from indexer.gazetteer import table

SENTENCE = 240
"""Number of characters before an amount in which the beginning of its sentence is searched."""

AFTER = 120
NEXT_SENTENCE = 320
"""Number of characters after an amount that may state its VAT status: in its own sentence, in the next one."""

# A full stop after a short word is an abbreviation ("br.", "din."), after a number an ordinal ("stav 1.").
# "Član 2." alone on its line ends the sentence above.
_SENTENCE_END = re.compile(
    r"[;!?]\s|(?:\bpdv(?:-\w{1,2})?|[a-z]{4,}|[)\"”“])\.\s|\n\W*(?:\d{1,2}[.)](?!\d)|[-–•·]\s)"
    r"|\nclan\s\d{1,3}\.?\s?\n"
)
_LABEL = re.compile(r"\n([^\n:]{3,80}:[^\n]{0,3}$)")
"""In a list of labels and values only the label on its own line tells what an amount is, if it tells anything."""

_NUMBER_FOLLOWS = re.compile(r"(?:-\w{1,2})?[\s:]{1,2}\d")
"""In "bez PDV 850,00 dinara, sa PDV 1.020,00 dinara" the words precede each amount."""


@dataclass(frozen=True, slots=True)
class AmountContext:
    """The folded text around an amount: its sentence up to it, the part since the previous amount, the text after."""

    before: str
    since_last: str
    after: str


def context(folded: str, start: int, end: int, last_end: int) -> AmountContext:
    """Return the words around an amount; ``last_end`` is the offset where the previous amount ends."""
    low = max(0, start - SENTENCE)
    before = folded[low:start]
    for match in _SENTENCE_END.finditer(before):
        low = start - len(before) + match.end()
    label = _LABEL.search(folded, low, start)
    if label is not None and last_said(("estimated", "contract", "price"), label[1]):
        low = label.start(1)
    return AmountContext(
        folded[low:start], folded[max(low, min(last_end, start)) : start], folded[end : end + NEXT_SENTENCE]
    )


@cache
def _roles() -> dict[str, Any]:
    return table("amount_roles")


_TWINS = (("cen", "cijen"), ("vredn", "vrijedn"), ("procenj", "procijenj"))
"""How words of money begin in ekavian and in ijekavian."""


@cache
def _phrases(name: str) -> re.Pattern[str]:
    listed = _roles()[name]
    twins = (re.sub(rf"\b{one}", other, each) for each in listed for one, other in _TWINS)
    return compiled(dict.fromkeys((*listed, *twins)))


def says(name: str, words: str) -> bool:
    """Return whether folded text contains one of the phrases listed as ``name`` in the data."""
    return _phrases(name).search(words) is not None


def last_said(names: tuple[str, ...], words: str) -> str | None:
    """Return the name of the phrase list that matches last in a text; of overlapping matches, the one named first.

    "Procenjena ukupna vrednost ugovora" is an estimated value, although it ends in "vrednost ugovora".
    """
    best: tuple[str, int, int] | None = None
    for name in names:
        for match in _phrases(name).finditer(words):
            if best is None or match.start() >= best[2]:
                best = (name, match.start(), match.end())
    return None if best is None else best[0]


@cache
def _just_before() -> re.Pattern[str]:
    return re.compile(any_of(_roles()["never_just_before"]) + r"\W*$")


def is_never_a_fact(around: AmountContext, is_paid: bool) -> bool:
    """Return whether an amount is a fee, fine, guarantee, threshold or difference.

    Revenues of a budget are not excluded. A fee in a tender is a payment in a contract or judgment (``is_paid``).
    """
    if not is_paid and says("fee", around.before):
        return True
    is_budget = says("budget", around.before) or says("revenue", around.before)
    if says("advance", around.before) or (is_share(around) and not says("part", around.before)):
        return True
    suspect = _phrases("innocent").sub(" ", around.before)
    return (says("never", suspect) and not is_budget) or _just_before().search(around.before) is not None


@cache
def _share() -> re.Pattern[str]:
    value = any_of(_roles()["shared"])
    return re.compile(
        rf"\d\s?(?:%|posto\b|odsto\b|percent\b)(?:\W{{1,3}}\(|,?\s(?:odnosno|tj\.|to\sjest)\s|\s(?:\w+\s){{0,3}}?{value}\W+(?:\w+\W+){{0,4}})$"
    )


RATE_WITHIN = 20
"""Characters before a percentage in which "PDV" makes it the rate of the tax."""


def is_share(around: AmountContext) -> bool:
    """Return whether an amount is a percentage of another: "10% of the contract value (1,865.00 EUR)". A price "with
    VAT of 20%" is none."""
    match = _share().search(around.since_last)
    if match is None:
        return False
    return not says_tax(around.since_last[max(0, match.start() - RATE_WITHIN) :])


def says_tax(words: str) -> bool:
    """Return whether a piece of folded text names the tax."""
    return _vat()["any"].search(words) is not None


@cache
def vat_expression() -> str:
    """Return the regular expression, with groups ``without`` and ``with``, for words that a sum is without the tax, or
    with it: a phrase, or a preposition before its name in any of the languages ("bez PDV", "me TVSH", "brez DDV").
    Denied, what says that it is with the tax says that it is without: "nije uključen PDV"."""
    phrases = _roles()["vat"]
    tax = rf"[\W_]{{1,3}}(?:[^\W\d]+[\W_]{{1,2}})?{any_of(phrases['names'])}"
    without, including = (
        rf"{any_of(phrases[status])}|{any_of(phrases['before_' + status])}{tax}" for status in ("without", "with")
    )
    denied = rf"{any_of(phrases['denied'])}[\W_]{{1,3}}(?:[^\W\d]+[\W_]{{1,2}})?(?:{including})"
    added = rf"(?<=\+)\s?{any_of(phrases['names'])}"
    return rf"(?P<without>{without}|{denied}|{added})|(?P<with>{including})"


@cache
def _vat() -> dict[str, re.Pattern[str]]:
    phrases = _roles()["vat"]
    said = vat_expression()
    next_said = (
        rf"(?P<without>{any_of(phrases['next_sentence_without'])})|(?P<with>{any_of(phrases['next_sentence_with'])})"
    )
    between = r"\W{0,4}(?:\([^()]{0,200}\)\W{0,4})?(?:po\s\w+\W{1,3}|ukupno\W{1,3})?\W{0,3}"
    return {
        "after": re.compile(f"{between}(?:{said})"),
        "before": re.compile(rf"(?:{said})(?:-\w{{1,2}})?\W{{0,3}}$"),
        "any": re.compile(f"{said}|(?P<tax>{any_of(phrases['tax'])})"),
        "label": re.compile(rf"(?:^|\n)\W*(?:iznos\s)?{any_of(phrases['tax'])}[^\n:]{{0,20}}:\W*$"),
        "next": re.compile(next_said),
    }


@cache
def _of_all() -> re.Pattern[str]:
    """Return the pattern of a sentence about the VAT of all sums of a paper: "Svi iznosi su iskazani bez PDV"."""
    return re.compile(
        rf"{any_of(_roles()['vat']['all_sums'])}[^.;:\n\d]{{0,80}}?(?:\n[^.;:\n\d]{{0,80}}?)?(?:{vat_expression()})"
        r"|\b(?:iznosi|c(?:ij)?ene|vr(?:ij)?ednosti)\s(?P<none>ne\s(?:sadrz|ukljuc|obuhvat)\w+\s(?:pdv|porez))"
    )


def vat_of_all(folded: str) -> str:
    """Return the status of VAT that a paper states once for all its sums: without, with, unknown."""
    found = {"without" if match["none"] else match.lastgroup or "unknown" for match in _of_all().finditer(folded)}
    return found.pop() if len(found) == 1 else "unknown"


def vat_of(around: AmountContext) -> tuple[str, int]:
    """Return the VAT status of an amount, and how many characters after it state it.

    The status is ``without``, ``with``, ``unknown`` or ``tax`` (the amount is the VAT itself). The words are right
    after the amount, between it and the previous amount, or in the next sentence.
    """
    if _vat()["label"].search(around.since_last):
        return "tax", 0
    match = _vat()["after"].match(around.after[:AFTER])
    is_said_before = _vat()["before"].search(around.since_last) is not None
    in_brackets = match is not None and "(" in around.after[: match.start(match.lastgroup or 0)]
    if match and not ((is_said_before or in_brackets) and _NUMBER_FOLLOWS.match(around.after, match.end())):
        return match.lastgroup or "unknown", match.end()
    said = None
    for match in _vat()["any"].finditer(around.since_last):
        said = match.lastgroup
    if said:
        return said, 0
    following = _vat()["next"].search(around.after)
    return (following.lastgroup or "unknown") if following else "unknown", 0
