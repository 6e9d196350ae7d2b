"""What deploy/ and docs/deployment.md tell people to run exists, and the files are what their readers take."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from archive.archive import Archive
from archive.config import SETTINGS, Settings
from archive.upkeep.last_runs import Upkeep, keep_last_run
from dosije import cli
from requirements.lock import releases
from tests.servers.opensearch import SETTINGS as SERVER_SETTINGS
from tests.webapp_samples import NoPicture
from webapp import create_app

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
ALARMS_PAGE = (ROOT / "docs" / "alarms.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


CALLING = (ROOT / "docs" / "deployment.md", ROOT / "docs" / "alarms.md")
CALL = re.compile(r"(?:(?<![\w/=-])|(?<=/bin/))dosije ([a-z][^`|#,;(\n]*)|compose run [^`\n]* web ([a-z][^`#\n]*)")
"""A call of ours at a shell, or by way of the image; a folder or a user of that name is none."""


def calls() -> Iterator[tuple[str, str]]:
    """Each call of ours that stands in the files: where, and what comes after ``dosije``."""
    for path in (*CALLING, DEPLOY / "compose.yaml", *UNITS):
        for found in CALL.finditer(path.read_text(encoding="utf-8").replace("\\\n", " ")):
            yield path.name, (found[1] or found[2]).strip()
    for service in ("web", "worker"):
        yield "compose.yaml", COMPOSE["services"][service]["command"][0]


def test_the_calls_were_found() -> None:
    assert {call.split()[0] for _, call in calls()} >= {"add", "backup", "check", "serve", "status", "user", "work"}


@pytest.mark.parametrize("call", sorted({call for _, call in calls()}))
def test_every_command_and_option_exists(call: str) -> None:
    words = call.split()
    context, command = click.Context(cli), cli.get_command(click.Context(cli), words.pop(0))
    assert command is not None
    while isinstance(command, click.Group) and words:
        command = command.get_command(context, words.pop(0))
        assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_compose_file_is_one() -> None:
    import jsonschema  # It compiles grammars for seconds.

    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text(encoding="utf-8")))


RULES: dict[str, Any] = yaml.safe_load((DEPLOY / "alarms.yaml").read_text(encoding="utf-8"))
ALARMS: list[dict[str, Any]] = RULES["groups"][0]["rules"]
METRIC = re.compile(r"dosije_[a-z_]+")


def test_every_alarm_says_what_it_is_and_what_to_do() -> None:
    """Each has a section of docs/alarms.md that begins with what it means and goes on with a remedy to run or read."""
    sections = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", ALARMS_PAGE, flags=re.MULTILINE | re.DOTALL))
    assert [alarm["alert"] for alarm in ALARMS] == sorted(sections, key=[*sections].index)
    for alarm in ALARMS:
        assert alarm["annotations"]["summary"]
        assert alarm["labels"]["severity"] in {"page", "morning"}
        assert "`" in sections[alarm["alert"]]


def test_alarms_and_board_ask_for_numbers_that_the_room_tells(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        for upkeep in Upkeep:
            keep_last_run(archive.catalog, upkeep, passed=True)
        app = create_app(archive, NoPicture())
        client = app.test_client()
        client.get("/")
        told = set(METRIC.findall(client.get("/metrics").text))
    queue = {"dosije_tasks"}  # Only a catalog on PostgreSQL has one: tests/webapp/access/test_queue.py.
    asked = METRIC.findall(json.dumps(ALARMS) + (DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    assert set(asked) - queue <= told
    views = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {"search.show"} == set(re.findall(r'endpoint=\\*"([a-z.]+)', json.dumps(ALARMS))) <= views


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_takes_the_rules() -> None:
    run = subprocess.run(["promtool", "check", "rules", DEPLOY / "alarms.yaml"], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_compose_file_asks_for_what_the_example_sets() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    asked |= {secret["environment"] for secret in COMPOSE["secrets"].values()}
    told = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "example.env").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert asked == told


def test_the_compose_file_sets_settings_that_there_are() -> None:
    ours = {name for name in COMPOSE["x-dosije"]["environment"] if name.startswith("DOSIJE_")}
    assert ours <= {f"DOSIJE_{setting.name.upper()}" for setting in SETTINGS}


def test_the_search_server_of_the_compose_file_has_the_settings_that_our_tests_run_with() -> None:
    assert SERVER_SETTINGS.items() <= COMPOSE["services"]["opensearch"]["environment"].items()


def test_the_image_is_built_once() -> None:
    """Of several services with a build of one image Docker makes as many, and forgets the name of all but one."""
    ours = {name: "build" in service for name, service in COMPOSE["services"].items() if service["image"] == "dosije"}
    assert ours == {"init": True, "web": False, "worker": False}


def test_the_image_is_made_of_files_that_there_are() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    admitted = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert sorted(copied) == sorted(line[1:] for line in admitted if line.startswith("!"))
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_loses_nothing_that_is_imported() -> None:
    """What deploy/slim.sh takes out is locked by that name, and the client of OpenSearch does without."""
    script = (DEPLOY / "slim.sh").read_text(encoding="utf-8")
    taken = set(re.findall(r"--yes (.*)", script)[0].split()) - {"pip"}
    locks = ("build.txt", "servers.txt")
    assert taken <= {name for lock in locks for name in releases((ROOT / "requirements" / lock).read_text("utf-8"))}
    without = "import sys; sys.modules.update({'grpc': None, 'google.protobuf': None}); import opensearchpy"
    subprocess.run([sys.executable, "-c", without], check=True)


def test_the_example_settings_are_settings(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "settings.toml", tmp_path)
    loaded = Settings.load(tmp_path, {})
    for name in tomllib.loads((DEPLOY / "settings.toml").read_text(encoding="utf-8")):
        assert (loaded.text if name not in ("port", "proxies") else loaded.number)(name)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_unit(tmp_path: Path, unit: Path) -> None:
    text = unit.read_text(encoding="utf-8").replace("/opt/dosije/bin/dosije", "/bin/true")
    (tmp_path / unit.name).write_text(text, encoding="utf-8")
    run = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / unit.name)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_room_and_workers_are_held_to_the_same() -> None:
    rules = [unit.read_text(encoding="utf-8").partition("# What it may do.")[2] for unit in UNITS]
    assert len(rules) == 4
    assert {*rules} == {rules[0]} != {""}
