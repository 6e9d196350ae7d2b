"""Build the Serbian profiles of ``indexer/profiles`` for langdetect, and evaluate them on held-out text.

Usage: ``python benchmarks/build_language_profiles.py FILE...``, where each file is Serbian text in Latin script, plain
or CoNLL-U (its ``# text =`` lines are read). Even paragraphs train the profiles, odd ones are held out for the
evaluation.

A profile counts character n-grams of length one to three. The Latin one counts every paragraph twice, as written and
without diacritics, because people leave them out; the Cyrillic one counts the same text transliterated.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from langdetect.utils.lang_profile import LangProfile

from archive.text.folding import to_cyrillic

PROFILES = Path(__file__).parent.parent / "indexer" / "profiles"
SNIPPET_LENGTHS = (20, 100, 500)
SNIPPETS = 150


def without_diacritics(text: str) -> str:
    """Return the text as typed on a keyboard without Serbian letters."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "dj"))
    return "".join(char for char in plain if not unicodedata.combining(char))


def paragraphs(path: Path) -> Iterator[str]:
    """Yield the paragraphs of a plain or CoNLL-U file in lower case, as :func:`indexer.text.detect` lower-cases."""
    for line in path.read_text("utf-8").splitlines():
        if path.suffix == ".conllu":
            if not line.startswith("# text = "):
                continue
            line = line.removeprefix("# text = ")  # noqa: PLW2901 - the line without its CoNLL-U label is the line
        if line.strip():
            yield line.strip().lower()


def build(name: str, text: str) -> None:
    """Count the n-grams of ``text`` and write profile ``name``."""
    profile = LangProfile(name)
    profile.update(text)
    profile.omit_less_freq()
    counts = dict(sorted(profile.freq.items()))
    content = json.dumps({"name": name, "freq": counts, "n_words": profile.n_words}, ensure_ascii=False)
    (PROFILES / f"{name}.json").write_text(content + "\n", "utf-8")


def measure(label: str, text: str, expected: str) -> None:
    """Print how many snippets of ``text`` are detected as ``expected``, for each length in characters."""
    from indexer.text import detect  # noqa: PLC0415 - it loads the profiles that this run has just written

    shares = []
    for length in SNIPPET_LENGTHS:
        step = max(length, len(text) // SNIPPETS)
        snippets = [text[start : start + length] for start in range(0, len(text) - length, step)]
        right = sum(detect(snippet) == expected for snippet in snippets)
        shares.append(f"{100 * right / len(snippets):5.1f} %")
    print(f"{label:24} {expected}  " + "  ".join(shares))


def main(arguments: Sequence[str] | None = None) -> None:
    """Build both profiles, and evaluate them on each group of files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path)
    files = parser.parse_args(arguments).files
    training: list[str] = []
    held_out: dict[str, list[str]] = {}
    for path in files:
        for ordinal, paragraph in enumerate(paragraphs(path)):
            (held_out.setdefault(path.parent.name, []) if ordinal % 2 else training).append(paragraph)
    latin = "\n".join(training)
    build("sr-Latn", latin + "\n" + without_diacritics(latin))
    build("sr-Cyrl", to_cyrillic(latin))
    print(f"{'held-out text':24} expected " + "  ".join(f"{length:>3} ch" for length in SNIPPET_LENGTHS))
    for family, kept in held_out.items():
        text = "\n".join(kept)
        measure(family, text, "sr-Latn")
        measure(f"{family}, no diacritics", without_diacritics(text), "sr-Latn")
        measure(family, to_cyrillic(text), "sr-Cyrl")


if __name__ == "__main__":
    main()
