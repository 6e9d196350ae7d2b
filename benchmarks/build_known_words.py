"""Build ``archive/text/words.*.zlib``: the word lists of the region, as codes.

Usage: ``python -m benchmarks.build_known_words``; needs simplemma, whose words they are (MIT; its dictionaries are
derived from other works, each under its own licence, which its ``licenses`` folder names). No word can be read off a
code.
"""

from __future__ import annotations

from pathlib import Path

from archive.text import known_words


def main() -> None:
    """Write the files, and say how large they are."""
    for language in known_words.PACKED:
        data = known_words.packed(known_words.codes(language))
        target = Path(known_words.__file__).with_name(f"words.{language}.zlib")
        target.write_bytes(data)
        print(f"{target.name}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
