"""Where a document lies on the server is not told to those who may read it."""

from __future__ import annotations

import pytest

from archive.errors import DamagedDocument
from archive.system.confinement import Confinement
from archive.system.paths import told, without_folders
from indexer.sandbox.workers import Worker, do
from tests.indexer.misbehaviour import Misbehaviour, check


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "[Errno 2] No such file or directory: '/root/x/dopis.pdf'",
            "[Errno 2] No such file or directory: 'dopis.pdf'",
        ),
        (
            "Command '['/usr/bin/soffice', '-w', '0', '/home/a/b']' failed.",
            "Command '['soffice', '-w', '0', 'b']' failed.",
        ),
        ("convert /tmp/x/a.doc -> /tmp/x/a.pdf", "convert a.doc -> a.pdf"),
        ("Broj 404-51/2019-8 i član 5/1 od 1/1/2020; and/or.", "Broj 404-51/2019-8 i član 5/1 od 1/1/2020; and/or."),
        ("Ask https://example.org/usr/share/x.", "Ask https://example.org/usr/share/x."),
        ("/Type /Page is missing", "/Type /Page is missing"),
    ],
)
def test_of_a_path_only_the_name_is_told(said: str, shown: str) -> None:
    assert without_folders(said) == shown
    error = told(DamagedDocument(said, said))
    assert (type(error), error.message, error.remedy) == (DamagedDocument, shown, shown)


def test_no_error_of_a_reading_process_names_a_folder() -> None:
    worker = Worker[str, object](Misbehaviour(), check, 20, Confinement())
    with pytest.raises(DamagedDocument) as refused:
        do(worker, "betray")
    worker.close()
    assert str(refused.value) == "x.pdf: cannot open file tajna.pdf. See soffice."
