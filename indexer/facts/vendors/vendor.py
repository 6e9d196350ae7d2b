"""The vendors that a contract or an award names, with their tax and registration numbers.

Bidders, invited firms and complainants are not vendors, so a firm must have the role of a supplier in a contract, be
the other of two parties beside the customer, or be the one to whom a contract is awarded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from archive.model import Fact
from indexer.facts import firms
from indexer.facts.bodies import bodies
from indexer.facts.kind import calls_itself
from indexer.facts.text import DocumentText, any_of
from indexer.facts.vendors.contracted import awarded, contracted_with, told_of_awards
from indexer.facts.vendors.parties import (
    NamedVendor,
    contract_parties,
    ids_after,
    is_public_body,
    opposite_the_body,
    opposite_the_customer,
)
from indexer.gazetteer import kinds_with, table

TO_BIDDER = frozenset({"vendor.award-lot", "vendor.awarded-bare", "vendor.awarded-to-bidder", "vendor.chosen"})
"""Rules whose words call the winner a bidder."""


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the vendors of a contract, an award or a report on contracts; [] for other kinds."""
    named: list[NamedVendor] = []
    if kind in kinds_with("contract"):
        named = list(contract_parties(text)) or list(opposite_the_customer(text)) or list(opposite_the_body(text))
    elif kind in kinds_with("awards"):
        named = list(awarded(text))
    elif kind in kinds_with("account") | {"correspondence"} or (
        kind in {"other", None} and not calls_itself(text, "order")
    ):
        # Councils allow contracts with whom they name.
        named = [*contracted_with(text), *told_of_awards(text)]
    elif calls_itself(text, "order"):
        named = list(_ordered_from(text))
    named = named or list(_written_to(text, kind))
    facts: dict[str, Fact] = {}
    for one in named:
        firm = one.firm
        if firm.core not in facts and not is_public_body(text, firm):
            details = ids_after(text, firm.last) | {"role": one.role}
            where = (firm.first, firm.last)
            facts[firm.core] = text.fact("vendor", firm.name, where, one.rule, one.confidence, details=details)
    return list(facts.values())


_OF_CONTRACT = re.compile(
    r"\bugovor(?:om|u|a|en\w*)?\s(?:(?:\w+\s)?br\w*\W{1,2}|(?:\w+\s){0,2}?(?:od|zakljucen\w*)\s)?[\w./-]*\d"
)
_OF_BIDS = re.compile(r"\bponud|\bponistavanj|\bzahtev\w* za zastitu|\bzalb")


LETTER = "vendor.letter"
"""The rule of the firm of a letter."""


def _written_to(text: DocumentText, kind: str | None) -> Iterator[NamedVendor]:
    """Yield the only firm of a letter about a contract by its number or day: one of its two sides, if the other is a
    public body. Letters that speak of bids may be from who lost."""
    if kind not in {None, "correspondence"} or not (_OF_CONTRACT.search(text.folded) and "postovan" in text.folded):
        return
    if _OF_BIDS.search(text.folded):
        return
    starts = (word for word in range(len(text.words)) if text.begins_line(word))
    formed = [firm for firm in map(partial(firms.read, text), starts) if firm is not None and firm.formed]
    private = [firm for firm in formed if not is_public_body(text, firm)]
    if len({firm.core for firm in private}) == 1 and next(bodies(text, 0, len(text.words)), None) is not None:
        yield NamedVendor(private[0], LETTER, 0.8)


def _ordered_from(text: DocumentText) -> Iterator[NamedVendor]:
    """Yield the firm that an order or a record of acceptance labels as the supplier, or is sent to."""
    label = re.compile(rf"\n\W*(?:{any_of(table('roles')['supplier'])}\s?:?|(?:za|do|to|prima)\s?:)\s\W*")
    for found in text.find(label):
        firm = firms.read(text, text.word_at(found.match.end()))
        if firm is not None and firm.formed:
            yield NamedVendor(firm, "vendor.contract-label", 0.92)
