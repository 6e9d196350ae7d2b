"""Everything that is shipped has a licence that goes with ours, and the bill of materials names all of it."""

from __future__ import annotations

import json

from cyclonedx.schema import SchemaVersion

from requirements.inventory import LOCKS, SAID, SPDX, everything, files, is_spdx, our_version
from requirements.lock import ROOT, releases
from requirements.sbom import bill

GOES_WITH_AGPL = {
    "0BSD", "AGPL-3.0-only", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC-PDDC", "CC0-1.0",
    "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "ODbL-1.0",
    "OFL-1.1", "PSF-2.0", "Unlicense", "ZPL-2.1", "Zlib",
}  # fmt: skip
"""Those of programs are in the FSF's list of licences that are compatible; the others are of data and fonts."""


def test_every_licence_goes_with_ours() -> None:
    for shipped in everything():
        assert is_spdx(shipped.licence), shipped
        assert set(SPDX.license_keys(shipped.licence)) <= GOES_WITH_AGPL, shipped


def test_what_was_read_by_hand_is_still_shipped() -> None:
    assert SAID["packages"].keys() <= {shipped.name for shipped in everything()}


def test_every_file_of_others_is_listed_with_its_licence() -> None:
    listed = {shipped.path for shipped in files()}
    assert all((ROOT / path).exists() for path in listed)
    for folder in ("webapp/static/vendor", "webapp/static/faces"):
        assert folder in listed
        names = {path.name for path in (ROOT / folder).iterdir()}
        for shipped in (each for each in files() if each.path == folder):
            named = shipped.name.lower().replace(" ", "-")
            assert any(name.startswith(named) and shipped.version in name for name in names), shipped
            names = {name for name in names if not name.startswith(named)}
        assert names <= {"OFL.txt"}, "files of nobody"


def test_our_own_licence_is_one_everywhere() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3")
    assert "license = AGPL-3.0-or-later\n" in (ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert json.loads(bill())["metadata"]["component"]["licenses"] == [{"expression": "AGPL-3.0-or-later"}]


def test_the_bill_of_materials_is_valid_and_complete() -> None:
    from cyclonedx.validation.json import JsonStrictValidator  # It compiles grammars for seconds.

    written = bill()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    components = json.loads(written)["components"]
    locked = {name for lock in LOCKS for name in releases((ROOT / "requirements" / lock).read_text("utf-8"))}
    assert {each["name"] for each in components} == locked | {shipped.name for shipped in files()}
    assert all(each["externalReferences"][0]["hashes"] for each in components if "purl" in each)
    assert json.loads(written)["metadata"]["component"]["version"] == our_version()
