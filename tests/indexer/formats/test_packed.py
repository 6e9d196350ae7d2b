"""TAR, 7z, RAR and compressed files: every file in them named once, and nothing in their names or sizes believed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd

from archive.errors import DamagedDocument, EncryptedDocument, TooLarge, UnsupportedFormat
from indexer.formats import FORMATS, open_source
from indexer.formats.packed.listing import ListingSource
from indexer.formats.sniffing import media_type_of
from indexer.formats.source import MOST_PASSED, Container, PassedBytes, ReadContext
from indexer.ingest.unpacking import Unpacked, UnpackLimits, unpack
from indexer.ocr.engine import NullOcr
from tests.packed_samples import RAR_4, rared, rared_4, seven_zipped, seven_zipped_apart, tarred

CONTEXT = ReadContext(NullOcr(), "never", 200, 100, 10**6)

CONTENTS = {"ugovori/Уговор 1.txt": b"prvi " * 1000, "ponuda.txt": b"drugi", "aneks.txt": b"treci " * 90_000}

Pack = Callable[[dict[str, bytes]], bytes]
ARCHIVES: dict[str, Pack] = {
    "a.tar": tarred,
    "a.tgz": lambda contents: tarred(contents, "gz"),
    "a.tar.bz2": lambda contents: tarred(contents, "bz2"),
    "a.tar.xz": lambda contents: tarred(contents, "xz"),
    "a.tar.zst": lambda contents: zstd.compress(tarred(contents)),
    "a.7z": seven_zipped,
    "a.rar": rared,
}


def opened(path: Path, data: bytes, passwords: tuple[str, ...] = ()) -> Container:
    path.write_bytes(data)
    source = open_source(media_type_of(path, path.name), path, path.name, passwords)
    assert isinstance(source, Container)
    return source


def unpacked(path: Path, data: bytes, passwords: tuple[str, ...] = (), **limits: int) -> dict[str, Unpacked]:
    chosen = {"depth": 3, "members": 100, "bytes": 1 << 30, "ratio": 250, **limits}
    room = UnpackLimits(path.parent / f"from {path.name}", **chosen)
    return {one.path: one for one in unpack(opened(path, data, passwords), path.name, room)}


def content(one: Unpacked) -> bytes:
    assert one.file is not None, one.error
    assert len(one.file.read_bytes()) == one.size
    return one.file.read_bytes()


@pytest.mark.parametrize("name", ARCHIVES)
def test_the_page_lists_the_names_and_the_files_come_out(tmp_path: Path, name: str) -> None:
    path, data = tmp_path / name, ARCHIVES[name](CONTENTS)
    page = opened(path, data).read(1, CONTEXT)
    assert page.words.text() == "\n".join(CONTENTS)
    assert page.reason == "The page lists the names of the 3 files in this archive; each is a document of its own."
    assert {path: content(one) for path, one in unpacked(path, data).items()} == CONTENTS
    assert FORMATS[media_type_of(path, "x")].is_listing


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_file_that_is_refused_costs_no_other(tmp_path: Path, name: str) -> None:
    """In 7z and TAR the next file follows the one before it in one stream."""
    found = unpacked(tmp_path / name, ARCHIVES[name](CONTENTS), bytes=5005)
    assert [one.size for one in found.values()] == [5000, 5, 0]
    assert isinstance(found["aneks.txt"].error, TooLarge)
    found = unpacked(tmp_path / f"b.{name}", ARCHIVES[name](CONTENTS), bytes=100)
    assert content(found["ponuda.txt"]) == b"drugi"


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    found = unpacked(tmp_path / name, ARCHIVES[name]({"../../etc/zlo.txt": b"zlo", "/abs.txt": b"x", "a.txt": b"da"}))
    assert content(found["a.txt"]) == b"da"
    for path, reason in (("../../etc/zlo.txt", "leads out of the archive"), ("/abs.txt", "absolute name")):
        assert reason in str(found[path].error)


@pytest.mark.parametrize("pack", [tarred, rared])
def test_a_link_is_refused(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    found = unpacked(tmp_path / "a", pack({"a.txt": b"da"}, links={"veza.txt": "/etc/passwd"}))
    assert "is a link" in str(found["veza.txt"].error)


@pytest.mark.parametrize("name", ["a.tgz", "a.tar.xz", "a.tar.zst", "a.7z"])
def test_a_bomb_is_refused(tmp_path: Path, name: str) -> None:
    found = unpacked(tmp_path / name, ARCHIVES[name]({"nula.txt": bytes(40 << 20), "dopis.txt": b"dopis"}))
    assert isinstance(found["nula.txt"].error, TooLarge)
    assert "packed so tightly" in str(found["nula.txt"].error)
    assert content(found["dopis.txt"]) == b"dopis"


def test_what_unpacks_without_end_is_not_even_listed() -> None:
    passed = PassedBytes()
    passed.add("a.7z", MOST_PASSED)
    with pytest.raises(TooLarge, match=r"a\.7z unpacks to more than 8192 MB"):
        passed.add("a.7z", 1)
    passed.begin(1000)
    passed.add("b.7z", 1000)
    with pytest.raises(TooLarge, match="with other archives in the same file"):
        passed.add("b.7z", 1)


@pytest.mark.parametrize("name", ["a.tar", "a.rar"])
def test_what_was_cut_off_gives_what_is_left_and_says_so(tmp_path: Path, name: str) -> None:
    data = ARCHIVES[name]({f"{number}.txt": b"dopis" * 1000 for number in range(5)})
    source = opened(tmp_path / name, data[: len(data) * 2 // 3])
    assert "cut off" in (source.read(1, CONTEXT).note or "")
    found = unpacked(tmp_path / name, data[: len(data) * 2 // 3])
    assert content(found["0.txt"]) == b"dopis" * 1000
    assert isinstance(list(found.values())[-1].error, DamagedDocument)


@pytest.mark.parametrize("name", ["a.7z", "a.tgz", "a.tar.xz"])
def test_of_what_nothing_is_left_is_damaged(tmp_path: Path, name: str) -> None:
    data = ARCHIVES[name]({"a.txt": os.urandom(4000)})
    with pytest.raises(DamagedDocument, match=name):
        opened(tmp_path / name, data[: len(data) // 2])


def test_headers_inside_each_other_without_end_are_damage(tmp_path: Path) -> None:
    more = tarfile.TarInfo("x")
    more.type = tarfile.XHDTYPE
    with pytest.raises(DamagedDocument, match=r"a\.tar cannot be opened as a TAR archive"):
        opened(tmp_path / "a.tar", more.tobuf(tarfile.USTAR_FORMAT) * 5_000 + tarred({"a.txt": b"dopis"}))


@pytest.mark.parametrize(("name", "data"), [("dopis.txt.gz", b"\x1f\x8bxx"), ("a.rar", RAR_4 + bytes(40))])
def test_what_is_cut_off_at_its_beginning_is_named_once_with_a_reason(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(DamagedDocument) as refused:
        opened(tmp_path / name, data)
    assert refused.value.message.count(name) == 1
    assert "None" not in refused.value.message


def test_a_changed_byte_of_7z_is_noticed(tmp_path: Path) -> None:
    data = bytearray(seven_zipped({"a.txt": os.urandom(4000)}))
    data[2000] ^= 1
    assert isinstance(unpacked(tmp_path / "a.7z", bytes(data))["a.txt"].error, DamagedDocument)


@pytest.mark.parametrize("hides_names", [False, True])
def test_7z_with_a_password(tmp_path: Path, hides_names: bool) -> None:
    data = seven_zipped(CONTENTS, "lozinka", hides_names=hides_names)
    found = unpacked(tmp_path / "a.7z", data, ("pogrešna", "lozinka"))
    assert {path: content(one) for path, one in found.items()} == CONTENTS


def test_a_password_is_tried_on_a_file_that_has_one(tmp_path: Path) -> None:
    """Whatever a wrong one makes of a file that is not compressed, its checksum is another."""
    data = seven_zipped_apart({"javno.txt": b"javno"}, {"tajno.txt": b"tajno" * 5}, "lozinka")
    found = unpacked(tmp_path / "a.7z", data, ("pogrešna", "lozinka"))
    assert {path: content(one) for path, one in found.items()} == {"javno.txt": b"javno", "tajno.txt": b"tajno" * 5}


def test_7z_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(EncryptedDocument, match="--password-file"):
        opened(tmp_path / "a.7z", seven_zipped(CONTENTS, "lozinka", hides_names=True), ("pogrešna",))
    for one in unpacked(tmp_path / "b.7z", seven_zipped(CONTENTS, "lozinka"), ("pogrešna",)).values():
        assert isinstance(one.error, EncryptedDocument)
        assert "none of the 1 given fits" in str(one.error)


def test_rar_with_a_password_says_what_to_do(tmp_path: Path) -> None:
    found = unpacked(tmp_path / "a.rar", rared_4({"a.txt": b"nerazumljivo"}, flags=0x404))
    assert isinstance(found["a.txt"].error, EncryptedDocument)
    assert "pack it as ZIP or 7z" in str(found["a.txt"].error)


def test_rar_of_the_old_kind(tmp_path: Path) -> None:
    assert content(unpacked(tmp_path / "a.rar", rared_4({"a.txt": b"stari"}))["a.txt"]) == b"stari"


def test_rar_where_libarchive_is_missing_names_the_package(tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(rared({"a.txt": b"a"}))
    code = (
        "from pathlib import Path; from indexer.formats.packed.rar import RarSource; RarSource(Path('a.rar'), 'a.rar')"
    )
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "LIBARCHIVE": "libnone.so.1", "PYTHONPATH": str(Path(__file__).parents[3])}
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert UnsupportedFormat.__name__ in run.stderr
    assert "libarchive13" in run.stderr


@pytest.mark.parametrize(
    ("name", "compress"),
    [("csv.gz", gzip.compress), ("csv.bz2", bz2.compress), ("csv.xz", lzma.compress), ("csv.zst", zstd.compress)],
)
def test_one_compressed_file(tmp_path: Path, name: str, compress: Callable[[bytes], bytes]) -> None:
    found = unpacked(tmp_path / f"cene.{name}", compress(b"naziv;cena\n" * 100))
    assert content(found["cene.csv"]) == b"naziv;cena\n" * 100
    bomb = unpacked(tmp_path / f"b.{name}", compress(bytes(40 << 20)))
    assert isinstance(bomb["b.csv"].error, TooLarge)


def test_names_in_an_old_code_page_are_read(tmp_path: Path) -> None:
    names = ["Uverenje o ispunjenju uslova Šabac.txt", "Rešenje o žalbi građana.txt"]
    contents = {name.encode("cp1250").decode("utf-8", "surrogateescape"): b"x" for name in names}
    assert list(unpacked(tmp_path / "a.tar", tarred(contents))) == names


@pytest.mark.parametrize("pack", [tarred, rared])
def test_an_archive_is_no_pdf_though_one_lies_at_its_beginning(tmp_path: Path, pack: Pack) -> None:
    (tmp_path / "a.pdf").write_bytes(pack({"dopis.pdf": b"%PDF-1.4 ..."}))
    assert FORMATS[media_type_of(tmp_path / "a.pdf", "a.pdf")].is_listing


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.tar", tarred({"a.txt": b"a", "./._a.txt": b"x", ".DS_Store": b"x"}))
    assert isinstance(source, ListingSource)
    assert [one.path for one in source.contents()] == ["a.txt"]


def test_a_hidden_file_that_is_compressed_is_passed_over_and_told(tmp_path: Path) -> None:
    source = opened(tmp_path / ".podaci.gz", gzip.compress(b"x"))
    assert list(source.contents()) == []
    assert "1 of them are hidden files" in str(source.read(1, CONTEXT).reason)
