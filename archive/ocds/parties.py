"""The parties of a release: buyer, bidders and suppliers, each once, with its numbers and its roles.

Identifiers are those that papers print: ``RS-PIB`` (tax number), ``RS-MB`` (registration number), ``BA-JIB``. One
whose check digit fails is given as printed, and its evidence says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from archive.model import Fact
from archive.ocds.proofs import Json, Proofs, proven
from archive.procedures.papers import Paper
from archive.text.folding import fold

SCHEMES = {"pib": "RS-PIB", "mb": "RS-MB", "jib": "BA-JIB"}
"""Details of a fact, in the order in which they identify a party."""

_LETTERS = re.compile("[a-z0-9]+")


class Parties:
    """Gathers the parties of one release."""

    def __init__(self, papers: Iterable[Paper], proofs: Proofs) -> None:
        self._proofs = proofs
        self._parties: dict[str, Json] = {}
        self._identified: dict[str, list[tuple[str, Fact]]] = {}
        for paper in papers:
            for fact in paper.facts:
                if fact.field in ("buyer", "vendor", "bidder") and _numbers(fact):
                    self._identified.setdefault(_plain(fact.value), []).append((paper.id, fact))

    def add(self, document: str, fact: Fact, *roles: str) -> Json:
        """Add who a fact names, and refer to the party. A paper that prints no number means the one of that name in
        this procedure that has one, if there is just one."""
        source, named = document, fact
        known = self._identified.get(_plain(fact.value), [])
        if not _numbers(fact) and len({_id(other) for _, other in known}) == 1:
            source, named = known[0]
        id_ = _id(named)
        party = self._parties.get(id_)
        if party is None:
            identifiers = [{"scheme": SCHEMES[name], "id": value} for name, value in _numbers(named).items()]
            proof = self._proofs.of(source, named)
            party = self._parties[id_] = proven(
                {
                    "id": id_,
                    "name": fact.value,
                    "identifier": identifiers[0] if identifiers else None,
                    "additionalIdentifiers": identifiers[1:],
                    "roles": list[str](),
                },
                {"name": self._proofs.of(document, fact), "identifier": proof, "additionalIdentifiers": proof},
            )
            party["roles"] = []
        party["roles"] += [role for role in roles if role not in party["roles"]]
        return {"id": id_, "name": party["name"]}

    def all(self) -> list[Json]:
        """Every party, in the order in which they were added."""
        return list(self._parties.values())


def _numbers(fact: Fact) -> dict[str, str]:
    return {name: fact.details[name] for name in SCHEMES if name in fact.details}


def _id(fact: Fact) -> str:
    for name, value in _numbers(fact).items():
        return f"{SCHEMES[name]}-{value}"
    return _plain(fact.value)


def _plain(name: str) -> str:
    """A name without quotes, dots and case, in Latin: what stays the same from paper to paper."""
    return "-".join(_LETTERS.findall(fold(name.replace(".", ""))))
