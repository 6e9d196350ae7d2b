"""ZIP archives: every file in them named once, and nothing in their names or sizes believed."""

from __future__ import annotations

import base64
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePath

import pytest
import pyzipper

from archive.errors import DamagedDocument, EncryptedDocument, InputError, TooLarge
from indexer.formats import media_types
from indexer.formats.packed.zip import ZipSource
from indexer.formats.sniffing import media_type_of
from indexer.formats.source import ReadContext, UniqueNames
from indexer.ingest.unpacking import Unpacked, UnpackLimits, unpack
from indexer.ocr.engine import NullOcr

CONTEXT = ReadContext(NullOcr(), "never", 200, 100, 10**6)

OLD_ENCRYPTION = (
    "UEsDBBQACQAIAB0UeV1lWz7iIAAAAC0AAAAFAAAAYS50eHQ8TsxkiITAvvv+v9BxKUC5R5pu3+MA3EIdlcPi8XqYuFBLBwhlWz7iIAAAAC0AAABQ"
    "SwECHgMUAAkACAAdFHldZVs+4iAAAAAtAAAABQAAAAAAAAABAAAApIEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAUwAAAAAA"
)
"""Made by Info-ZIP 3.0, with the password "lozinka". Its check lets one wrong password in 256 pass."""

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write an archive of these names and texts."""

    def write(contents: dict[str, str] | list[tuple[str | zipfile.ZipInfo, str]]) -> Path:
        path = tmp_path / "prilozi.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in contents.items() if isinstance(contents, dict) else contents:
                archive.writestr(name, text)
        return path

    return write


def unpacked(path: Path, passwords: tuple[str, ...] = (), **limits: int) -> dict[str, Unpacked]:
    chosen = {"depth": 3, "members": 100, "bytes": 1 << 30, "ratio": 250, **limits}
    room = UnpackLimits(path.parent / "unpacked", **chosen)
    return {one.path: one for one in unpack(ZipSource(path, path.name, passwords), path.name, room)}


def content(one: Unpacked) -> bytes:
    assert one.file is not None, one.error
    assert len(one.file.read_bytes()) == one.size
    return one.file.read_bytes()


def test_the_page_lists_the_names_and_the_files_come_out(make: Make) -> None:
    path = make({"ugovori/Уговор 1.txt": "prvi", "ugovori/": "", "ponuda.txt": "drugi"})
    source = ZipSource(path, path.name)
    page = source.read(1, CONTEXT)
    assert page.words.text() == "ugovori/Уговор 1.txt\nponuda.txt"
    assert page.reason == "The page lists the names of the 2 files in this archive; each is a document of its own."
    found = unpacked(path)
    assert {name: content(one) for name, one in found.items()} == {
        "ugovori/Уговор 1.txt": b"prvi",
        "ponuda.txt": b"drugi",
    }


def test_names_are_never_paths(make: Make) -> None:
    link = zipfile.ZipInfo("veza")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    names = ["../../bekstvo.txt", "/etc/passwd", "C:\\windows.ini", "\\\\server\\dir", "..\\gore.txt"]
    found = unpacked(make([*((name, "x") for name in names), (link, "/etc/passwd"), ("dobar.txt", "x")]))
    assert [name for name, one in found.items() if one.file] == ["dobar.txt"]
    assert "is a link" in str(found["veza"].error)
    assert "absolute name" in str(found["/etc/passwd"].error)
    assert "absolute name" in str(found["C:\\windows.ini"].error)
    assert "leads out" in str(found["../../bekstvo.txt"].error)
    assert len(found) == 7
    # A reason tells no folders, since it cannot tell those of a container from this computer's.
    failed = {name: one.error for name, one in found.items() if one.error}
    assert all(isinstance(error, InputError) and PurePath(name).name in str(error) for name, error in failed.items())


def test_names_in_old_code_pages_and_with_control_characters_are_readable(make: Make) -> None:
    """cp437 is how the library reads undeclared names; cp852 is what a Serbian Windows wrote."""
    old = "Račun Đorđević, narudžba čista.txt".encode("cp852").decode("cp437")
    undeclared = zipfile.ZipInfo("x" * len(old))
    path = make([(undeclared, "račun"), ("crveno\x1b[31m\u202etxt.exe", "x")])
    raw = path.read_bytes().replace(b"x" * len(old), old.encode("cp437"))
    path.write_bytes(raw)
    assert list(unpacked(path)) == ["Račun Đorđević, narudžba čista.txt", "crveno\ufffd[31m\ufffdtxt.exe"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_one_name_are_told_apart(make: Make) -> None:
    found = unpacked(make([("a.txt", "prvi"), ("a.txt", "drugi"), ("a", "1"), ("a", "2")]))
    assert {name: content(one) for name, one in found.items()} == {
        "a.txt": b"prvi",
        "a (2).txt": b"drugi",
        "a": b"1",
        "a (2)": b"2",
    }


def test_a_name_is_not_compared_with_all_that_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(set[str]):
        looked = 0

        def __contains__(self, name: object) -> bool:
            self.looked += 1
            return super().__contains__(name)

    names, taken = UniqueNames(), Counted()
    monkeypatch.setattr(names, "_taken", taken)
    given = [names.of("ugovor.pdf") for _ in range(1_000)]
    assert given[:3] == ["ugovor.pdf", "ugovor (2).pdf", "ugovor (3).pdf"]
    assert len(set(given)) == 1_000
    assert taken.looked <= 2_000


def test_an_archive_without_files_is_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "prazna.zip"
    with zipfile.ZipFile(path, "w"):
        pass
    assert media_type_of(path, path.name) == media_types.ZIP
    assert unpacked(path) == {}


def test_what_macos_leaves_behind_is_listed_and_passed_over(make: Make) -> None:
    path = make({"a.txt": "x", "__MACOSX/._a.txt": "x", "b/.DS_Store": "x"})
    assert list(unpacked(path)) == ["a.txt"]
    reason = ZipSource(path, path.name).read(1, CONTEXT).reason
    assert reason is not None
    assert "2 of them are hidden files" in reason


def test_an_empty_file_is_named(make: Make) -> None:
    found = unpacked(make({"prazno.txt": "", "a.txt": "x"}))
    assert str(found["prazno.txt"].error).startswith("prazno.txt in prilozi.zip is empty.")
    assert content(found["a.txt"]) == b"x"


def test_too_many_files_too_many_bytes_and_too_deep(make: Make) -> None:
    path = make({f"{number}.txt": "x" * 100 for number in range(5)})
    found = unpacked(path, members=3)
    assert [name for name, one in found.items() if one.file] == ["0.txt", "1.txt", "2.txt"]
    assert "3.txt and whatever follows it" in str(found["3.txt"].error)
    assert "4.txt" not in found


@pytest.mark.parametrize(("limits", "setting"), [({"bytes": 250}, "max_unpacked_bytes"), ({"depth": 0}, "max_nesting")])
def test_limits_name_what_they_leave_out(make: Make, limits: dict[str, int], setting: str) -> None:
    path = make({f"{number}.txt": "x" * 100 for number in range(4)})
    found = unpacked(path, (), **limits)
    left_out = [one.error for one in found.values() if one.error]
    assert len(left_out) == (4 if "depth" in limits else 2)
    assert all(isinstance(error, TooLarge) and setting in str(error) for error in left_out)
    assert not list((path.parent / "unpacked").glob("000003"))


def test_a_bomb_is_refused_before_it_goes_off(make: Make) -> None:
    found = unpacked(make({"bomba.txt": "0" * (40 << 20), "mali.txt": "0" * (1 << 20)}))
    assert "may be a trap" in str(found["bomba.txt"].error)
    assert found["mali.txt"].size == 1 << 20, "a small file harms nobody, however well it was packed"


def test_a_declared_size_is_not_believed(make: Make) -> None:
    path = make({"lazov.txt": "x" * 5000})
    raw = path.read_bytes()
    path.write_bytes(raw.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    assert "cannot be unpacked" in str(unpacked(path)["lazov.txt"].error)


def test_a_damaged_file_does_not_stop_the_rest(make: Make) -> None:
    path = make({"a.txt": "".join(map(chr, range(33, 127))) * 20, "b.txt": "dobar"})
    raw = bytearray(path.read_bytes())
    raw[60] ^= 0xFF
    path.write_bytes(raw)
    found = unpacked(path)
    assert isinstance(found["a.txt"].error, DamagedDocument)
    assert content(found["b.txt"]) == b"dobar"


def test_an_archive_without_directory_is_damaged(make: Make) -> None:
    path = make({"a.txt": "x" * 100})
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(DamagedDocument, match=r"prilozi\.zip"):
        ZipSource(path, path.name)


def test_passwords_are_tried_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "tajna.zip"
    with pyzipper.AESZipFile(path, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        for name, password in (("a.txt", "jedan"), ("b.txt", "два")):
            archive.setpassword(password.encode())
            archive.writestr(name, f"sadržaj {name}" * 50)
    found = unpacked(path, ("pogrešna", "два", "jedan"))
    assert content(found["a.txt"]).decode().startswith("sadržaj a.txt")
    assert content(found["b.txt"]).decode().startswith("sadržaj b.txt")


def test_the_old_encryption_is_opened_too(tmp_path: Path) -> None:
    path = tmp_path / "tajna.zip"
    path.write_bytes(base64.b64decode(OLD_ENCRYPTION))
    wrong = [f"pogrešna {number}" for number in range(600)]
    assert content(unpacked(path, (*wrong, "lozinka"))["a.txt"]).decode() == "tajni sadržaj\n" * 3


def test_without_the_password_the_option_is_named_and_no_password_is(tmp_path: Path) -> None:
    path = tmp_path / "tajna.zip"
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"prava")
        archive.writestr("a.txt", "tajna")
    error = unpacked(path, ("pogrešna",))["a.txt"].error
    assert isinstance(error, EncryptedDocument)
    assert "--password-file" in str(error)
    assert "none of the 1 given fits" in str(error)
    assert "pogrešna" not in str(error)
