"""Fixtures for all packages: the command line as a person runs it, and an archive of the specimens."""

from __future__ import annotations

import compileall
import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest
import tesserocr
from hypothesis import settings
from pysqlite3 import dbapi2 as sqlite

from archive.archive import Archive
from archive.config import Settings
from archive.profiles.bids import keep_counts
from archive.store.catalog import Catalog
from archive.system import confinement
from archive.system.restraints import landlock_version
from indexer.sandbox import workers
from tests import made_once, warm_commands, warm_rooms
from tests.servers.fixtures import opensearch_url, postgres_url, s3_server, s3_url
from tests.waiting import PATIENCE
from tests.warm_processes import WARM_READERS, start_reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["opensearch_url", "postgres_url", "s3_server", "s3_url"]

ROOT = Path(__file__).parent.parent
SPECIMENS = ROOT / "documents" / "specimens"

WITHOUT_WINDOWS = Path("/usr/bin/chromium-headless-shell")
CHROMIUM = WITHOUT_WINDOWS if WITHOUT_WINDOWS.exists() else Path("/usr/bin/chromium")
"""The headless shell is the same browser, and opens a page in half the CPU time."""

LONGEST = (
    "webapp/test_browser_every_page.py",
    "webapp/test_browser_editing.py",
    "webapp/test_browser_offline.py",
    "webapp/test_browser_document.py",
    "webapp/test_browser.py",
    "webapp/test_browser_upload.py",
    "webapp/test_browser_login.py",
    "webapp/test_hostile_input.py",
    "indexer/test_working.py",
    "archive/findings/test_by_change.py",
    "indexer/test_mailbox.py",
    "archive/citing/test_forgeries.py",
    "archive/search/whoosh_engine/test_commits.py",
    "benchmarks/test_links.py",
    "indexer/test_failpoints.py",
)
"""Slowest test files, which run first so that no process waits for them at the end."""

PATIENCE_MS = PATIENCE * 1000
"""How long a browser on a slow machine may take for what a test waits for."""

Dosije = Callable[..., subprocess.CompletedProcess[str]]

# Hypothesis has a deadline of 200 ms per example, which a machine under load exceeds.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")

# What is collected stays; pytest_collection_finish lets the garbage collector work again.
gc.disable()

# Hundreds of processes load the same modules, so bytecode is cached even if the container's settings disable it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


warm_rooms.share()


def pytest_configure(config: pytest.Config) -> None:
    """Do once for all processes of a run: compile the code, as those that read documents may not write what they
    compile, and make the place of what is made once."""
    if not hasattr(config, "workerinput"):
        for package in ("archive", "indexer", "webapp"):
            compileall.compile_dir(ROOT / package, quiet=1)
        os.environ[made_once.PLACE] = tempfile.mkdtemp(prefix="dosije-made-once-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(made_once.PLACE), ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest files first, and those with a browser last, as Playwright blocks other event loops.

    Each process gets whole files (``--dist loadfile``), so module fixtures are built once.
    """
    first = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
    assert all(path.exists() for path in first)
    browsed = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path in browsed, first.get(item.path, len(first))))


def pytest_report_header() -> str:
    engine = tesserocr.tesseract_version().splitlines()[0]
    return f"SQLite {sqlite.sqlite_version}, MuPDF {pymupdf.mupdf_version}, {engine}"


def pytest_collection_finish() -> None:
    """Freeze the collected tests.

    Otherwise the garbage collector scans them again and again, which took a sixth of the time of the quick tests.
    """
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the skipped tests by reason at the end of a run."""
    left_out: dict[str, Counter[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "not said"
        left_out.setdefault(reason, Counter())[report.nodeid.partition("::")[0]] += 1
    if left_out:
        terminalreporter.section("Tests that were left out, and why")
    for reason, files in sorted(left_out.items()):
        terminalreporter.write_line(f"{reason}: {', '.join(f'{name} ({count})' for name, count in files.items())}")


def _forget_settings() -> None:
    """Remove the settings of the user from the environment."""
    for name in [name for name in os.environ if name.startswith("DOSIJE_") and not name.startswith("DOSIJE_TEST_")]:
        del os.environ[name]


_forget_settings()


def run_dosije(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the real command line in a forked process, which need not import it."""
    return warm_commands.run(["--home", str(home), *map(str, arguments)], apart=True)


@contextmanager
def reading_in_forks() -> Iterator[None]:
    """Run reading processes as forks of a warm process, also those of commands and scripts in such forks.

    Landlock confines them as the sandbox would; without Landlock in the kernel, nothing changes.
    """
    with pytest.MonkeyPatch.context() as patch:
        if landlock_version():
            patch.setenv(WARM_READERS, "1")
            patch.setattr(confinement, "why_not", lambda: WARM_READERS)
            patch.setattr(workers, "_popen", start_reader)
        yield


@pytest.fixture(scope="module")
def warm_readers() -> Iterator[None]:
    with reading_in_forks():
        yield


@pytest.fixture
def dosije(tmp_path: Path) -> Dosije:
    """Return the command line for an archive of this test, at ``tmp_path / "home"``."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return run_dosije(tmp_path / "home", *arguments)

    return run


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings()) as opened:
        yield opened


@pytest.fixture(scope="session")
def specimen_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of all specimens, built once by ``dosije add``. Tests must not write to it.

    It is shared by the processes of a test run; the first one that needs it builds it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, made = folder / "specimens" / "home", folder / "specimens" / "made"
    (folder / "specimens").mkdir(exist_ok=True)
    with (folder / "specimens" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            with pytest.MonkeyPatch.context() as patch:
                patch.delenv(WARM_READERS, raising=False)  # They are always read in the sandbox.
                run = run_dosije(home, "add", SPECIMENS)
            assert run.returncode == 0, run.stderr
            with Archive.open(home) as archive:  # As the room does beside; else each copy would do it anew.
                keep_counts(home, archive.catalog)
            made.touch()
    return home


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright  # Not needed by most runs.

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """Return the truth table of the specimens."""
    table: dict[str, Any] = json.loads((ROOT / "documents" / "truth.json").read_text(encoding="utf-8"))
    return table
