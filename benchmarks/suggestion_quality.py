"""How often "did you mean" proposes the word that was meant, beside the order of other engines, and what it costs.

    python -m benchmarks.suggestion_quality HOME

Words of the archive at HOME, the frequent ones more often, get one slip each (two, for every sixth long word): letters
swapped, left out, doubled or hit beside, confused by OCR or by ear, or any letter for any other. A slip that makes
another word of the archive is not used, since nobody could tell it from that word. The other order is that of Whoosh's
and Lucene's spelling correctors: fewest edits first, then most documents. Both see the same candidates.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein

from archive.archive import Archive
from archive.search.did_you_mean import NEIGHBOURS, corrections
from archive.search.engine import SearchEngine
from archive.search.query import Fuzzy
from archive.text.folding import without_marks
from archive.text.forms import word_form
from archive.text.vocabulary import IndexField

SLIPS = 2000
SEED = 5
LETTERS = "abcdefghijklmnoprstuvz"
CONFUSED = (
    ("rn", "m"), ("m", "rn"), ("l", "i"), ("i", "l"), ("e", "c"), ("c", "e"), ("n", "u"), ("u", "n"), ("h", "b"),
    ("ije", "je"), ("je", "e"), ("ije", "e"), ("t", "d"), ("d", "t"), ("z", "s"), ("s", "z"), ("z", "y"),
)  # fmt: skip


def word_documents(archive: Archive) -> Counter[str]:
    """The forms of four letters or more, with the number of documents they stand in."""
    found: Counter[str] = Counter()
    for document in archive.catalog.documents.newest_first():
        words = (text for page in archive.catalog.readings.all_words(document.id) for text in page.texts)
        found.update({form for form in map(word_form, words) if len(form) >= 4 and form.isalpha()})
    return found


def slip(word: str, chance: random.Random) -> str:
    """``word`` as somebody in a hurry, or OCR, might write it."""
    at = chance.randrange(len(word) - 1)
    before, here, after = word[:at], word[at], word[at + 1 :]
    beside = sorted(other for pair in NEIGHBOURS if here in pair for other in pair - {here})
    confusable = [(meant, read) for meant, read in CONFUSED if meant in word]
    kind = chance.random()
    if kind < 0.2:
        return before + after[0] + here + after[1:]
    if kind < 0.45:
        return before + after
    if kind < 0.55:
        return before + here + here + after
    if kind < 0.75 and beside:
        return before + chance.choice(beside) + after
    if kind < 0.9 and confusable:
        return word.replace(*chance.choice(confusable), 1)
    return before + chance.choice(LETTERS) + (after if kind < 0.95 else here + after)


def slips(documents: Counter[str], chance: random.Random) -> list[tuple[str, str]]:
    """What was typed, and what was meant."""
    words = sorted(documents)
    weights = [min(documents[word], 30) for word in words]
    made: list[tuple[str, str]] = []
    while len(made) < SLIPS:
        (meant,) = chance.choices(words, weights)
        typed = slip(meant, chance)
        if len(meant) > 7 and chance.random() < 1 / 6:
            typed = slip(typed, chance)
        if typed not in documents and len(typed) >= 3:
            made.append((typed, meant))
    return made


def by_edits(engine: SearchEngine, typed: str) -> list[str]:
    """The same candidates in the order of other engines."""
    near = {
        word_form(word.word): word.documents
        for distance in ((1, 2) if len(typed) >= 7 else (1,))
        for word in engine.words(Fuzzy(IndexField.FORM, typed, distance), 60)
    }
    return sorted(near, key=lambda form: (DamerauLevenshtein.distance(typed, form), -near[form]))[:3]


def ours(engine: SearchEngine, typed: str) -> list[str]:
    """The corrections that are tried, as forms."""
    return [word_form(without_marks(found.meant)) for found in corrections(typed, engine, marked=False)]


def report(name: str, propose: Callable[[str], list[str]], made: list[tuple[str, str]]) -> None:
    first = three = 0
    seconds = []
    for typed, meant in made:
        started = time.process_time()
        proposed = propose(typed)
        seconds.append(time.process_time() - started)
        first += proposed[:1] == [meant]
        three += meant in proposed
    times = (
        f"median {statistics.median(seconds) * 1000:.1f} ms, p95 {sorted(seconds)[len(made) * 95 // 100] * 1000:.1f} ms"
    )
    print(f"| {name} | {first / len(made):.1%} | {three / len(made):.1%} | {times} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    with Archive.open(parser.parse_args().home, create=False) as archive:
        documents = word_documents(archive)
        made = slips(documents, random.Random(SEED))
        print(f"{len(made)} slips among {len(documents):,} words of {archive.catalog.documents.count():,} documents\n")
        print("| order | first is right | among the first three | CPU time a word |\n| --- | --- | --- | --- |")
        report("likelihood of the slip and frequency (ours)", lambda typed: ours(archive.engine, typed), made)
        report("fewest edits, then frequency", lambda typed: by_edits(archive.engine, typed), made)


if __name__ == "__main__":
    main()
