"""Scratch folders: gone when the work is done, and swept when its process was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from indexer.sandbox.scratch import ScratchFolder
from tests.conftest import ROOT

WORK = """
import sys
from pathlib import Path
from indexer.sandbox.scratch import ScratchFolder
folder = ScratchFolder(Path(sys.argv[1]))
(folder.path / "original.docx").write_text("half done")
print(folder.path, flush=True)
sys.stdin.read()
"""


def test_a_removed_folder_leaves_nothing(tmp_path: Path) -> None:
    folder = ScratchFolder(tmp_path / "layouts")
    (folder.path / "profile").mkdir()
    folder.remove()
    assert list((tmp_path / "layouts").iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WORK, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        at_work = Path(worker.stdout.readline().strip())
        beside = ScratchFolder(tmp_path)
        assert at_work.is_dir()
        worker.kill()
        worker.wait()
        after = ScratchFolder(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} == {beside.path.name, after.path.name}
        beside.remove()
        after.remove()
