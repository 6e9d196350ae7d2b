"""Targets of candidates by a label: the fact, not the fact, or unknown."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from archive.procedures.numbers import key as reference_key
from archive.text.folding import fold
from benchmarks.facts.labels import Label, comparable
from indexer.facts.scoring.candidates import Proposal

ALIKE = 0.82
"""Minimum similarity of two readings of the same name."""

HALF_ALIKE = 0.6

_NUMBER_LABELS = re.compile(
    r"^(?:klasa|ur\.?broj|del\.?broj|evidencijskibroj|broj|br\.?)[:.]*"
    r"|^(?:jnmv|jnop|jnvv|jn|op|mv|vv|sp|pp|mp|nmv|onp)[-.:]*(?:br\.?|broj)?[:.]*"
)

_PARTED = re.compile(r"[,;\s]*(?=\bur\.?broj)")
"""A Croatian paper has a class and a number of its own: each of them will do."""

Target = str | None
"""``yes``, ``no``, or the role of an amount; None if the label does not tell."""


def target(role: str, label: Label, candidate: Proposal) -> Target:
    """Return the target of a candidate for a role by a label."""
    if role == "amount":
        found = amount_role(label, candidate)
        return found if found in {None, "no"} else "yes"
    if not label.scores(role):
        return None
    alternatives = label.alternatives(role)
    value = comparable(role, candidate.value)
    if role in {"vendor", "bidder", "buyer"}:
        return _of_name(role, value, alternatives)
    if role == "reference":
        wanted = {part for each in alternatives for value in each for part in _PARTED.split(fold(value)) if part}
        same = {reference_key(each) for each in wanted} | {bare_number(each) for each in wanted}
        return "yes" if {candidate.key, reference_key(value), bare_number(value)} & same else "no"
    return "yes" if any(value in each for each in alternatives) else "no"


def _of_name(role: str, value: str, alternatives: list[frozenset[str]]) -> Target:
    main = alternatives[0]
    if any(alike(value, each) for each in main):
        return "yes"
    if any(alike(value, each) for others in alternatives[1:] for each in others):
        return "yes" if main or role == "buyer" else None
    # A half-similar name is the same one misread, or a part of it, and no evidence for a role.
    return None if any(_ratio(value, each) >= HALF_ALIKE for others in alternatives for each in others) else "no"


def alike(one: str, other: str) -> bool:
    """Return whether two normalised names are the same: equal, one contained in the other, or similar."""
    if one == other:
        return True
    if min(len(one), len(other)) < 5:
        return False
    return one in other or other in one or _ratio(one, other) >= ALIKE


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def bare_number(printed: str) -> str:
    """Return a reference without its label: "JN 5/2021" is "5/2021"."""
    number = re.sub(r"\s", "", fold(printed))
    for _ in range(2):
        number = _NUMBER_LABELS.sub("", number)
    return number.strip(".,-")


def amount_role(label: Label, candidate: Proposal) -> Target:
    """Return the role of an amount (contract, estimated, other), ``no`` if it is no fact, None if unknown."""
    if not label.scores("amount"):
        return None
    value = f"{float(candidate.key.split()[0]):.2f}"
    for amount in label.amounts():
        if f"{amount['value']:.2f}" == value:
            return {"award": "contract"}.get(amount["what"], str(amount["what"]))
    accepted = (label.written.get("accept") or {}).get("amounts") or ()
    extra = {f"{each['value'] if isinstance(each, dict) else each:.2f}" for each in accepted}
    return None if value in extra else "no"
