"""What stages cost: nothing is counted twice, nothing is lost, and confined processes are seen."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import ReadingStopped
from indexer import stages
from indexer.sandbox.workers import Worker, do
from indexer.stages import Cost, Stage, each_in, stage
from tests.conftest import Dosije
from tests.indexer.misbehaviour import Misbehaviour, check


def spend(seconds: float) -> None:
    began = time.process_time()
    while time.process_time() < began + seconds:
        pass


@pytest.fixture(autouse=True)
def _fresh() -> None:
    stages.restart()


def test_a_moment_belongs_to_the_innermost_stage() -> None:
    began = time.process_time()
    with stage(Stage.FACTS):
        spend(0.02)
        with stage(Stage.OCR):
            spend(0.05)
        spend(0.02)
    whole = time.process_time() - began
    spent = stages.costs()
    assert 0.04 <= spent[Stage.FACTS].cpu < 0.06
    assert 0.05 <= spent[Stage.OCR].cpu < 0.07
    assert stages.total(spent).cpu >= whole


def test_finding_values_is_of_the_stage_and_using_them_is_not() -> None:
    def values() -> Iterator[int]:
        for number in range(2):
            spend(0.02)
            yield number

    for _ in each_in(Stage.PAGES, values()):
        spend(0.05)
    spent = stages.costs()
    assert 0.04 <= spent[Stage.PAGES].cpu < 0.06
    assert spent[Stage.REST].cpu >= 0.1


def test_what_nothing_costs_is_refused() -> None:
    with pytest.raises(ValueError, match="a negative time"):
        Cost(-1.0, 0.0)
    assert Cost(1, 1) - Cost(2, 0.5) == Cost(0, 0.5)


def test_a_fork_says_what_its_stages_cost() -> None:
    worker = Worker[str, object](Misbehaviour(), check, timeout=60)
    do(worker, "spend")
    spent = stages.costs()
    worker.close()
    assert 0.2 <= spent[Stage.FACTS].cpu < 1
    assert spent[Stage.WAITING].clock > 0.2


def test_a_fork_that_says_more_than_it_cost_is_not_believed() -> None:
    worker = Worker[str, object](Misbehaviour(), check, timeout=60)
    do(worker, "exaggerate")
    spent = stages.costs()
    worker.close()
    assert Stage.FACTS not in spent
    assert stages.total(spent).cpu < 60


@pytest.mark.parametrize("deed", ["account", "account_at_length"])
def test_what_a_fork_says_of_its_costs_has_an_end(deed: str) -> None:
    worker = Worker[str, object](Misbehaviour(), check, timeout=60)
    with pytest.raises(ReadingStopped, match="gave an invalid answer"):
        do(worker, deed)
    assert do(worker, "spend")[0] == "began spend"
    worker.close()


def test_add_prints_what_stages_cost(dosije: Dosije, tmp_path: Path) -> None:
    (tmp_path / "dopis.txt").write_text("Odluka o dodeli ugovora za video-nadzor.", encoding="utf-8")
    run = dosije("add", tmp_path / "dopis.txt", "--profile")
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[2].split()[:3] == ["stage", "CPU", "s"]
    assert lines[-2].startswith("all ")
    (tmp_path / "zapisnik.txt").write_text("Zapisnik sa sednice opštinskog veća.", encoding="utf-8")
    again = dosije("add", tmp_path / "zapisnik.txt", "--profile", "--json")
    profile = json.loads(again.stdout.splitlines()[-1])["summary"]["profile"]
    costs = {one["stage"]: one["cpu"] for one in profile}
    # The rules run in a confined process only.
    assert costs["facts"] > 0
    assert set(costs) >= {"start", "pages", "transfer", "catalog", "index", "waiting"}
    assert (
        "profile"
        not in json.loads(dosije("add", tmp_path / "zapisnik.txt", "--json").stdout.splitlines()[-1])["summary"]
    )
