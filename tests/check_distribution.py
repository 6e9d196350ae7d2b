"""``make wheel``: tests that the wheel and the sdist have all files of the tree, and that the installed wheel works.

The wheel is built from the sdist, as an installer would, with the locked tools. It is installed into an empty
environment with the locked requirements and tested outside of the tree. This takes a minute and the network, so it is a
separate step of ``make check`` and not part of ``make test``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.conftest import ROOT, SPECIMENS
from tests.servers.processes import free_port
from tests.waiting import PATIENCE, wait_for

PACKAGES = ("archive/", "indexer/", "webapp/", "dosije.py")
CONTRACT = "becej-2020-ugovor.pdf"
REQUEST = "becej-2022-foi-zahtev.txt"


def left_out(name: str) -> bool:
    """Return whether a file is not distributed: the sources of translations, which are compiled to catalogs."""
    return name.endswith(".po")


@pytest.fixture(scope="module")
def tree() -> set[str]:
    """Return all files of the packages under version control."""
    listed = subprocess.run(["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.split("\0")) - {""}


@pytest.fixture(scope="module")
def built(tree: set[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sdist and the wheel, built from files under version control only."""
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    for name in [*tree, "setup.cfg", "pyproject.toml", "README.md", "LICENSE"]:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, source], folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a virtual environment with only the wheel and the locked requirements."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=True)
    pip: list[str | Path] = [folder / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", ROOT / "requirements/build.txt"], folder)
    locked: list[str | Path] = [
        "--no-build-isolation",
        "--use-pep517",
        "--require-hashes",
        "-r",
        ROOT / "requirements/runtime.txt",
        "-r",
        ROOT / "requirements/servers.txt",
    ]
    run([*pip, *locked], folder)
    run([*pip, "--no-deps", wheel], folder)
    return folder


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Run a command in ``folder`` with a clean environment, and return its output."""
    done = subprocess.run(
        command, cwd=folder, env=plain(folder), capture_output=True, text=True, timeout=2 * PATIENCE, check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def plain(folder: Path) -> dict[str, str]:
    """Return the environment without settings of Dosije and Python, and with an archive in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOSIJE_", "PYTHON"))}
    return {**kept, "DOSIJE_HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"}


def test_the_wheel_holds_the_files_of_the_packages(wheel: Path, tree: set[str]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == {name for name in tree if not left_out(name)}


def test_the_sdist_holds_the_files_of_the_packages(built: Path, tree: set[str]) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        held = {member.name.partition("/")[2] for member in archive if member.isfile()}
    beside = {"setup.cfg", "pyproject.toml", "README.md", "LICENSE", "PKG-INFO"}
    held = {name for name in held if ".egg-info/" not in name}
    assert held == {name for name in tree if not left_out(name)} | beside


def test_the_wheel_asks_for_what_setup_cfg_names_and_is_installed_whole(installed: Path) -> None:
    assert "No broken requirements" in run([installed / "venv/bin/pip", "check"], installed)
    where = run([installed / "venv/bin/python", "-c", "import archive; print(archive.__file__)"], installed)
    assert where.startswith(str(installed / "venv"))


def test_what_is_installed_adds_searches_shows_and_serves_in_serbian(installed: Path) -> None:
    dosije = installed / "venv/bin/dosije"
    assert "2 added" in run([dosije, "add", SPECIMENS / CONTRACT, SPECIMENS / REQUEST], installed)
    found = json.loads(run([dosije, "search", "kamere", "--json"], installed))
    (contract,) = [hit for hit in found["hits"] if hit["kind"] == "contract"]
    assert json.loads(run([dosije, "show", contract["id"], "--json"], installed))["filename"] == CONTRACT
    with serving(dosije, installed) as address:
        assert '<html lang="sr-Latn"' in page(address, {"Accept-Language": "sr"})
        assert "Pretraga" in page(address, {"Accept-Language": "sr"})
        assert "Претрага" in page(address, {"Accept-Language": "sr-Cyrl-RS"})
        assert "Pretraga" in page(address, {"Accept-Language": "en", "Cookie": "language=sr-Latn"})
        assert "Претрага" in page(address, {"Accept-Language": "en", "Cookie": "language=sr-Cyrl"})
        assert "Search" in page(address, {"Accept-Language": "en"})


@contextmanager
def serving(dosije: Path, folder: Path) -> Iterator[str]:
    """Run ``dosije serve``, and yield its URL."""
    port = free_port()
    command = [str(dosije), "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        environ = {**plain(folder), "PYTHONFAULTHANDLER": "1"}
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: process.poll() is not None or answers(address), never="it does not answer")
        assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
        yield address
    finally:
        process.terminate()
        _wait_for_its_end(process, folder / "log")


def _wait_for_its_end(process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a process that was told to stop has; if it does not, fail with the stacks of its threads."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.wait(PATIENCE)
        pytest.fail(f"It was told to stop, and did not:\n{log.read_text(encoding='utf-8')}")


def answers(address: str) -> bool:
    try:
        return bool(page(f"{address}/healthz", {}))
    except OSError:
        return False


def page(address: str, headers: dict[str, str]) -> str:
    with urlopen(Request(address, headers=headers), timeout=PATIENCE) as response:
        return str(response.read().decode())
