"""The tutorial is true: its commands are run in their order on one archive, and answer what it says.

The first one, ``./dosije add``, takes 20 seconds and is not run again: the archive is a copy of the one made for
all tests, and the counts that the tutorial gives for it are compared with those of the ``dosije status`` that follows.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from dosije import cli

TUTORIAL = Path(__file__).parent.parent / "docs" / "tutorial.md"

ADDED = "./dosije add documents/specimens"

CHANGING = (
    (r"\(\d+ ms\)", "(a time)"),
    (r"\bin \d+\.\d s\b", "in a time"),
    (r"(?<=\(event )(\d+), \d{4}-\d\d-\d\d", r"\1, a day"),
    (r"(?<=čitanje 1 od )\d+\. \d+\. \d{4}\.", "a day"),
    (r"\b(gen-\d+)-[0-9a-f]{8}\b", r"\1-chance"),
    (r"\b[0-9a-f]{32,64}\b", "a hash"),
)
"""What is another thing each time, and what stands for it in the comparison. Short ids of documents are compared."""


def blocks() -> list[tuple[str, str]]:
    """What is typed (``console``) and written (``toml``), in order."""
    return re.findall(r"^```(console|toml)\n(.*?)^```$", TUTORIAL.read_text(encoding="utf-8"), flags=re.M | re.S)


def typed(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with its answer."""
    parts = [part.partition("\n") for part in re.split(r"^\$ ", block, flags=re.M)[1:]]
    return [(command, answer.strip("\n")) for command, _, answer in parts]


def settled(text: str) -> str:
    """A text without what changes each time, and without white space at the ends of lines."""
    for pattern, instead in CHANGING:
        text = re.sub(pattern, instead, text)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def assert_answers(expected: str, answer: str, command: str) -> None:
    """Make sure that an answer is as expected, where a line ``...`` stands for any lines."""
    lines = [r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in settled(expected).splitlines()]
    told = settled(answer) + "\n" if answer.strip() else ""
    assert re.fullmatch("".join(lines), told), f"{command} answers otherwise:\n{told}\nThe tutorial has:\n{expected}"


def test_every_command_answers_as_the_tutorial_says(
    specimen_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "cameras"
    shutil.copytree(specimen_home, home)
    monkeypatch.chdir(tmp_path)
    done: dict[str, str] = {}
    for language, block in blocks():
        if language == "toml":
            head, _, content = block.partition("\n")
            (tmp_path / head.removeprefix("# ~/")).write_text(content, encoding="utf-8")
            continue
        for command, expected in typed(block):
            done[command] = expected
            if command != ADDED:
                program, *arguments = shlex.split(command)
                assert program == "./dosije"
                result = CliRunner().invoke(cli, ["--home", str(home), *arguments], catch_exceptions=False)
                assert result.exit_code == 0, result.output
                assert_answers(expected, result.output.replace(str(tmp_path), "~"), command)
    assert next(iter(done)) == ADDED
    added = re.search(r"(\d+) added, 0 already there, 0 failed; (\d+) pages, (\d+) words", done[ADDED])
    status = re.search(r"documents +(\d+)\npages +(\d+)\nwords +(\d+)", done["./dosije status"])
    assert added
    assert status
    assert added.groups() == status.groups()
    assert "All is well." in done["./dosije check"]
    book = CalamineWorkbook.from_path(tmp_path / "cameras.xlsx")
    assert book.sheet_names == ["Table", "Numbers", "Evidence", "Method"]
    assert book.get_sheet_by_name("Table").to_python()[-1][:5] == ["All", 10, 22, 177, 106]
