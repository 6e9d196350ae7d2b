"""Templates that one process found are those of the next, until other words come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.comparing import templates
from archive.comparing.kept_templates import FILES, Template
from archive.comparing.templates import find_templates
from archive.store.catalog import Catalog
from tests.archive.comparing.test_templates import OWN, filled
from tests.contract_samples import Article, add_contract

By = Callable[[], Catalog]


@pytest.fixture
def process(tmp_path: Path, request: pytest.FixtureRequest) -> By:
    """Opens the archive as another process does."""

    def opened() -> Catalog:
        catalog = Catalog.open(tmp_path / "catalog.sqlite")
        catalog.folder = tmp_path / "cache"
        request.addfinalizer(catalog.close)
        return catalog

    made = opened()
    add_contract(made, "first", filled(10, 100000, 36, 2, 0, 6))
    add_contract(made, "second", filled(11, 200000, 24, 3, 0, 2))
    add_contract(made, "odd", [*filled(12, 900000, 36, 2, 0, 6)[:4], Article(OWN)])
    return opened


def computed(process: By) -> tuple[Template, ...]:
    catalog = process()
    catalog.folder = None
    return find_templates(catalog)


def test_another_process_compares_nothing(process: By, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_templates(process())
    assert found == computed(process)
    assert any(member.odd and member.odd[0].nearest for template in found for member in template.members)
    monkeypatch.setattr(templates, "_computed", lambda *_: pytest.fail("clauses were compared"))
    assert find_templates(process()) == found


def test_other_words_and_other_documents_are_compared(process: By) -> None:
    find_templates(process())
    catalog = process()
    add_contract(catalog, "third", filled(13, 300000, 12, 1, 0, 4))
    assert find_templates(process()) == computed(process)
    assert find_templates(process(), []) == ()
    hidden = process().hiding(frozenset({"main"}))
    assert find_templates(hidden) == ()
    hidden.close()


@pytest.mark.parametrize("damage", ["", "{}", '{"as_of": %d, "templates": [{"model": "0"}]}'])
def test_a_damaged_file_is_made_anew(process: By, tmp_path: Path, damage: str) -> None:
    found = find_templates(process())
    (file,) = (tmp_path / "cache").glob(FILES)
    newest = process().events.newest_read()
    file.write_text(damage % newest if "%d" in damage else damage, encoding="utf-8")
    assert find_templates(process()) == found
    assert file.read_text(encoding="utf-8").startswith('{"as_of"')


def test_no_more_files_are_kept_than_are_asked_for(process: By, tmp_path: Path) -> None:
    every = [document.id for document in process().documents.newest_first()]
    for mask in range(8):
        find_templates(process(), [id_ for at, id_ in enumerate(every) if mask >> at & 1])
    find_templates(process())
    assert len(list((tmp_path / "cache").glob(FILES))) == 8
