"""Settings of a moved archive say where its parts are now, and everything else as before."""

from __future__ import annotations

import tomllib

import pytest

from archive.errors import UsageError
from archive.upkeep.place import with_addresses

OLD = """\
# Our archive
catalog_url = "postgresql://old/a"   # the old server
  search_url="http://old:9200/a"
"originals_url" = 's3://old/a'
port = 8123
ocr_languages = "srp"
"""


@pytest.mark.parametrize(
    ("text", "addresses", "after"),
    [
        ("", {}, ""),
        ("", {"catalog_url": 'postgresql://x/"y"', "search_url": ""}, 'catalog_url = "postgresql://x/\\"y\\""\n'),
        ("port = 1", {"search_url": "http://x"}, 'search_url = "http://x"\nport = 1'),
        (OLD, {}, '# Our archive\nport = 8123\nocr_languages = "srp"\n'),
        (
            OLD,
            {"originals_url": "s3://b/c"},
            'originals_url = "s3://b/c"\n# Our archive\nport = 8123\nocr_languages = "srp"\n',
        ),
    ],
)
def test_addresses_are_replaced_and_the_rest_stays(text: str, addresses: dict[str, str], after: str) -> None:
    assert with_addresses(text, addresses) == after
    assert {name: value for name, value in tomllib.loads(after).items() if name.endswith("_url")} == {
        name: value for name, value in addresses.items() if value
    }


def test_an_address_over_several_lines_is_left_to_a_person() -> None:
    with pytest.raises(UsageError, match="cannot be replaced"):
        with_addresses('catalog_url = """\npostgresql://x/y"""\nport = 1\n', {})
