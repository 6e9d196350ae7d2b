"""The tutorials are true: their commands are run in their order on one archive, and answer what they say.

The first one, ``./dosije add``, takes 20 seconds and is not run again: the archive is a copy of the one made for
all tests, and the counts that a tutorial gives for it are compared with those of the ``dosije status`` that follows.
Commands of the system are run as they are; ``echo $?`` is the exit code of the command before it.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from dosije import cli

DOCS = Path(__file__).parent.parent / "docs"
REPORTER, SERBIAN, LAWYER = DOCS / "tutorial.md", DOCS / "tutorial-sr.md", DOCS / "tutorial-lawyer.md"

ADDED = "./dosije add documents/specimens"

CHANGING = (
    (r"\(\d+ ms\)", "(a time)"),
    (r"\bin \d+\.\d s\b", "in a time"),
    (r"(?<=\(event )(\d+), \d{4}-\d\d-\d\d", r"\1, a day"),
    (r"(?<=čitanje 1 od )\d+\. \d+\. \d{4}\.", "a day"),
    (r"(?<=читање 1 од )\d+\. \d+\. \d{4}\.", "a day"),
    (r"(?<=by Ana), \d{4}-\d\d-\d\d", ", a day"),
    (r"(?<=by Ana) \(\d{4}-\d\d-\d\d\)", " (a day)"),
    (r"\b(gen-\d+)-[0-9a-f]{8}\b", r"\1-chance"),
    (r"\b[0-9a-f]{32,64}\b", "a hash"),
)
"""What is another thing each time, and what stands for it in the comparison. Short ids of documents are compared."""


def blocks(tutorial: Path) -> list[tuple[str, str]]:
    """What is typed (``console``) and written (``toml``), in order."""
    return re.findall(r"^```(console|toml)\n(.*?)^```$", tutorial.read_text(encoding="utf-8"), flags=re.M | re.S)


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


def run(command: str, home: Path) -> tuple[int, str]:
    """The exit code of a command and what it says, less what it writes to a file (``> FILE``)."""
    program, *arguments = shlex.split(command)
    if program != "./dosije":
        done = subprocess.run(command, shell=True, cwd=home.parent, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr
    file = None
    if ">" in arguments:
        *arguments, _, file = arguments
    result = CliRunner().invoke(cli, ["--home", str(home), *arguments], standalone_mode=False, catch_exceptions=False)
    if file:
        (home.parent / file).write_text(result.stdout, encoding="utf-8")
    return result.return_value or 0, result.stderr if file else result.output


def assert_true(tutorial: Path, home: Path) -> dict[str, str]:
    """Do what a tutorial says, in its order, and return what it says that each command answers."""
    done: dict[str, str] = {}
    code = 0
    for language, block in blocks(tutorial):
        if language == "toml":
            head, _, content = block.partition("\n")
            path = home.parent / head.removeprefix("# ~/")
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
            continue
        for command, expected in typed(block):
            if command == "echo $?":
                assert str(code) == expected, done.popitem()
                code = 0
                continue
            assert code == 0, done.popitem()
            done[command] = expected
            if command != ADDED:
                code, answer = run(command, home)
                assert_answers(expected, answer.replace(str(home.parent), "~"), command)
    assert code == 0
    return done


@pytest.fixture
def home(specimen_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(specimen_home, tmp_path / "cameras")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cameras"


def test_every_command_answers_as_the_reporters_tutorial_says(home: Path) -> None:
    done = assert_true(REPORTER, home)
    assert next(iter(done)) == ADDED
    added = re.search(r"(\d+) added, 0 already there, 0 failed; (\d+) pages, (\d+) words", done[ADDED])
    status = re.search(r"documents +(\d+)\npages +(\d+)\nwords +(\d+)", done["./dosije status"])
    assert added
    assert status
    assert added.groups() == status.groups()
    assert "All is well." in done["./dosije check"]
    book = CalamineWorkbook.from_path(home.parent / "cameras.xlsx")
    assert book.sheet_names == ["Table", "Numbers", "Evidence", "Method"]
    assert book.get_sheet_by_name("Table").to_python()[-1][:5] == ["All", 10, 22, 177, 106]


def test_every_command_answers_as_the_lawyers_tutorial_says(home: Path) -> None:
    done = assert_true(LAWYER, home)
    assert next(iter(done)) == ADDED


def test_the_serbian_tutorial_has_the_same_commands_with_the_same_answers() -> None:
    assert blocks(SERBIAN) == blocks(REPORTER)
    headings = [re.findall(r"^## (\d)\.", path.read_text("utf-8"), flags=re.M) for path in (SERBIAN, REPORTER)]
    assert headings[0] == headings[1]


@pytest.mark.parametrize("tutorial", [REPORTER, SERBIAN, LAWYER], ids=lambda path: path.name)
def test_a_tutorial_is_short(tutorial: Path) -> None:
    assert len(tutorial.read_text(encoding="utf-8").splitlines()) <= 250
