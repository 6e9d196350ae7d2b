"""Build a golden archive with an earlier release; every later one must open it.

Usage, here with the release of commit 738e448::

    mkdir /tmp/release && git archive 738e448 | tar -x -C /tmp/release
    python -m tests.golden.make /tmp/release archive-738e448

It runs the commands of :data:`LIFE`, and those of :data:`LATER` that exist, with the code in that folder on an empty
archive, and packs the result, without the cache and the originals, which are the specimens, into
``tests/golden/NAME.tar.xz``, with a citation in ``NAME.txt``. It is built once per release and never changed.
(The first two were made with all specimens of their time.)
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
SPECIMENS = HERE.parents[1] / "documents" / "specimens"

LETTER = SPECIMENS / "becej-2022-foi-zahtev.txt"
LETTER_ID = hashlib.sha256(LETTER.read_bytes()).hexdigest()

TAKEN = (
    LETTER,
    *(SPECIMENS / f"{name}.pdf" for name in ("becej-2020-ugovor", "becej-2020-odluka-o-dodeli", "kanjiza-2020-ugovor")),
)
CONTRACT_ID, AWARD_ID = (hashlib.sha256(path.read_bytes()).hexdigest() for path in TAKEN[1:3])

LIFE = (
    ("add", *map(str, TAKEN), "--jobs", "1"),
    ("saved", "add", "kamere", "kamera"),
    ("annotate", LETTER_ID, "Pročitano.", "--words", "1-3", "--by", "Ana"),
    ("correct", LETTER_ID, "title", "Zahtev opštini", "--by", "Ana"),
    ("correct", CONTRACT_ID, "title", "Ugovor o kamerama", "--by", "Ana"),
    ("check",),
)
LATER = (
    ("chain", CONTRACT_ID, "--apart", AWARD_ID, "--by", "Ana"),
    ("story", "new", "Kamere", "--by", "Ana"),
)
"""Commands that only later releases have: rulings on procedures, stories."""
CITE = ("cite", LETTER_ID, "--words", "1-3")


def main() -> None:
    """Build the archive of a release, and a citation."""
    release, name = Path(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        for words in LIFE:
            _run(release, home, words)
        for words in LATER:
            _run(release, home, words, known=False)
        (HERE / f"{name}.txt").write_text(_run(release, home, CITE), encoding="utf-8")
        with tarfile.open(HERE / f"{name}.tar.xz", "w:xz") as packed:
            for path in sorted(home.iterdir()):
                if path.name not in {"cache", "originals"}:
                    packed.add(path, path.name)


def _run(release: Path, home: Path, words: Sequence[str], known: bool = True) -> str:
    command = [sys.executable, "-m", "dosije", "--home", str(home), *words]
    environ = {**os.environ, "PYTHONPATH": str(release)}
    run = subprocess.run(command, cwd=release, env=environ, capture_output=True, text=True, check=False)
    sys.stderr.write(run.stderr)
    if run.returncode and (known or run.returncode != 2):
        raise SystemExit(f"{words} ended with {run.returncode}")
    return run.stdout


if __name__ == "__main__":
    main()
