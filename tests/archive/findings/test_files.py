"""The files of findings: shipped, made anew, and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UnknownFinding, UsageError
from archive.findings.files import SHIPPED, definitions, load, read, readable, scaffold

GOOD = """\
title = "Bids"
about = "Bids."
counts = "procedures"
group = ["municipality"]

[facts]
field = "bids"
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_all_that_come_with_us_can_be_read_and_say_what_they_cannot_know(tmp_path: Path) -> None:
    names = set(definitions(tmp_path))
    assert {"spending", "competition", "capabilities", "foi-outcomes"} <= names
    assert len(names) == len(list(SHIPPED.glob("*.toml")))
    assert all(load(tmp_path, name).cannot for name in names)


def test_a_new_one_can_be_read_as_it_is_made_and_takes_no_name_twice(tmp_path: Path) -> None:
    assert read(scaffold(tmp_path, "own-one")).title == "Own one"
    for name in ("own-one", "spending", "../x", "new", "A"):
        with pytest.raises(UsageError):
            scaffold(tmp_path, name)
    with pytest.raises(UnknownFinding, match="own-one"):
        load(tmp_path, "nothing")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('field = "bids"', 'field = "bid"', r"own.toml, line 7: 'field' of \[facts\] cannot be 'bid'.*mean bids"),
        ('counts = "procedures"', 'count = "procedures"', r"own.toml: 'counts'"),
        ('field = "bids"', 'field = "bids"\nspeak = ["minutes"]', r"line 8: 'speak'.*mean speaks"),
        ('["municipality"]', '["town"]', r"line 4: 'group' cannot be 'town'"),
        ('["municipality"]', "[]", r"line 4: 'group' has to name at least one"),
        ('title = "Bids"', 'title = "Bids', r"not TOML.*line 1"),
        ('field = "bids"', 'field = "amount"\nmeasure = "sum"\nspeaks = ["contract"]\ncolumns = ["vat"]', r"line 10"),
        ("[facts]", '[request]\ncolour = "red"\n[facts]', r"line 7: 'colour' of \[request\] is not a known key"),
        (
            "[facts]",
            '[request]\nkind = "contarct"\n[facts]',
            r"line 7: 'kind' of \[request\].*'contarct'.*Nearest: contract",
        ),
        (
            "[facts]",
            '[request]\nnot_kind = ["ugovor", "xyzzy"]\n[facts]',
            r"line 7: 'not_kind'.*'xyzzy'.*There are: tender_",
        ),
        ("[facts]", '[request]\nlanguage = ["srpksi"]\n[facts]', r"line 7: 'language'.*Nearest: srpski"),
        ("[facts]", '[request]\nquality = "goood"\n[facts]', r"line 7: 'quality'.*Nearest: good"),
        (
            "[facts]",
            '[request]\nyear = "20x"\n[facts]',
            r"line 7: 'year'.*'20x' is not a year. Write it in four digits",
        ),
        (
            "[facts]",
            '[request]\nquery = "-vrsta:contarct"\n[facts]',
            r"line 7: 'query'.*vrsta:contarct.*Nearest: contract",
        ),
        ("[facts]", "[facts.details]\nlots = 1\n[facts]", r"'lots' of \[details\]|'details'"),
        ('field = "bids"', 'field = "days_to_answer"', r"line 3: 'counts' has to be requests where days_to_answer"),
        ('field = "bids"', 'field = "raised"', r"line 7: 'field' of \[facts\] cannot be 'raised'"),
        ('field = "bids"', 'field = "offers"\nmeasure = "range"', r"line 8: 'measure'.*cannot be a range of offers"),
        ('field = "bids"', 'field = "price_each"\nmeasure = "range"\ncolumns = ["what"]', r"line 9: .*currency, vat"),
        ('field = "bids"', 'field = "price_each"\nmeasure = "range"', r"line 8: .*only with columns of details"),
        (
            'field = "bids"',
            'field = "price_each"\nmeasure = "sum"',
            r"line 8: 'measure'.*cannot be a sum of price_each",
        ),
        ('field = "bids"', 'field = "price_each"\nspeaks = ["contract"]', r"line 8: 'speaks'.*does not apply to price"),
        ('field = "bids"', 'field = "price_each"\nwithin = 5', r"line 8: 'within' .*under_limit"),
        ('field = "bids"', 'field = "under_limit"\nwithin = 100', r"line 8: 'within' .*has to be percent"),
        ('field = "bids"', 'field = "bids"\nwithin = 5', r"line 8: 'within' .*does not apply to bids"),
        ('field = "bids"', 'field = "offers"\n[[facts.bucket]]\nlabel = "a"\nleast = 1', r"needs numbers"),
        (
            '"procedures"\ngroup = ["municipality"]',
            '"documents"\ngroup = ["procedure"]',
            r"line 4: 'group' can be proc",
        ),
        (
            '["municipality"]\n\n[facts]\nfield = "bids"',
            '["vendor"]\n[facts]\nfield = "annex_amounts"\nmeasure = "sum"\ncolumns = ["part", "currency", "vat"]',
            r"line 4: 'group' cannot be vendor",
        ),
        ('title = "Bids"', 'convert = "EUR"\ntitle = "Bids"', r"line 1: 'convert' has to be a currency"),
    ],
)
def test_an_error_names_the_file_and_the_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"(?s){said}"):
        read(written(tmp_path, GOOD.replace(old, new)))


def test_filters_that_exist_however_written_are_kept(tmp_path: Path) -> None:
    """A vendor or a municipality may come or go with documents, so it is no error."""
    request = """[request]
query = "kind:contract* year:2019..2021 vendor:Nigde"
kind = ["ugovor", "unknown"]
language = "sr"
municipality = "Nigde"
[facts]"""
    asked = read(written(tmp_path, GOOD.replace("[facts]", request))).request
    assert asked is not None
    assert asked.filters["kind"] == ("ugovor", "unknown")


def test_a_file_whose_name_is_no_address_is_named_and_hides_no_other(tmp_path: Path) -> None:
    """Its name would stand in links and in the names of exports."""
    (tmp_path / "findings").mkdir()
    (tmp_path / "findings" / "камере.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "findings" / "bids.toml").write_text(GOOD, encoding="utf-8")
    found, wrong = readable(tmp_path)
    assert "bids" in {one.name for one in found}
    assert list(wrong) == ["камере"]
    assert "small letters" in wrong["камере"]
