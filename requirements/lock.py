"""Renew the lock: ``make lock``, or with ``--keep`` only what setup.cfg now asks for otherwise.

Everything is resolved at once for every Python that setup.cfg admits, with the hashes of every file that PyPI has of a
release. The result stands in six files, each package in one of them, because not everybody installs all of them:

- ``build.txt``: what builds packages, installed first, so that no build fetches tools of its own;
- ``runtime.txt``: what Dosije runs on, in one folder;
- ``servers.txt``: the clients of PostgreSQL, OpenSearch and object stores beside that;
- ``meaning.txt``: what search by meaning needs beside that, for those who switch it on;
- ``dev.txt``: what only the tests need;
- ``docs.txt``: what makes a site of the documentation (``make docs``).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
FILES = tuple(FOLDER / name for name in ("build.txt", "runtime.txt", "servers.txt", "dev.txt"))
ON_REQUEST = tuple(FOLDER / name for name in ("meaning.txt", "docs.txt"))
"""What neither ``make run`` nor ``make test`` installs."""

HEADER = "# Written by `make lock`, which says what stands where: requirements/lock.py.\n"
OLDEST = "3.11"
SOURCE_PACKAGES_NEED = ("setuptools-scm>=8,<11",)
"""What packages are built with that have no wheel: bagit."""


def main() -> None:
    """Write the files anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="keep the locked releases that setup.cfg still admits")
    keep = parser.parse_args().keep
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    tools = "\n".join([*ours, *SOURCE_PACKAGES_NEED])
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "lock.txt"
        if keep:  # uv prefers the releases that it finds in the file
            known = (path for path in (*FILES, *ON_REQUEST) if path.exists())
            lock.write_text("".join(path.read_text(encoding="utf-8") for path in known), encoding="utf-8")
        extras = ["--extra", "dev", "--extra", "meaning", "--extra", "docs"]
        everything = releases(_compile(["setup.cfg", "-", *extras, "--output-file", str(lock)], tools))
        fixed = ["--constraint", str(lock)]
        build = releases(_compile(["-", *fixed], tools)).keys()
        runtime = releases(_compile(["setup.cfg", *fixed])).keys() - build
        servers = releases(_compile(["setup.cfg", "--extra", "servers", *fixed])).keys() - build - runtime
        run = build | runtime | servers
        meaning = releases(_compile(["setup.cfg", "--extra", "meaning", *fixed])).keys() - run
        dev = releases(_compile(["setup.cfg", "--extra", "dev", *fixed])).keys() - run - meaning
    # Markers are those of the whole: what a server needs on other systems only, a test may need on all.
    docs = everything.keys() - run - meaning - dev
    for path, names in zip((*FILES, *ON_REQUEST), (build, runtime, servers, dev, meaning, docs), strict=True):
        path.write_text(HEADER + "".join(everything[name] for name in sorted(names)), encoding="utf-8")


def releases(text: str) -> dict[str, str]:
    """Each package of a requirements file with the lines that lock it: a release, or several for several Pythons."""
    found: dict[str, str] = {}
    for match in re.finditer(r"^([\w.-]+)==.*\n(?:[ \t].*\n)*", text, flags=re.MULTILINE):
        found[match[1]] = found.get(match[1], "") + match[0]
    return found


def _compile(arguments: Sequence[str], given: str = "") -> str:
    """Resolve with uv; it prints why there is no solution."""
    # One release for all Pythons where there is one: what is tested on one of them says something of the others.
    options = ["--universal", "--python-version", OLDEST, "--fork-strategy", "fewest"]
    options += ["--generate-hashes", "--no-header", "--no-annotate"]
    command = [str(Path(sys.executable).with_name("uv")), "pip", "compile", *arguments, *options]
    done = subprocess.run(command, cwd=ROOT, input=given, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit("The lock was not renewed.")
    return done.stdout


if __name__ == "__main__":
    main()
