"""How exactly Serbian is written in its other script, on the same text in both.

Usage: ``python -m benchmarks.script_conversion LATIN.conllu CYRILLIC.conllu``, with words in column two.

Prints the share of words that are converted exactly in each direction, and each exception: printed, expected, got.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from archive.text.folding import to_cyrillic, to_latin


def words(path: Path) -> list[str]:
    """The words of a CoNLL-U file in their order, without its comments and its multiword and empty tokens."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [row[1] for row in rows if len(row) > 1 and row[0].isdigit()]


def report(printed: Sequence[str], expected: Sequence[str], convert: Callable[[str], str]) -> None:
    """Print how many words are right, and the others."""
    pairs = zip(printed, expected, strict=True)
    wrong = Counter((word, right, convert(word)) for word, right in pairs if convert(word) != right)
    print(f"{convert.__name__}: {len(printed) - wrong.total():,} of {len(printed):,} words exact")
    for (word, right, got), count in wrong.most_common():
        print(f"  {word!r} should be {right!r}, is {got!r}, {count} times")


def main() -> None:
    """Both directions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("latin", type=Path)
    parser.add_argument("cyrillic", type=Path)
    arguments = parser.parse_args()
    latin, cyrillic = words(arguments.latin), words(arguments.cyrillic)
    report(cyrillic, latin, to_latin)
    report(latin, cyrillic, to_cyrillic)


if __name__ == "__main__":
    main()
