"""How many known words share a look-alike skeleton, and how many words that OCR misread keep theirs.

Usage: ``python -m benchmarks.look_alikes CORPUS [--pages 8] [--verbose]``, where CORPUS is a folder of PDFs.

Known words are simplemma's Serbian dictionary, folded; common ones are in wordfreq's list. Misread words come from
born-digital pages drawn and worsened (``bad`` in ``benchmarks/ocr_pages.py``), read by our OCR and by Tesseract as it
comes, and aligned with the text layer word by word. A pair counts if its exact forms differ and the printed word has
a letter; pairs that the alignment put together by mistake are among them.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

import wordfreq
from rapidfuzz.distance import Levenshtein

from archive.text.folding import fold
from archive.text.forms import LONG, look_alike_key, word_form
from benchmarks.build_stem_exceptions import known_words
from benchmarks.ocr_pages import born_digital, comparable, draw, worsen
from benchmarks.ocr_quality import Engines


def sharing(words: Collection[str]) -> float:
    """The share of words, in per cent, that have their skeleton in common with another of them."""
    alike: dict[str, set[str]] = defaultdict(set)
    for word in words:
        alike[look_alike_key(word)].add(word)
    return 100 * sum(len(group) for group in alike.values() if len(group) > 1) / len(words)


def misread(truth: str, read: str) -> Iterator[tuple[str, str]]:
    """Pairs of a printed word and what it was read as."""
    printed, seen = comparable(truth).split(), comparable(read).split()
    for edit in Levenshtein.editops(printed, seen):
        if edit.tag == "replace":
            pair = printed[edit.src_pos], seen[edit.dest_pos]
            if any(map(str.isalpha, pair[0])) and word_form(pair[0]) != word_form(pair[1]):
                yield pair


def main() -> None:
    """Print both measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=8, help="pages of each script")
    parser.add_argument("--verbose", action="store_true", help="list the misread words that are not found")
    arguments = parser.parse_args()
    known = {fold(word) for word in known_words() if word.isalpha()}
    common = known & {fold(word) for word in wordfreq.get_frequency_dict("sh")}
    print("| words | long | share a skeleton, % |\n| --- | --- | --- |")
    for name, words in (("known", known), ("common", common)):
        for which, kept in (("yes", {w for w in words if len(w) >= LONG}), ("no", {w for w in words if len(w) < LONG})):
            print(f"| {len(kept):,} {name} | {which} | {sharing(kept):.1f} |")
    engines, pages = Engines(), born_digital(arguments.corpus, arguments.pages)
    print("\n| OCR | words | misread | found by skeleton |\n| --- | --- | --- | --- |")
    for name, read in (("ours", engines.read), ("Tesseract", engines.read_raw)):
        pairs = [pair for page in pages for pair in misread(page.texts[0], read(worsen(draw(page), "bad", page.name)))]
        lost = [pair for pair in pairs if look_alike_key(pair[0]) != look_alike_key(pair[1])]
        words_read = sum(len(page.texts[0].split()) for page in pages)
        print(f"| {name} | {words_read:,} | {len(pairs)} | {len(pairs) - len(lost)} |")
        if arguments.verbose:
            print(lost)


if __name__ == "__main__":
    main()
