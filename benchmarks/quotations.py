"""Are copied quotations found, and forged ones noticed? Usage: ``python -m benchmarks.quotations HOME [--count 500]``

Random runs of words of an archive are verified without any address: as they are, in Latin script, with one space left
out, and with one word changed. A quotation counts as found if one of the places given is the page it was taken from.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.archive import Archive
from archive.citing.claims import Claim
from archive.citing.quotation import Quotation
from archive.citing.verdicts import Verdict
from archive.citing.verification import Verifier
from archive.store.catalog import Catalog
from archive.text.alignment import letters
from archive.text.folding import script_of, to_latin

SHORTEST, LONGEST = 3, 30
"""Words of a quotation."""

FULL = 3000
"""Words of a printed page at most. Tables of a million words would be nearly all of the sample."""

LEAST_LETTERS = 8
"""Letters and digits that a run of words needs to be a quotation that somebody would copy."""


def quotations(catalog: Catalog, count: int, chance: random.Random) -> Iterator[tuple[str, int, list[str]]]:
    """Random quotations with the document and the page each stands on."""
    pages = [
        (document.id, page)
        for document in sorted(catalog.documents.newest_first(), key=lambda document: document.id)
        for page in catalog.readings.get(document.id).pages
        if LONGEST <= page.word_count <= FULL
    ]
    for id_, page in chance.choices(pages, [page.word_count for _, page in pages], k=count):
        texts = catalog.readings.words(id_, page.number).texts
        length = chance.randint(SHORTEST, LONGEST)
        first = chance.randrange(len(texts) - length + 1)
        words = list(texts[first : first + length])
        if sum(map(len, map(letters, words))) >= LEAST_LETTERS:
            yield id_, page.number, words


def versions(words: Sequence[str], chance: random.Random) -> Iterator[tuple[str, Sequence[str]]]:
    """The same quotation as people bring it."""
    yield "as it is", words
    yield "in Latin", [to_latin(word) if script_of(word) == "Cyrl" else word for word in words]
    yield "one space left out", " ".join(words).replace(" ", "", 1).split()
    at = chance.choice([at for at, word in enumerate(words) if letters(word)])
    yield "one word changed", [*words[:at], f"{words[at]}xq", *words[at + 1 :]]


def main() -> None:
    """Verify, and print how often each version got which verdict."""
    parser = argparse.ArgumentParser(description="Are copied quotations found, and forged ones noticed?")
    parser.add_argument("home", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    verdicts: Counter[tuple[str, Verdict, bool]] = Counter()
    seconds = 0.0
    with Archive.open(options.home, create=False) as archive:
        verifier = Verifier(archive.catalog, archive.originals, archive.search)
        for id_, page, words in quotations(archive.catalog, options.count, chance):
            for version, given in versions(words, chance):
                began = time.process_time()
                answer = verifier.verify(Claim(None, Quotation(" ".join(given))))
                seconds += time.process_time() - began
                is_found = any((place.document.id, place.page) == (id_, page) for place in answer.places)
                verdicts[version, answer.verdict, is_found] += 1
    for (version, verdict, is_found), count in sorted(verdicts.items()):
        print(f"{version:<20} {verdict:<10} {'its page' if is_found else 'not its page':<14} {count:>5}")
    print(f"{1000 * seconds / verdicts.total():.1f} ms of CPU each")


if __name__ == "__main__":
    main()
