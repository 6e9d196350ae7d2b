"""Who buys, or whose act is this? The contracting authority, with the numbers printed in its own letterhead or block.

A public body counts only where a document names its own: after the label of a buyer, as the party that pays, in the
letterhead, beside the verb with which it acts. Review bodies, the seats of vendors and authors of complaints stand
elsewhere. A contract between private parties has no buyer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.model import Fact
from indexer.facts import buyer_labels, buyer_rules, identifiers
from indexer.facts.bodies.names import Body, bodies
from indexer.facts.buyer_rules import Buyer
from indexer.facts.firms.names import canonical
from indexer.facts.text import DocumentText

HEAD_PAGES = 4
HEAD_WORDS = 1200
NO_BUYER = frozenset({"judgment", "correspondence"})
CONTRACTS = frozenset({"contract", "contract_annex"})
OWN_ACTS = frozenset({"regulation", "foi_decision", "foi_reply", "report", "other", "form", "minutes"})
"""Kinds in which bodies that review others speak for themselves."""

_WHOSE = re.compile(r"\s(?:narucioca|narucitelja|ustanove|skole)(?=\W)")
"""Forms write whose number it is between the label and the number."""

_OF_BUYER = re.compile(
    r"\b(?:pib|p\.\si\.\sb\.?|mb|mat\w{0,5}\W{1,2}br\w*)\s(?:narucioca|narucitelja)\W{0,4}\d[\d\s]{7,12}"
)
"""A number that is said to be the buyer's, wherever it stands."""

IDS_WITHIN = 400
_NEXT_PARTY = re.compile(
    r"\n\W*\d{1,2}[.)]\s(?!vrsta|adresa|pib|mat)|\bu\sdaljem\stekstu\b"
    r"|\b(?:ponu[dj]+ac|izvrsi\w+|izvodac|dobavljac|isporucilac|prodavac|poslodavac|contractor|supplier)\b"
)
"""Where the block that a name heads is over."""


def find(text: DocumentText, kind: str | None) -> tuple[list[Fact], Body | None]:
    """The buyer with the numbers of its block, and the public body it is, where its name was recognised as one's."""
    if kind in NO_BUYER or not text.words:
        return [], None
    end = text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    named = list(bodies(text, 0, end))
    buyer = next(_candidates(text, named, kind, end), None)
    if buyer is None:
        return [], None
    details = _identifiers(text, buyer, named)
    fact = text.fact(
        "buyer",
        canonical(buyer.name),
        (buyer.first, buyer.last),
        f"buyer.{buyer.rule}",
        buyer.confidence,
        details=details,
    )
    return [fact], buyer.body


def _candidates(text: DocumentText, named: Sequence[Body], kind: str | None, end: int) -> Iterator[Buyer]:
    """Candidates, the surest rule first."""
    if kind in CONTRACTS:
        yield from buyer_rules.party(text, named)
        return
    own = [body for body in named if not body.is_oversight or kind in OWN_ACTS]
    yield from buyer_labels.labelled(text, named, end)
    if kind == "foi_appeal":
        yield from buyer_rules.complained_of(text, own)
    elif kind == "foi_request":
        yield from buyer_rules.addressee(text, own)
    else:
        yield from buyer_rules.letterhead(text, own, kind)
        yield from buyer_rules.issuer(text, own)
        if kind in buyer_rules.FORMS:
            yield from buyer_rules.alone_on_line(text, own)
        elif kind in {"report", "regulation"}:
            yield from buyer_rules.in_title(text, own)
        if kind in buyer_rules.PROCUREMENT:
            yield from buyer_rules.only_one(text, own)


def _identifiers(text: DocumentText, buyer: Buyer, named: Sequence[Body]) -> dict[str, str]:
    """The numbers in the block that the buyer's name heads, wherever it is printed first with some."""
    proper = (body for body in named if text.is_capitalised(body.first))
    own = [buyer.last, *(body.last for body in proper if buyer.body and buyer_rules.same(body, buyer.body))]
    for last in own:
        start = text.starts[last]
        over = _NEXT_PARTY.search(text.folded, start, start + IDS_WITHIN)
        stop = over.start() if over else start + IDS_WITHIN
        found = identifiers.printed(_WHOSE.sub("", text.folded[start:stop]))
        if found:
            return found
    said = _OF_BUYER.findall(text.folded, 0, text.starts[min(HEAD_WORDS, len(text.words) - 1)])
    return identifiers.printed(_WHOSE.sub("", "\n".join(said)))
