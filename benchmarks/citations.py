"""Do citations hold when documents are read again? Citations made on one reading, verified against a later one.

    DOSIJE="dosije --home HOME"
    $DOSIJE add documents/specimens SCANS...
    DOSIJE_OCR_DPI=150 $DOSIJE reread ID... --ocr always --languages srp_latn+srp
    python -m benchmarks.citations HOME

Takes random runs of words of an earlier reading, makes the citation of each, and verifies it against the newest one.
What is true is known from the page images, which are the same in all readings: the words of the newest reading whose
boxes lie on the boxes of the cited words. The verifier knows words only, never boxes.

Where the lines of a text overlap, or a word was read as two, boxes are not a perfect truth either, so every answer that
they contradict is printed, to be looked at.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.citing.claims import Claim
from archive.citing.locators import Address, quote_hash
from archive.citing.quotation import Quotation
from archive.citing.verdicts import QuotedPassage, Verdict, Verification
from archive.citing.verification import AddressedClaim
from archive.model import Box, Document, Span
from archive.store.catalog import Catalog

LONGEST = 40
"""Words of the longest citation."""

ON = 0.5
"""Part of the smaller of two boxes that must lie on the other for them to hold the same word."""

OVERLAP = 0.5
"""Words that a place and the true place share, of all words of both, from which on it is the same place."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A citation of a document, and the numbers of the words of the newest reading that stand where its words do."""

    document: Document
    span: Span
    words: tuple[str, ...]
    truth: tuple[int, ...]
    truth_words: tuple[str, ...]


def samples(catalog: Catalog, reading: int, count: int, seed: int) -> Iterator[Sample]:
    """Random citations on a reading, from documents whose pages have boxes, each word as likely as another."""
    chance = random.Random(seed)
    documents = [document for document in catalog.documents.newest_first() if document.reading > reading]
    pages = [
        (document, page)
        for document in sorted(documents, key=lambda document: document.id)
        for page in catalog.readings.get(document.id, reading).pages
        if page.word_count and not page.is_flowing
    ]
    weights = [page.word_count for _, page in pages]
    for document, page in chance.choices(pages, weights, k=count):
        length = min(chance.randint(1, LONGEST), page.word_count)
        first = chance.randrange(page.word_count - length + 1)
        old, new = (catalog.readings.words(document.id, page.number, number) for number in (reading, document.reading))
        cited = [box for at in range(first, first + length) if (box := old.box(at))]
        truth = [at for at in range(len(new)) if (box := new.box(at)) and any(_lies_on(box, other) for other in cited)]
        start = catalog.readings.get(document.id).pages[page.number - 1].first_word
        span = Span(document.id, reading, page.first_word + first, page.first_word + first + length - 1)
        yield Sample(
            document,
            span,
            old.texts[first : first + length],
            tuple(start + at for at in truth),
            tuple(new.texts[at] for at in truth),
        )


def _lies_on(box: Box, other: Box) -> bool:
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    height = min(box.y1, other.y1) - max(box.y0, other.y0)
    smaller = min((one.x1 - one.x0) * (one.y1 - one.y0) for one in (box, other))
    return width > 0 and height > 0 and smaller > 0 and width * height >= ON * smaller


def fault(sample: Sample, answer: Verification) -> str | None:
    """What is wrong with an answer; None if it is true."""
    found = answer.newest
    # A word that was read between those, where nothing is printed, makes another text of them.
    stands = sample.truth_words == sample.words and sample.truth[-1] - sample.truth[0] == len(sample.words) - 1
    same_words = found is not None and "".join(found.words) == "".join(sample.words)
    if answer.verdict is Verdict.MISSING:
        return "missing, but it is there" if stands else None
    assert found is not None
    if _overlap(found, sample.truth) < OVERLAP:
        return f"{answer.verdict} at the wrong place"
    if answer.verdict is Verdict.CHANGED:
        return "changed, but it is the same" if stands else None
    if not same_words:
        return f"{answer.verdict}, but the words differ"
    numbers = (found.span.first, found.span.last)
    if answer.verdict is Verdict.VERIFIED and numbers != (sample.span.first, sample.span.last):
        return "verified, but the words are elsewhere"
    return None


def _overlap(found: QuotedPassage, truth: Sequence[int]) -> float:
    place = set(range(found.span.first, found.span.last + 1))
    return len(place & set(truth)) / len(place | set(truth))


def main() -> None:
    parser = argparse.ArgumentParser(description="Do citations hold when documents are read again?")
    parser.add_argument("home", type=Path, help="an archive whose documents have two readings or more")
    parser.add_argument("--reading", type=int, default=1, help="the reading on which the citations are made")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    catalog = Catalog.open(options.home / "catalog.sqlite")
    verdicts: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    seconds = 0.0
    for sample in samples(catalog, options.reading, options.count, options.seed):
        address = Address(sample.span, quote_hash(sample.words))
        began = time.process_time()
        answer = AddressedClaim(
            catalog, sample.document, Claim(address, Quotation(" ".join(sample.words))), address
        ).verify()
        seconds += time.process_time() - began
        verdicts[answer.verdict] += 1
        if wrong := fault(sample, answer):
            faults[wrong] += 1
            has = " ".join(answer.newest.words) if answer.newest else ""
            print(f"{wrong}: {sample.document.filename} words {sample.span.first}-{sample.span.last}")
            print(
                f"    cited {' '.join(sample.words)!r}\n    found {has!r}\n    boxes {' '.join(sample.truth_words)!r}"
            )
    total = sum(verdicts.values())
    print(f"{total} citations, {1000 * seconds / total:.1f} ms of CPU each")
    print("  ".join(f"{verdict} {verdicts[verdict]}" for verdict in Verdict))
    print(f"contradicted by the boxes: {sum(faults.values())}  {dict(faults)}")
    catalog.close()


if __name__ == "__main__":
    main()
