"""Settings come from the environment, the file and the defaults, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.config import Settings
from archive.errors import UsageError


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('port = 9000\nhost = "localhost"\n', encoding="utf-8")
    settings = Settings.load(tmp_path, environ={"DOSIJE_PORT": "9001"})
    assert settings.number("port") == 9001
    assert settings.text("host") == "localhost"
    assert settings.number("threads") == 8


def test_who_chose_the_default_chose_it(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("port = 8000\n", encoding="utf-8")
    settings = Settings.load(tmp_path, environ={})
    assert (settings.is_given("port"), settings.is_given("host")) == (True, False)
    changed = settings.changed(threads=4)
    assert [changed.is_given(name) for name in ("port", "threads", "host")] == [True, True, False]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("prot = 9000", "'prot', which is not a setting"),
        ('port = "many"', "port .* whole number"),
        ("port = 0", "from 1 to 65535"),
        ("port = 65536", "from 1 to 65535"),
        ("read_timeout = 99999999999999999999", "read_timeout .* whole number"),
        ("port = true", "whole number"),
        ("host = 5", "host .* must be text"),
        ("port = = 1", "cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    (tmp_path / "settings.toml").write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match=complaint):
        Settings.load(tmp_path, environ={})


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(UsageError, match=r"settings\.toml cannot be read"):
        Settings.load(tmp_path, environ={})


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(UsageError, match="DOSIJE_PORT"):
        Settings.load(Path("nowhere"), environ={"DOSIJE_PORT": "soon"})


def test_a_password_in_an_address_is_not_told() -> None:
    settings = Settings(
        {"catalog_url": "postgresql://ana:taj%40na@db:5432/arhiva", "search_url": "http://os:9200/arhiva"}
    )
    told = {setting.name: value for setting, value in settings.items()}
    assert told["catalog_url"] == "postgresql://ana:***@db:5432/arhiva"
    assert told["search_url"] == "http://os:9200/arhiva"
    assert "taj%40na" in settings.text("catalog_url")
