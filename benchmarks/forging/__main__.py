"""Measure whether forged citations are detected and honest ones verified.

Usage: ``python -m benchmarks.forging HOME [--part PART]``

True citations of random words and clauses are forged in every way of :mod:`benchmarks.forging.wording` (inside a
formatted citation, a sentence, or alone) and :mod:`benchmarks.forging.fields`, and altered in every way of
:mod:`benchmarks.forging.honest`. No forged one may be verified, and every honest one should be. The documents are split
by the parity of their id: develop on one part, measure on the other one.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.archive import Archive
from archive.citing.claims import claims_in
from archive.citing.copying import short_addresses
from archive.citing.prose import OMISSION, shortened
from archive.citing.verdicts import Verdict, Verification
from archive.citing.verification import Verifier
from archive.errors import UsageError
from benchmarks.forging import fields, honest, wording
from benchmarks.forging.carriers import UNADDRESSED, carry
from benchmarks.forging.samples import Quarry, Sample

PARTS = {"even": lambda id_: int(id_[-1], 16) % 2 == 0, "odd": lambda id_: int(id_[-1], 16) % 2 == 1}


@dataclass(frozen=True, slots=True)
class Case:
    """A text to verify: the name of the alteration, and whether it is a forgery."""

    way: str
    text: str
    is_forged: bool


@dataclass
class Tally:
    """Counts of trials for each alteration, and the cases with a wrong result."""

    tried: Counter[tuple[bool, str]] = field(default_factory=Counter)
    wrong: list[tuple[Case, str]] = field(default_factory=list)

    def count(self, *, forged: bool) -> tuple[int, int]:
        """Return the number of trials and of wrong results."""
        tried = sum(count for (is_forged, _), count in self.tried.items() if is_forged is forged)
        return tried, sum(case.is_forged is forged for case, _ in self.wrong)


def cases(quarry: Quarry, sample: Sample, chance: random.Random) -> Iterator[Case]:
    """Yield the sample forged and altered in every way that applies to it."""
    printed = [word for word in shortened(sample.citation).split() if word != OMISSION]
    for name, forge in wording.WAYS.items():
        words = forge(list(printed), chance)
        is_long = len(printed) < len(sample.citation.words)
        if words is None or (is_long and name == "tail invented"):
            continue
        carrier, text = carry(sample, words, chance)
        if carrier in UNADDRESSED and quarry.stands(" ".join(words)):
            continue
        yield Case(f"{name} ({carrier})", text, is_forged=True)
    for ways, is_forged in ((fields.WAYS, True), (honest.WAYS, False)):
        for name, way in ways.items():
            if made := way(sample, chance):
                yield Case(name, made, is_forged)


def answer(verifier: Verifier, text: str) -> Verification | str:
    """Return the verification of a text, or the reason why it was refused."""
    try:
        return verifier.verify(claims_in(text, short_addresses(verifier.catalog)))
    except UsageError as error:
        return f"refused: {error}"


def measure(archive: Archive, quarry: Quarry, count: int, chance: random.Random) -> Tally:
    """Verify the alterations of ``count`` samples."""
    verifier = Verifier(archive.catalog, archive.originals, archive.search)
    tally = Tally()
    for sample in quarry.samples(count, chance):
        for case in cases(quarry, sample, chance):
            tally.tried[case.is_forged, case.way.partition(" (")[0]] += 1
            found = answer(verifier, case.text)
            is_verified = isinstance(found, Verification) and found.verdict is Verdict.VERIFIED
            if is_verified is case.is_forged and not _is_true_elsewhere(found, sample):
                tally.wrong.append((case, found if isinstance(found, str) else _told(found)))
    return tally


def _is_true_elsewhere(found: Verification | str, sample: Sample) -> bool:
    """Return whether a text without a permalink is true at another place with the same words.

    The text names no document, so this is no error.
    """
    if isinstance(found, str) or found.claim.address is not None or found.newest is None:
        return False
    place, cited = found.newest.span, sample.citation.span
    is_beside = place.last < cited.first or place.first > cited.last
    return found.verdict is Verdict.VERIFIED and (place.document != cited.document or is_beside)


def _told(found: Verification) -> str:
    said = [f"{found.verdict}: {found.reason}"]
    said += [f"{one.field}: {one.cited!r} / {one.archived!r}" for one in found.fields]
    said += [f"{one.quoted!r} / {one.archived!r}" for one in found.differences]
    said += [remark.text for remark in (*found.alterations, *found.warnings)]
    said += [_told(each) for each in found.answers if each.verdict is not Verdict.VERIFIED]
    return "\n        ".join(said)


def main() -> None:
    """Measure, and print every wrong result."""
    parser = argparse.ArgumentParser(description="Are forged citations noticed, and honest ones let through?")
    parser.add_argument("home", type=Path)
    parser.add_argument("--part", choices=list(PARTS), default="even", help="of the documents, by their id")
    parser.add_argument("--count", type=int, default=40, help="citations that are forged and altered in every way")
    parser.add_argument("--seed", type=int, default=16)
    parser.add_argument("--ways", action="store_true", help="print how often each way was tried")
    options = parser.parse_args()
    with Archive.open(options.home, create=False) as archive:
        chosen = [one for one in archive.catalog.documents.newest_first() if PARTS[options.part](one.id)]
        quarry = Quarry(archive.catalog, sorted(chosen, key=lambda one: one.id))
        began = time.process_time()
        tally = measure(archive, quarry, options.count, random.Random(options.seed))
        seconds = time.process_time() - began
    for case, told in tally.wrong:
        print(f"{'FALSE VERIFIED' if case.is_forged else 'false alarm'}: {case.way}\n    {case.text}\n    {told}")
    if options.ways:
        for (is_forged, way), tried in sorted(tally.tried.items()):
            print(f"{'forged' if is_forged else 'honest'}  {way:<40} {tried:>5}")
    for forged in (True, False):
        tried, wrong = tally.count(forged=forged)
        kinds = len({way for is_forged, way in tally.tried if is_forged is forged})
        print(f"{'forged' if forged else 'honest'}: {tried} in {kinds} ways, {wrong} answered wrongly")
    print(f"{1000 * seconds / max(1, tally.tried.total()):.0f} ms of CPU each, making them included")


if __name__ == "__main__":
    main()
