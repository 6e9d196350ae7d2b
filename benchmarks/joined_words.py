"""Words that are printed in pieces: how many an archive has, and how many of them only joining makes findable.

Usage: ``python -m benchmarks.joined_words HOME [--examples 10]``
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path

from archive.store.catalog import Catalog
from archive.text.forms import with_parts, word_form
from archive.text.joining import JoinedWord, joined_words


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--examples", type=int, default=10)
    arguments = parser.parse_args()
    catalog = Catalog.open(arguments.home / "catalog.sqlite")
    counts: Counter[str] = Counter()
    documents: dict[str, set[str]] = {"hyphenated": set(), "letter-spaced": set()}
    examples: list[str] = []
    seconds = 0.0
    for document in catalog.documents.newest_first():
        pages = list(catalog.readings.all_words(document.id))
        whole = {form for page in pages for text in page.texts for form in with_parts(word_form(text))}
        for number, page in enumerate(pages, start=1):
            began = time.process_time()
            found = joined_words(page)
            seconds += time.process_time() - began
            counts["pages"] += 1
            for word in found:
                kind = "letter-spaced" if len(page.texts[word.first]) == 1 else "hyphenated"
                counts[kind] += 1
                counts[f"{kind}, found in its document only so"] += whole.isdisjoint(spellings(word))
                documents[kind].add(document.id)
                examples.append(
                    f"{document.filename}, page {number}: {' '.join(page.texts[word.first : word.last + 1])}"
                )
    for name, count in counts.items():
        print(f"{name}: {count}")
    for kind, ids in documents.items():
        print(f"documents with {kind} words: {len(ids)}")
    print(f"CPU time: {1000 * seconds / max(1, counts['pages']):.2f} ms a page")
    for example in random.Random(0).sample(examples, min(arguments.examples, len(examples))):
        print(example)


def spellings(word: JoinedWord) -> set[str]:
    """The exact forms a person may look for."""
    return {word_form(text) for text in (word.text, word.hyphenated) if text}


if __name__ == "__main__":
    main()
