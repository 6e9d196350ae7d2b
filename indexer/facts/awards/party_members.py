"""Firms that the head of a contract names, though no role stands beside them: members of a group that its bearer signs
for, with their numbers, and the other side of a public body, whatever a table or a caption calls it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from archive.model import Fact
from indexer.facts.bodies import bodies
from indexer.facts.firms import Firm, end_of
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.names import all_firms
from indexer.facts.text import DocumentText, compiled, letters
from indexer.facts.vendors import parties
from indexer.gazetteer import table

CALLED_WITHIN = 30
"""Characters before a name in which it is called a subcontractor."""

_CLAUSE = re.compile(
    r"\n\W*(?:clan\w*|stav|tacka|artikull?i|nen[ie]|article|section|§)\s?(?:\d|i\b|prv|jedan|one)|\n\W*§"
)
_ITEM = re.compile(r"\n\W*(?:1[.)]\s|predmet\b)")
_BRACKETS = re.compile(r"\W{0,3}\([^()]*")
_ACCOUNT = re.compile(r"\bracun\w*\b[^;]{0,40}$|\bkod\s\W*$")


def find(context: TextSurroundings, named: Sequence[Fact]) -> list[Fact]:
    """Return the firms in the head of a contract that are parties beside those ``named`` as vendors: those with
    numbers, or else, where nobody is named, all before the first item; of several only where it speaks of a group."""
    text = context.text
    stop = min(parties.CONTRACT_HEAD_WORDS, len(text.words)) - 1
    clause = _CLAUSE.search(text.folded, 0, text.starts[stop])
    end = clause.start() if clause else text.starts[stop]
    known = {letters(fact.value) for fact in named} | {firm.core for firm in parties.customers(text)}
    firms = [firm for firm in all_firms(context) if text.starts[firm.first] < end and firm.formed]
    found: dict[str, tuple[Firm, dict[str, str]]] = {}
    for place, firm in enumerate(firms):
        following = next((other.first for other in firms[place + 1 :] if other.first > firm.last), None)
        ids = parties.ids_after(text, firm.last, following)
        if not _is_another(text, firm, known):
            found.setdefault(firm.core, (firm, ids))
    numbered = {core: each for core, each in found.items() if each[1]}
    item = _ITEM.search(text.folded, 0, end)
    before = text.word_at(item.start() + 1) if item else len(text.words)
    found = numbered or {core: each for core, each in found.items() if not named and each[0].last < before}
    is_group = _group().search(text.folded, 0, end) is not None
    is_other_side = next(bodies(text, 0, stop), None) if found else None
    if not (is_group if named or len(found) > 1 else is_other_side):
        return []
    role = {"role": "consortium_member" if is_group else "supplier"}
    return [
        text.fact("vendor", firm.name, (firm.first, firm.last), "vendor.contract-label", 0.85, details=ids | role)
        for firm, ids in found.values()
    ]


def _is_another(text: DocumentText, firm: Firm, known: set[str]) -> bool:
    """Return whether a firm is known already, a public body, called a subcontractor, or keeps an account."""
    start = text.starts[firm.first]
    is_known = any(firm.core in name or name in firm.core for name in known)
    before = text.folded[max(0, start - CALLED_WITHIN) : start]
    after = text.folded[end_of(text, firm.last) : end_of(text, firm.last) + CALLED_WITHIN]
    called = compiled(table("roles")["subcontractor"])
    in_brackets = _BRACKETS.match(after)
    is_called = called.search(before) or (in_brackets and called.search(in_brackets[0]))
    is_beside = is_called or _ACCOUNT.search(text.folded, max(0, start - 2 * CALLED_WITHIN), start)
    return is_known or parties.is_public_body(text, firm) or bool(is_beside)


@cache
def _group() -> re.Pattern[str]:
    roles = table("roles")
    return compiled([*roles["group"], *roles["consortium_member"], *roles["signs_for_group"]])
