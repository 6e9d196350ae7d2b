"""The whole path on the specimens, as a person at a terminal takes it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pyzipper

from archive.access.passwords import PASSWORD_HASHES
from archive.archive import Archive
from archive.search.request import SearchRequest
from tests.conftest import ROOT, SPECIMENS, Dosije, run_dosije
from tests.waiting import is_group_there, wait_for

pytestmark = pytest.mark.usefixtures("warm_readers")


def search(home: Path, *arguments: str) -> dict[str, Any]:
    run = run_dosije(home, "search", *arguments, "--json")
    assert run.returncode == 0, run.stderr
    results: dict[str, Any] = json.loads(run.stdout)
    return results


def test_every_specimen_is_kept_with_the_pages_it_has(specimen_home: Path, truth: dict[str, Any]) -> None:
    status = json.loads(run_dosije(specimen_home, "status", "--json").stdout)
    files = truth["documents"]
    assert status["documents"] == len(files)
    assert status["pages"] == sum(entry["pages"] for entry in files)
    assert status["index_documents"] == len(files)
    assert (status["failures"], status["index_due"], status["unread_pages"]) == ([], 0, 0)


def test_script_case_and_diacritics_do_not_matter(specimen_home: Path) -> None:
    found = [
        {hit["id"] for hit in search(specimen_home, query, "--limit", "100")["hits"]}
        for query in ("камере Бечеј", "kamere bečej", "KAMERA BECEJ", "kamere becej")
    ]
    assert found[0]
    assert all(ids == found[0] for ids in found)


def test_a_hit_names_its_page_and_its_words(specimen_home: Path) -> None:
    hit = search(specimen_home, "prepoznavanje lica")["hits"][0]
    page = hit["pages"][0]
    record = json.loads(run_dosije(specimen_home, "show", hit["id"], "--page", str(page["number"]), "--json").stdout)
    assert record["pages"][0]["number"] == page["number"]
    words = record["pages"][0]["text"].split()
    excerpt = [word for word in page["snippet"].split() if word != "…"]
    assert excerpt
    assert set(excerpt) <= set(words)


def test_facet_counts_agree_with_what_the_filter_returns(specimen_home: Path) -> None:
    facets = search(specimen_home, "kamera", "--limit", "1")["facets"]
    with Archive.open(specimen_home, create=False) as archive:
        for facet in ("municipality", "vendor", "year", "kind", "language", "quality"):
            for value in facets[facet]:
                asked = SearchRequest("kamera", {facet: (value["value"],)}, limit=1)
                assert archive.search.search(asked).total == value["count"], (facet, value)
            first = facets[facet][0]
            assert (
                search(specimen_home, "kamera", f"--{facet}", first["value"], "--limit", "1")["total"] == first["count"]
            )


def test_text_goes_to_stdout_and_an_unknown_id_is_a_usage_error(specimen_home: Path) -> None:
    hit = search(specimen_home, "ugovor")["hits"][0]
    shown = run_dosije(specimen_home, "show", hit["id"][:10], "--text")
    assert (shown.returncode, shown.stderr) == (0, "")
    unknown = run_dosije(specimen_home, "show", "0123456789")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "0123456789" in unknown.stderr


def test_bad_inputs_are_named_and_the_rest_goes_on(dosije: Dosije, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing that follows")
    (folder / "program.bin").write_bytes(bytes(range(256)) * 4)
    (folder / "loop").symlink_to(folder)
    (folder / "good.txt").write_text("Naručilac plaća 40 kamera.", encoding="utf-8")
    run = dosije("add", folder, tmp_path / "missing.pdf", "--json")
    assert run.returncode == 3
    *files, last = [json.loads(line) for line in run.stdout.splitlines()]
    by_name = {Path(line["path"]).name: line for line in files}
    assert by_name["good.txt"]["status"] == "added"
    for name in ("empty.pdf", "broken.pdf", "program.bin", "loop", "missing.pdf"):
        assert by_name[name]["status"] == "failed", name
        assert by_name[name]["reason"], name
    assert (last["summary"]["added"], last["summary"]["failed"]) == (1, 5)
    failed = json.loads(dosije("status", "--json").stdout)["failures"]
    assert len(failed) == 5


def test_the_same_bytes_are_one_document_with_two_paths(dosije: Dosije, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Jedan isti dopis o kamerama.", encoding="utf-8")
    run = dosije("add", tmp_path / "a.txt", tmp_path / "b.txt", "--json")
    first, second, _ = [json.loads(line) for line in run.stdout.splitlines()]
    assert (first["status"], second["status"]) == ("added", "duplicate")
    assert first["id"] == second["id"]


def test_a_failure_is_tried_again_only_when_asked(dosije: Dosije, tmp_path: Path) -> None:
    path = tmp_path / "dopis.pdf"
    path.write_bytes(b"%PDF-1.7\nbroken")
    assert dosije("add", path).returncode == 3
    again = dosije("add", path)
    assert again.returncode == 3
    assert "--retry-failed" in again.stderr
    path.write_bytes((SPECIMENS / sorted(p.name for p in SPECIMENS.glob("*.pdf"))[0]).read_bytes())
    assert dosije("add", "--retry-failed").returncode == 0
    assert json.loads(dosije("status", "--json").stdout)["failures"] == []


def test_a_killed_import_goes_on_where_it_was(specimen_home: Path, tmp_path: Path) -> None:
    """SIGKILL in the middle loses nothing: the next run ends with the same documents, pages, words and index."""
    home = tmp_path / "home"
    shutil.copytree(specimen_home / "cache", home / "cache")  # What OCR read is known, which saves most of the time.
    command = [sys.executable, "-m", "dosije", "--home", str(home), "add", str(SPECIMENS), "--json"]
    for lines in (2, 5):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        wait_for(lambda group: not is_group_there(group), process.pid, never="reading processes outlived their parent")
    assert run_dosije(home, "add", SPECIMENS).returncode == 0
    resumed, straight = (json.loads(run_dosije(at, "status", "--json").stdout) for at in (home, specimen_home))
    for record in (resumed, straight):
        del record["home"], record["index_generation"]
    assert resumed == straight


def test_reindex_finds_the_same(dosije: Dosije, tmp_path: Path) -> None:
    (tmp_path / "dopis.txt").write_text("Odluka o dodeli ugovora za video nadzor.", encoding="utf-8")
    dosije("add", tmp_path / "dopis.txt")
    before = search(tmp_path / "home", "odluke")
    rebuilt = dosije("reindex")
    assert rebuilt.returncode == 0, rebuilt.stderr
    after = search(tmp_path / "home", "odluke")
    assert before["total"] == after["total"] == 1
    assert before["hits"][0]["pages"] == after["hits"][0]["pages"]


def test_reading_again_keeps_the_old_reading_readable(dosije: Dosije, tmp_path: Path) -> None:
    (tmp_path / "dopis.txt").write_text("Odluka o dodeli ugovora za video-\nnadzor.", encoding="utf-8")
    id_ = json.loads(dosije("add", tmp_path / "dopis.txt", "--json").stdout.splitlines()[0])["id"]
    run = dosije("reread", id_[:8], "--ocr", "never", "--json")
    assert run.returncode == 0, run.stderr
    line, last = [json.loads(line) for line in run.stdout.splitlines()]
    assert (line["id"], line["status"], line["reading"], line["quality"]) == (id_, "reread", 2, "good")
    assert (last["summary"]["reread"], last["summary"]["failed"]) == (1, 0)
    records = [json.loads(dosije("show", id_, *which, "--json").stdout) for which in ((), ("--reading", "1"))]
    assert [(record["reading"], record["newest_reading"]) for record in records] == [(2, 2), (1, 2)]
    assert records[0]["pages"] == records[1]["pages"]
    assert search(tmp_path / "home", "videonadzor", "--quality", "good")["total"] == 1
    unknown = dosije("show", id_, "--reading", "3")
    assert (unknown.returncode, "no reading 3" in unknown.stderr) == (2, True)
    assert dosije("reread").returncode == 2


def test_a_reading_that_fails_says_why_and_changes_nothing(dosije: Dosije, tmp_path: Path) -> None:
    (tmp_path / "dopis.txt").write_text("Odluka o dodeli ugovora.", encoding="utf-8")
    id_ = json.loads(dosije("add", tmp_path / "dopis.txt", "--json").stdout.splitlines()[0])["id"]
    original = tmp_path / "home" / "originals" / id_[:2] / id_[2:4] / id_
    original.chmod(0o644)
    original.write_bytes(b"something else")
    run = dosije("reread", id_)
    assert run.returncode == 3
    assert id_[:12] in run.stderr
    assert json.loads(dosije("show", id_, "--json").stdout)["reading"] == 1


def test_status_names_the_worst_pages(dosije: Dosije, tmp_path: Path) -> None:
    scan = next(SPECIMENS.glob("*.png"), None) or next(SPECIMENS.glob("*.jpg"))
    dosije("add", scan, "--ocr", "never")
    (worst,) = json.loads(dosije("status", "--json").stdout)["worst_pages"]
    assert (worst["filename"], worst["page"], worst["quality"], worst["source"]) == (scan.name, 1, "unreliable", "none")
    assert worst["note"] in dosije("status").stdout
    assert dosije("reread", "--quality", "unreliable").returncode == 0
    assert json.loads(dosije("status", "--json").stdout)["pages_by_source"]["ocr"] == 1


def test_a_search_without_an_archive_says_how_to_make_one(dosije: Dosije) -> None:
    run = dosije("search", "kamera")
    assert run.returncode == 2
    assert "dosije add" in run.stderr


def test_settings_are_printed_with_their_meaning(dosije: Dosije) -> None:
    assert json.loads(dosije("settings", "--json").stdout)["ocr_dpi"] == 200
    assert "dots per inch" in dosije("settings").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", ""), "a path is empty"),
        (("add", "x.pdf", "--jobs", "9999"), "9999 is not in the range"),
        (("add", "x.pdf", "--collection", "x\udce8"), "name of a collection has"),
        (("search", "\udced\udca0\udc80"), "not UTF-8 text"),
        (("search", "kamera", "--kind", "\udcff"), "not UTF-8 text"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(dosije: Dosije, arguments: tuple[str, ...], said: str) -> None:
    run = dosije(*arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr


def test_a_reading_number_beyond_any_database_is_just_unknown(specimen_home: Path) -> None:
    id_ = search(specimen_home, "ugovor")["hits"][0]["id"]
    run = run_dosije(specimen_home, "show", id_, "--reading", "9" * 30)
    assert (run.returncode, "no reading 999" in run.stderr) == (2, True)


def test_an_archive_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    run = run_dosije(tmp_path / "file" / "home", "add", tmp_path / "file")
    assert (run.returncode, run.stdout) == (5, "")
    assert run.stderr.startswith(f"dosije: {tmp_path / 'file' / 'home'}: Not a directory.")


def test_an_index_of_another_version_says_to_reindex(dosije: Dosije, tmp_path: Path) -> None:
    (tmp_path / "dopis.txt").write_text("Odluka o dodeli ugovora.", encoding="utf-8")
    dosije("add", tmp_path / "dopis.txt")
    (version,) = (tmp_path / "home" / "index").glob("*/version")
    version.write_text("0", encoding="ascii")
    for command in (("search", "odluka"), ("status",)):
        run = dosije(*command)
        assert run.returncode == 5, command
        assert "another version of Dosije" in run.stderr
        assert "dosije reindex" in run.stderr
    assert dosije("reindex", "--jobs", "1").returncode == 0
    assert search(tmp_path / "home", "odluka")["total"] == 1


def test_files_that_people_write_may_begin_with_the_mark_of_windows(dosije: Dosije, tmp_path: Path) -> None:
    def written(path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8-sig")
        return path

    home, secret = tmp_path / "home", "tajna lozinka za Anu"
    assert dosije("user", "add", "Ana", "--password-file", written(tmp_path / "ana.txt", secret)).returncode == 0
    with Archive.open(home) as archive:
        assert PASSWORD_HASHES.is_right(secret, archive.catalog.users.password("Ana"))
    assert dosije("findings", "new", "mine").returncode == 0
    own = home / "findings" / "mine.toml"
    written(own, own.read_text(encoding="utf-8"))
    written(home / "settings.toml", "ocr_dpi = 300\n")
    written(home / "watchlist.toml", '[software]\n"ZorKam PRO" = ["ZorKam PRO"]\n')
    rate = '[[rate]]\ncurrency = "RSD"\nto = "EUR"\nrate = "117.85"\ndate = "2019"\nsource = "NBS"\n'
    written(home / "rates.toml", rate)
    with pyzipper.AESZipFile(tmp_path / "tajna.zip", "w", encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(b"lozinka")
        packed.writestr("dopis.txt", "Kamere sa programom ZorKam PRO.")
    passwords = written(tmp_path / "passwords.txt", "lozinka\n")
    added = dosije("add", tmp_path / "tajna.zip", "--password-file", passwords)
    assert added.returncode == 0, added.stderr
    assert json.loads(dosije("settings", "--json").stdout)["ocr_dpi"] == 300
    (hit,) = search(home, "programom")["hits"]
    assert "ZorKam PRO" in dosije("facts", hit["id"]).stdout
    assert dosije("findings", "mine").returncode == 0
    assert "RSD to EUR: 1 rates" in dosije("rates").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("findings", "spending", "--format", "csv"),
        ("findings", "spending", "--format", "xlsx"),
        ("export", "ocds"),
        ("chronology", "--search", "kamera", "--format", "csv"),
        ("topics", "penalty", "--format", "csv"),
        ("search-list", "LIST"),
    ],
)
def test_an_output_that_cannot_be_written_is_named_and_the_archive_is_not_blamed(
    specimen_home: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    listed, output = tmp_path / "list.txt", tmp_path / "nema" / "izlaz"
    listed.write_text("kamera", encoding="utf-8")
    given = (listed if one == "LIST" else one for one in arguments)
    run = run_dosije(specimen_home, *given, "--output", output)
    assert run.returncode == 2
    assert f"{output} cannot be written: No such file or directory." in run.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [("settings",), ("export", "ocds"), ("--help",)], ids=" ".join)
def test_output_that_cannot_be_written_is_named(
    specimen_home: Path, arguments: tuple[str, ...], unbuffered: str
) -> None:
    environment = {**os.environ, "DOSIJE_HOME": str(specimen_home), "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [sys.executable, ROOT / "dosije.py", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            check=False,
        )
    said = "dosije: <stdout>: No space left on device. Write the output to a file on a disk with room.\n"
    assert (run.returncode, run.stderr) == (5, said)
