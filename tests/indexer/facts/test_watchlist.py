"""The watchlist file: what the owner of an archive writes, and what is wrong with it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from archive.errors import UsageError
from indexer.facts.mentions.watchlist import WATCHLIST_FILE, Watchlist


def written(home: Path, text: str) -> Watchlist:
    """The watchlist of an archive whose owner wrote this."""
    (home / WATCHLIST_FILE).write_text(text, "utf-8")
    return Watchlist.of(home)


def names(watchlist: Watchlist) -> set[str]:
    return {entry.name for entry in watchlist.entries}


def test_the_shipped_list() -> None:
    """Capabilities, software and brands are looked for, cameras and places counted; no name stands twice."""
    entries = Watchlist.shipped().entries
    assert {entry.group for entry in entries} == {"capability", "software", "brand", "quantities"}
    assert {entry.name for entry in entries if entry.is_counted} == {"cameras", "places"}
    assert len({(entry.is_counted, entry.name) for entry in entries}) == len(entries)


def test_a_phrase_belongs_to_one_term() -> None:
    """To find a face is not to know whose it is."""
    entries = Watchlist.shipped().entries
    phrases = [phrase for entry in entries for phrase in entry.phrases]
    assert len(phrases) == len(set(phrases))
    assert [entry.name for entry in entries if "detekcija lica" in entry.phrases] == ["face detection"]


def test_without_an_own_list(tmp_path: Path) -> None:
    """An archive whose owner wrote nothing has the shipped list."""
    assert Watchlist.of(tmp_path) == Watchlist.shipped()


def test_an_own_list_adds(tmp_path: Path) -> None:
    """New entries join the shipped ones, and a list crosses to another process."""
    own = written(tmp_path, '[software]\n"ZorKam PRO" = ["ZorKam PRO"]\n[quantities]\npoles = ["stub"]')
    assert names(own) == names(Watchlist.shipped()) | {"ZorKam PRO", "poles"}
    assert pickle.loads(pickle.dumps(own)) == own


def test_an_entry_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    """The owner's phrases take the place of the shipped ones; without phrases, nothing is looked for."""
    own = written(tmp_path, '[danger]\ndrone = ["kvadrokopter"]\n[brand]\nDahua = []')
    assert [(entry.group, entry.phrases) for entry in own.entries if entry.name == "drone"] == [
        ("danger", ("kvadrokopter",))
    ]
    assert "Dahua" not in names(own)


def test_the_shipped_list_left_out(tmp_path: Path) -> None:
    """Only what the owner wrote counts."""
    assert names(written(tmp_path, 'shipped = false\n[brand]\nDahua = ["Dahua"]')) == {"Dahua"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[brand]\nDahua "Dahua"', "line 2"),
        ('Dahua = ["Dahua"]', "Dahua must be a table"),
        ('[brand]\nDahua = "Dahua"', "[brand] 'Dahua' must be a list of phrases, not 'Dahua'"),
        ("[brand]\nDahua = [5]", "[brand] 'Dahua' must be a list of phrases, not [5]"),
        ('[brand]\nDahua = ["Dahua", "–"]', "[brand] 'Dahua': the phrase '–' holds no word"),
        ('[brand]\n"" = ["Dahua"]', "a name must not be empty"),
        ("shipped = 1", "shipped must be true or false"),
    ],
)
def test_a_wrong_file(tmp_path: Path, text: str, said: str) -> None:
    """The error names the file and the line or key, and says what an entry looks like."""
    with pytest.raises(UsageError) as caught:
        written(tmp_path, text)
    assert said in str(caught.value)
    assert str(tmp_path / WATCHLIST_FILE) in str(caught.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Another encoding is named as what it is, and so is what cannot be read at all."""
    (tmp_path / WATCHLIST_FILE).write_bytes("[brand]\nХиквижн = []".encode("cp1251"))
    with pytest.raises(UsageError, match="not UTF-8 text"):
        Watchlist.of(tmp_path)
    (tmp_path / WATCHLIST_FILE).unlink()
    (tmp_path / WATCHLIST_FILE).mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        Watchlist.of(tmp_path)
