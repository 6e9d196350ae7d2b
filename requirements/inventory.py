"""What is shipped, each with its licence: the packages of the lock, and what of others lies in our own wheel.

The licence of a package is that of its metadata, where that is an SPDX expression or a classifier that names one
licence, else that of ``licences.toml``. ``docs/licences.md`` (``make pages``) and the bill of materials (``make sbom``)
are made of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata

from license_expression import ExpressionError, get_spdx_licensing

from requirements.lock import FOLDER, ROOT, releases

CLASSIFIERS = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Classifiers that name one licence; "BSD License" is several."""

LOCKS = ("runtime.txt", "servers.txt", "meaning.txt")

SPDX = get_spdx_licensing()
SAID = tomllib.loads((FOLDER / "licences.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Shipped:
    """A package with the SHA-256 of its files, or files in our wheel with the path where they lie."""

    name: str
    version: str
    licence: str
    about: str = ""
    path: str = ""
    hashes: tuple[str, ...] = ()


def packages(lock: str) -> Iterator[Shipped]:
    """Every release that a file of the lock names."""
    for name, text in releases((FOLDER / lock).read_text(encoding="utf-8")).items():
        version = re.findall(r"==([^\s;]+)", text)[0]
        yield Shipped(name, version, licence(name), hashes=tuple(re.findall(r"sha256:([0-9a-f]{64})", text)))


def files() -> Iterator[Shipped]:
    """What others made of what is in our wheel."""
    yield from (Shipped(**each) for each in SAID["files"])


def everything() -> list[Shipped]:
    """All that is shipped."""
    return [*(each for lock in LOCKS for each in packages(lock)), *files()]


def licence(name: str) -> str:
    """The licence of a package, as an SPDX expression."""
    if name in SAID["packages"]:
        return str(SAID["packages"][name])
    try:
        told = metadata(name)
    except PackageNotFoundError:
        raise SystemExit(f"{name} is not installed: name its licence in requirements/licences.toml.") from None
    classified = {
        CLASSIFIERS.get(each.rpartition(" :: ")[2], "?")
        for each in told.get_all("Classifier", [])
        if "License ::" in each
    }
    for said in (told["License-Expression"], told["License"], *(classified if len(classified) == 1 else ())):
        if said and is_spdx(said):
            return str(said)
    raise SystemExit(
        f"The metadata of {name} names no licence: read its licence file, and add it to requirements/licences.toml."
    )


def is_spdx(text: str) -> bool:
    """Whether this is an expression of SPDX licences."""
    try:
        return not SPDX.validate(text).errors
    except ExpressionError:
        return False


def our_version() -> str:
    """The version of this tree; ``setup.cfg`` is the one place that says it."""
    found = re.search(r"^version = (\S+)$", (ROOT / "setup.cfg").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert found
    return found[1]
