"""No name, title or quotation commands a terminal, turns its letters around, or looks like a line of ours."""

from __future__ import annotations

import io
import json
import logging
import os
import pty
import re
import subprocess
import sys
import tempfile
import unicodedata
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import pytest
from flask import render_template_string
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import dosije
from archive.archive import Archive
from archive.system.terminal import cleaned, on_one_line, uncleaned, visible
from indexer.images.pages import SandboxedRenderer
from webapp.application import application
from webapp.operations.logs import Sentences

pytestmark = pytest.mark.usefixtures("warm_readers")

HOSTILE = "\x1b\x07\x08\r\x0b\x7f\x84\x90\x9b\x9d\u202e\u2066\u200f\u2028\ufeff\U000e0041"
DANGEROUS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)

texts = st.text(alphabet=st.sampled_from(f'{HOSTILE}\n\tabšж[2J;0m\\"') | st.characters(), max_size=40)


def is_harmless(text: str) -> bool:
    text = text.replace("\r\n", "\n")  # A carriage return before a line feed ends a line, as in RIS.
    return not DANGEROUS.search(text) and all(
        unicodedata.category(one) not in ("Cc", "Cs") for one in text if one not in "\n\t"
    )


@given(texts)
@example("\x1b]0;title\x07")
@example("\udcff")
@example("TY  - GEN\r\nER  -\r\r\n\r")
def test_what_is_shown_is_harmless_and_nothing_is_lost(text: str) -> None:
    shown = visible(text)
    assert is_harmless(shown)
    assert visible(shown) == shown
    line = on_one_line(text)
    assert is_harmless(line)
    assert len(line.splitlines()) <= 1


@given(st.dictionaries(texts, texts, max_size=3))
def test_json_on_a_cleaned_stream_reads_as_the_very_same(value: dict[str, str]) -> None:
    written = io.StringIO()
    stream = cleaned(written)
    stream.write(json.dumps(value, ensure_ascii=False, indent=2))
    assert is_harmless(written.getvalue())
    assert json.loads(written.getvalue()) == value
    assert cleaned(stream) is stream
    assert uncleaned(stream) is written


def commands(document: str) -> list[list[str]]:
    """Commands that say something of a document, or of all."""
    return [
        *(["status"], ["status", "--json"], ["check"], ["search", "ugovor"], ["search", "ugovor", "--json"]),
        *(["show", document], ["show", document, "--json"], ["facts", document], ["clauses", document]),
        *(["cite", document, "--page", "1"], ["chain", document], ["certificate", "ugovor"], ["templates"]),
        *(["review"], ["vendors"], ["findings"], ["annotations"], ["saved"], ["alerts"], ["collections", "list"]),
        *(["verify", document], ["extract", document, "--again"]),
        *(["search", "ugovor", "--kind", "\x1b[31m\u202e"], ["show", "\x1b]0;x\x07"], ["\x9bnema"]),
    ]


def run_dosije(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, through the same door as the program."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["dosije", "--home", str(home), *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            dosije.main()
    return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out.getvalue(), err.getvalue())


HEAD = "UGOVOR o nabavci {0} kamera\n\nNaručilac: Opština {0} Bečej\nPonuđač: {0} Nadzor d.o.o. Novi Sad\n"

names = st.text(alphabet=f"{HOSTILE}\nab", min_size=1, max_size=12)


@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
@given(names)
@example("a\x1b[2J\u202efdp\nadded      lažno.pdf\x9b0m\r\x07")
def test_no_command_lets_a_name_or_a_title_out(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, paper = Path(folder, "home"), Path(folder, f"dopis {name}.txt")
        # A text with control characters is none.
        title = "".join(one for one in name if unicodedata.category(one) != "Cc")
        paper.write_text(HEAD.format(title), encoding="utf-8")
        broken = Path(folder, f"prazan {name}.pdf")
        broken.touch()
        run = run_dosije(home, "add", paper, broken, "--ocr", "never")
        assert run.returncode == 3
        lines = [*run.stdout.splitlines(), *run.stderr.splitlines()]
        assert [line.split()[0] for line in lines] == ["added", "1", "failed"]
        record = json.loads(run_dosije(home, "status", "--json").stdout)
        assert record["documents"] == 1
        found = json.loads(run_dosije(home, "search", "ugovor", "--json").stdout)
        document = re.search("[0-9a-f]{64}", json.dumps(found))
        assert document is not None
        shown = json.loads(run_dosije(home, "show", document[0], "--json").stdout)
        assert shown["filename"] == paper.name.replace("\n", "\\n").replace("\r", "\\r")
        for command in commands(document[0]):
            said = run_dosije(home, *command)
            assert is_harmless(said.stdout), command
            assert is_harmless(said.stderr), command


def test_nothing_passes_where_rich_draws_a_bar(tmp_path: Path) -> None:
    paper = tmp_path / "dopis \x1b(0\u202e\x9b.txt"
    paper.write_text("ugovor", encoding="utf-8")
    screen, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "400"}
    command = [sys.executable, "-m", "dosije", "--home", str(tmp_path / "home"), "add", str(paper), "--ocr", "never"]
    said = b""
    with subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment) as run:
        os.close(terminal)
        # Its end is an error: the other side of the terminal is gone.
        with suppress(OSError):
            while piece := os.read(screen, 1 << 16):
                said += piece
    os.close(screen)
    assert run.returncode == 0
    shown = said.decode()
    assert "dopis \\u001b(0\\u202e\\u009b.txt" in shown.replace("\r\n", "")
    assert "\x1b(0" not in shown
    assert not set("\u202e\x9b") & set(shown)


def test_a_terminal_that_is_said_to_know_only_ascii_is_no_way_around(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dosije", "--home", str(tmp_path), "show", "č\x1b]0;x\x07\u202e"]
    run = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert run.returncode == 2
    assert is_harmless(run.stdout.decode() + run.stderr.decode())


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_as_good_as_an_empty_one(tmp_path: Path, closed: str) -> None:
    paper, home = tmp_path / "dopis.txt", tmp_path / "home"
    paper.write_text("ugovor", encoding="utf-8")
    command = [sys.executable, "-m", "dosije", "--home", str(home)]
    through_shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *command]
    run = subprocess.run([*through_shell, "add", str(paper), "--ocr", "never"], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    assert b"Traceback" not in run.stderr
    assert json.loads(run_dosije(home, "status", "--json").stdout)["documents"] == 1
    asked = subprocess.run([*through_shell, "verify", "-"], input=b"", capture_output=True, check=False)
    assert b"Traceback" not in asked.stderr
    assert asked.returncode in (2, 4)


@given(texts)
def test_a_message_in_the_log_is_one_line(text: str) -> None:
    record = logging.LogRecord("dosije", logging.ERROR, __file__, 1, "%s cannot be read", (text,), None)
    line = Sentences().format(record)
    assert is_harmless(line)
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("template", ["{{ text }}", "<p title='{{ text }}'>{{ text|e }}</p>", "{{ text ~ '!' }}"])
def test_pages_show_what_would_turn_letters_around(template: str, tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive, closing(SandboxedRenderer(archive.settings, archive.cache)) as renderer:
        app = application(archive, renderer)
        with app.test_request_context("/"):
            page = render_template_string(template, text="racun\u202efdp.exe <b>\u2066")
    assert "racun\\u202efdp.exe &lt;b&gt;\\u2066" in page
    assert not set("\u202e\u2066") & set(page)
