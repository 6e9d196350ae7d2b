"""What helps at a terminal: groups of commands, the command that was meant, and completion by real shells."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dosije import COMMANDS, GROUPS, cli

ROOT = Path(__file__).parent.parent


def test_every_command_is_in_one_group() -> None:
    listed = [name for names in GROUPS.values() for name in names]
    assert sorted(listed) == sorted(COMMANDS)
    assert CliRunner().invoke(cli, ["--help"]).output.count("\n  search  ") == 1


@pytest.mark.parametrize(("typed", "meant"), [("serch", "search"), ("verfy", "verify"), ("vendr", "vendor")])
def test_a_mistyped_command_is_named(typed: str, meant: str) -> None:
    result = CliRunner().invoke(cli, [typed, "x"])
    assert result.exit_code == 2
    assert f"There is no command '{typed}'. Did you mean {meant}" in result.output


def test_where_nothing_was_meant_the_list_is_named() -> None:
    assert "dosije --help lists all" in CliRunner().invoke(cli, ["qqqq"]).output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_takes_what_is_printed(shell: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["completion", shell])
    assert result.exit_code == 0
    assert "_DOSIJE_COMPLETE" in result.output
    if shutil.which(shell):
        script = tmp_path / "completion"
        script.write_text(result.output, encoding="utf-8")
        subprocess.run([shell, "-n", script], check=True)


def test_bash_completes_commands_and_options(tmp_path: Path) -> None:
    program = tmp_path / "dosije"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "dosije.py"} "$@"\n', encoding="utf-8")
    program.chmod(0o755)

    def completed(typed: str, place: int) -> set[str]:
        environment = {"PATH": "/usr/bin:/bin", "COMP_WORDS": typed, "COMP_CWORD": str(place),
                       "_DOSIJE_COMPLETE": "bash_complete"}  # fmt: skip
        run = subprocess.run([program], env=environment, capture_output=True, text=True, check=False)
        return {line.partition(",")[2] for line in run.stdout.splitlines()}

    assert completed("dosije ver", 1) == {"verify"}
    assert "--municipality" in completed("dosije search --mun", 2)
