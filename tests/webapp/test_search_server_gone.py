"""Only the search server is down: papers are taken in and read as ever, and wait to be indexed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.conftest import run_dosije
from tests.servers.processes import free_port
from tests.waiting import PATIENCE
from tests.webapp.test_search_server_down import NOBODY
from tests.webapp.test_stopping import answer, serving

pytestmark = pytest.mark.usefixtures("warm_readers")

DOWN = "The search server at http://127.0.0.1:9 does not answer."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("room") / "home"
    made.mkdir()
    (made / "settings.toml").write_text(f'search_url = "{NOBODY}"\n')
    return made


@pytest.fixture(scope="module")
def added(home: Path, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("papers")
    for name in ("jedan", "dva"):
        (folder / f"{name}.txt").write_text(f"Dopis {name} o kamerama na trgu.")
    return run_dosije(home, "add", folder, "--json")


def test_add_keeps_what_it_reads_and_says_so_once(added: subprocess.CompletedProcess[str]) -> None:
    assert added.returncode == 0, added.stderr
    summary = json.loads(added.stdout.splitlines()[-1])["summary"]
    assert (summary["added"], summary["failed"], summary["not_indexed"]) == (2, 0, 2)
    assert added.stderr.count(DOWN) == 1
    assert "What was read is kept; documents that wait to be indexed: 2." in added.stderr


def test_what_needs_no_index_goes_on(home: Path, added: subprocess.CompletedProcess[str]) -> None:
    status = json.loads(run_dosije(home, "status", "--json").stdout)
    assert (status["documents"], status["index_due"], status["index_documents"]) == (2, 2, None)
    assert DOWN in status["index_problem"]
    assert DOWN in run_dosije(home, "status").stdout
    check = run_dosije(home, "check", "--json")
    assert check.returncode == 0, check.stdout
    kinds = [problem["kind"] for problem in json.loads(check.stdout)["problems"]]
    assert kinds == ["index unreachable", "index unreachable"]
    assert run_dosije(home, "findings", "spending").returncode == 0
    document = json.loads(added.stdout.splitlines()[0])["id"]
    assert "kamerama" in run_dosije(home, "show", document, "--text").stdout
    assert run_dosije(home, "vendors", "list").returncode == 0


def test_what_asks_the_index_says_that_it_does_not_answer(
    home: Path, added: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    assert added.returncode == 0
    (tmp_path / "list.txt").write_text("kamere\n")
    for command in (("search", "kamere"), ("search-list", tmp_path / "list.txt"), ("certificate", "kamere")):
        run = run_dosije(home, *command)
        assert run.returncode == 5, command
        assert DOWN in run.stderr


def test_the_room_opens_and_tells_what_is_missing(home: Path, added: subprocess.CompletedProcess[str]) -> None:
    document = json.loads(added.stdout.splitlines()[0])["id"]
    port = free_port()
    with serving(home, port):
        paths = ("/?q=kamere", "/healthz", "/healthz/ready", "/metrics", "/findings/spending", "/saved", "/lists")
        asked = {path: answer(port, path) for path in (*paths, f"/documents/{document}")}
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE) as health:
            told = json.load(health)
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as metrics:
            numbers = metrics.read().decode()
    assert asked.pop("/?q=kamere") == 503
    assert asked.pop("/healthz/ready") == 503
    assert asked == dict.fromkeys(asked, 200)
    assert told == {"status": "degraded", "missing": ["search"], "documents": 2}
    assert "dosije_index_up 0.0" in numbers
    assert "dosije_index_due 2.0" in numbers


def block(url: str, *, is_blocked: bool) -> None:
    """What OpenSearch does with indexes on a disk that passes its flood stage, and when there is room again."""
    body = json.dumps({"index.blocks.read_only_allow_delete": True if is_blocked else None}).encode()
    asked = Request(f"{url}-*/_settings", body, {"Content-Type": "application/json"}, method="PUT")
    with urlopen(asked, timeout=60):
        pass


def test_a_disk_past_its_flood_stage_is_named_at_once(
    opensearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("DOSIJE_SEARCH_URL", opensearch_url)
    papers = [tmp_path / f"{number}.txt" for number in range(2)]
    for paper in papers:
        paper.write_text(f"Kamere u dopisu {paper.stem}.")
    assert run_dosije(home, "add", papers[0]).returncode == 0
    block(opensearch_url, is_blocked=True)
    try:
        run = run_dosije(home, "add", papers[1], "--json")
        assert run.returncode == 0, run.stderr
        assert json.loads(run.stdout.splitlines()[-1])["summary"]["not_indexed"] == 1
        assert run.stderr.count("The search server takes in nothing") == 1
        assert "Make room on its disks" in run.stderr
        assert "dosije reindex" not in run.stderr
        found = run_dosije(home, "search", "kamere")
        assert found.stdout.startswith("1 document")
        assert "Documents added or changed that are not searched yet: 1." in found.stderr
    finally:
        block(opensearch_url, is_blocked=False)
    assert run_dosije(home, "search", "kamere").stdout.startswith("2 documents")
