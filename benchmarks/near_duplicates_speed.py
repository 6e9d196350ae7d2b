"""What near-duplicates cost: signing and linking 10,000 documents, room on disk, and asking for those of 20 hits.

Usage: ``python -m benchmarks.near_duplicates_speed HOME [--documents 10000] [--folder FOLDER]``

HOME is an archive into which the corpus was added: the made documents take their pages from it, so that words are as
frequent as they are. A made document is 1 to 9 pages drawn from all of them; every tenth is a made one again with 2 %
of its words misread, and every tenth is a page of one form with five words of its own, of which there are many.
CPU seconds; the catalog is a new one in FOLDER, or in a temporary folder.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from archive.model import Document, Page, Reading, TextSource
from archive.model.words import Break, Word, Words
from archive.search.minhash import sketch
from archive.search.near_duplicates import NearDuplicates
from archive.store.catalog import Catalog
from benchmarks.duplicate_samples import misread

CATALOG_FILE = "catalog.sqlite"
MAX_WORDS = 100_000
HITS = 20
QUESTIONS = 200

Pages = list[list[str]]


def corpus_pages(catalog: Catalog) -> Pages:
    """The texts of every page of 50 words or more, dumps left out."""
    known = [document for document in catalog.documents.newest_first() if document.word_count <= MAX_WORDS]
    pages = (page.texts for document in known for page in catalog.readings.all_words(document.id))
    return [list(texts) for texts in pages if len(texts) >= 50]


def made_documents(pages: Pages, count: int) -> Iterator[Pages]:
    """The documents, one after the other."""
    chance = random.Random(1)
    form = next(page for page in pages if 300 <= len(page) <= 500)
    made: list[Pages] = []
    for number in range(count):
        if number % 10 == 1:
            yield [misread(0.02)(page, chance) for page in chance.choice(made)]
        elif number % 10 == 2:
            yield [[f"{number}-{place}" if place % (len(form) // 5) == 0 else word for place, word in enumerate(form)]]
        else:
            made.append(chance.sample(pages, chance.randint(1, 9)))
            yield made[-1]


def add(catalog: Catalog, number: int, texts: Pages) -> int:
    """Put a document into the catalog; returns how many pages it has."""
    words = [Words.of(Word(text, before=Break.SPACE) for text in page) for page in texts]
    id_ = hashlib.sha256(str(number).encode()).hexdigest()
    pages: list[Page] = []
    first = 0
    for page_number, page in enumerate(words, start=1):
        pages.append(Page(page_number, first, len(page), 595, 842, TextSource.TEXT))
        first += len(page)
    now = datetime.now(UTC)
    document = Document(id_, f"{number}.pdf", "application/pdf", 1, "main", now, 1, 1, len(pages), first)
    catalog.documents.add(document, Reading(id_, 1, now, {}, None, tuple(pages)), words, [], f"/made/{number}.pdf")
    return len(pages)


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(pages: Pages, count: int, folder: Path) -> None:
    """Fill a catalog, sign and link its documents, and print what that cost."""
    catalog = Catalog.open(folder / CATALOG_FILE)
    total = sum(add(catalog, number, texts) for number, texts in enumerate(made_documents(pages, count)))
    size = (folder / CATALOG_FILE).stat().st_size
    duplicates = NearDuplicates(catalog)
    marks: list[float] = []
    spent = seconds(lambda: duplicates.update(lambda done, _: marks.append(time.process_time())))
    first, last = marks[len(marks) // 10] - marks[0], marks[-1] - marks[-len(marks) // 10 - 1]
    print(
        f"{count:,} documents, {total:,} pages: signed and linked in {spent:.1f} s, {1e3 * spent / total:.2f} ms a page"
    )
    print(f"the first tenth in {first:.1f} s, the last in {last:.1f} s")
    # Close and open, so that SQLite writes its log into the file before it is weighed.
    catalog.close()
    catalog = Catalog.open(folder / CATALOG_FILE)
    print(f"{((folder / CATALOG_FILE).stat().st_size - size) / count / 1000:.2f} kB a document in the catalog")
    ids = [document.id for document in catalog.documents.newest_first()]
    chance = random.Random(2)
    duplicates = NearDuplicates(catalog)
    asked = sorted(seconds(lambda: duplicates.near_identical(chance.sample(ids, HITS))) for _ in range(QUESTIONS))
    print(f"near-identical of {HITS} hits: median {1e3 * statistics.median(asked):.2f} ms, "
          f"p95 {1e3 * asked[-QUESTIONS // 20]:.2f} ms")  # fmt: skip
    found = duplicates.of(ids)
    print(f"{len(found):,} documents are linked, with {sum(map(len, found.values())):,} links")
    catalog.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Time the sketching alone, then everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args(arguments)
    catalog = Catalog.open(options.home / CATALOG_FILE)
    pages = corpus_pages(catalog)
    catalog.close()
    packed = [[Words.of(map(Word, texts)) for texts in pages]]
    for name in ("new words", "known words"):
        spent = seconds(lambda: [sketch(words) for words in packed])
        print(f"sketching {len(pages):,} pages, {name}: {1e3 * spent / len(pages):.2f} ms a page")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measure(pages, options.documents, Path(folder))


if __name__ == "__main__":
    main()
