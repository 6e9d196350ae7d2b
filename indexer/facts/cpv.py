"""Codes of the Common Procurement Vocabulary (CPV; in Serbian ORN, in Bosnian JRJN).

Eight digits may also be a registration number, so a code needs its check digit, or a document that mentions the
vocabulary. Source: Regulation (EC) No 213/2008.
"""

from __future__ import annotations

import re
from functools import cache

from archive.model import Fact
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import kinds_with, table

WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7)
"""Weights of the check digit: the weighted sum of the eight digits modulo 10.

The regulation states no rule. This one was derived from the 9,454 published codes and holds for 8,922 of them; the
others are listed in ``cpv.toml``.
"""

LABEL_WITHIN = 60
"""Number of characters before a code in which its label is searched."""

_CODE = re.compile(r"([0-9]{8})(?<![\w./-][0-9]{8})(?:\s?[-–]\s?([0-9])(?![\w/-]))?(?![\w/]|[.,]\d|-\d)")
_NAME = re.compile(r"\s?[-–]\s?[a-z]{3}")
_LABEL = re.compile(
    any_of(
        (
            "cpv*",
            "orn",
            "jrjn",
            "opšteg rečnika nabavk*",
            "opšti rečnik nabavk*",
            "jedinstvenog rječnika javne nabavke",
            "jedinstvenom rječniku javne nabavke",
            "common procurement vocabulary",
            "fjalorit të përgjithshëm të prokurimit",
        )
    )
)
_OTHER_NUMBER = re.compile(
    r"\+\d{2,3}\W{1,2}$|\b(?:mb|mat\w*|pib|jib|tel\w*|fax|faks\w*|racun\w*|jmbg|registarsk\w*)\W{1,3}(?:br\w*\W{1,3})?$"
)


@cache
def _divisions() -> frozenset[str]:
    return frozenset(table("cpv")["divisions"])


@cache
def _exceptions() -> dict[str, int]:
    return {code[:8]: int(code[9]) for codes in table("cpv")["check_digits"].values() for code in codes}


def check_digit(code: str) -> int:
    """Return the check digit of a code of eight digits."""
    listed = _exceptions().get(code)
    return (
        listed
        if listed is not None
        else sum(weight * int(digit) for weight, digit in zip(WEIGHTS, code, strict=True)) % 10
    )


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return every code of a document once, in text order."""
    if kind in kinds_with("no_cpv"):
        return []
    speaks_of_codes: bool | None = None
    facts: dict[str, Fact] = {}
    for found in text.find(_CODE):
        code, check = found.match[1], found.match[2]
        before = text.folded[max(0, found.match.start() - LABEL_WITHIN) : found.match.start()]
        is_labelled = _LABEL.search(before) is not None
        # Kosovo still prints codes of the previous vocabulary; without a label they could be any number.
        is_known = code[:2] in _divisions() or (is_labelled and code[:2] in table("cpv")["earlier_divisions"])
        if code in facts or not is_known or _OTHER_NUMBER.search(before):
            continue
        is_checked = check is not None and int(check) == check_digit(code)
        if not is_labelled and not is_checked:
            if speaks_of_codes is None:
                speaks_of_codes = _LABEL.search(text.folded) is not None
            is_named = _NAME.match(text.folded, found.match.end()) is not None
            # Codes of groups end in zeros, which registration numbers rarely do.
            if check is not None or not code.endswith("00") or not (speaks_of_codes or is_named):
                continue
        details = {} if check is None else {"check": check}
        if check is not None and not is_checked:
            details["check_failed"] = "yes"
        confidence = 0.6 if "check_failed" in details else 0.97 if is_labelled else 0.95
        rule = "cpv.labelled" if is_labelled else "cpv.checked" if is_checked else "cpv.in-vocabulary"
        facts[code] = text.fact("cpv", code, (found.first, found.last), rule, confidence, details=details)
    return list(facts.values())
