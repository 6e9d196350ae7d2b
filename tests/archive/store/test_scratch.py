"""Texts that are put in order in a file without a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.store.sql.scratch import OrderedTexts


def test_texts_come_in_the_order_of_their_names_and_as_they_came() -> None:
    texts = OrderedTexts()
    for name, text in (("b", "1"), ("a", "2"), ("b", "0"), ("č", "3"), ("B", "4")):
        texts.add(name, text)
    assert [list(texts) for _ in range(2)] == [["4", "2", "1", "0", "3"]] * 2


def test_they_lie_in_a_file_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    texts = OrderedTexts()
    for number in range(4_000):
        texts.add(str(number), 10_000 * "x")
    files = [file for file in Path("/proc/self/fd").iterdir() if str(file.resolve()).startswith(str(tmp_path))]
    assert sum(file.stat().st_size for file in files) > 20_000_000
    assert list(tmp_path.iterdir()) == []
    assert sum(map(len, texts)) == 40_000_000


def test_a_full_disk_is_told_with_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    texts = OrderedTexts()
    texts._file.run("PRAGMA max_page_count = 10")
    with pytest.raises(OSError, match="full") as failure:
        texts.add("a", 100_000 * "x")
    assert failure.value.filename == str(tmp_path)


def test_a_folder_that_is_not_there_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "none"))
    texts = OrderedTexts()
    texts.add("a", "1")
    assert list(texts) == ["1"]
