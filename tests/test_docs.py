"""Documentation that can go stale is generated or compared with the code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import archive.errors
from docs.screenshots import PICTURES
from dosije import COMMANDS, cli
from requirements.inventory import our_version

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


WRITE = """
import json, runpy, sys
pages = runpy.run_path("docs/generate.py")["PAGES"]
json.dump({name: page() for name, page in pages.items()}, sys.stdout)
"""


def test_generated_pages_are_up_to_date() -> None:
    """Asked in a process of its own: click keeps the help option of a command that a test has run by itself."""
    run = subprocess.run([sys.executable, "-c", WRITE], cwd=ROOT, capture_output=True, text=True, check=True)
    for name, page in json.loads(run.stdout).items():
        assert (DOCS / name).read_text(encoding="utf-8") == page, f"docs/{name} is stale: run make pages"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_and_is_told_of(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    assert f"dosije {name}" in (DOCS / "commands.md").read_text(encoding="utf-8")


def test_the_error_tree_in_the_docstring_names_every_error() -> None:
    drawn = set(re.findall(r"[A-Z][A-Za-z]+", archive.errors.__doc__ or ""))
    for name, value in vars(archive.errors).items():
        if isinstance(value, type) and issubclass(value, Exception):
            assert name in drawn, f"{name} is missing from the tree"


@pytest.mark.parametrize("page", sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")]), ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
        file = page.parent / target if target else page
        assert file.exists(), f"{page.name} links to {target}, which is not there"
        assert not anchor or anchor in _anchors(file), f"{page.name} links to {target}#{anchor}, which is no heading"


def _anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub and MyST make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_every_folder_of_code_has_its_section_in_the_architecture() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    for package in ("archive", "indexer", "webapp"):
        for folder in sorted(path.parent for path in (ROOT / package).rglob("__init__.py")):
            assert f"`{folder.relative_to(ROOT).as_posix()}/`" in text


def test_a_glossary_term_is_defined_once() -> None:
    table = (DOCS / "glossary.md").read_text(encoding="utf-8").partition("## ")[0]
    terms = re.findall(r"^\| ([^|]+) \|", table, flags=re.MULTILINE)
    assert len(terms) == len(set(terms))


HISTORY = {"measurements-history.md"}
"""Pages that tell of programs which are no more."""


def test_every_file_of_code_that_is_named_exists() -> None:
    for page in sorted({*DOCS.glob("*.md"), ROOT / "README.md"}):
        if page.name not in HISTORY:
            named = re.findall(r"`((?:archive|indexer|webapp|tests|benchmarks)/[\w/]+\.py)`", page.read_text("utf-8"))
            assert [name for name in named if not (ROOT / name).exists()] == [], page.name


def test_the_architecture_names_files_of_the_folder_it_tells_of() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    for folder, section in re.findall(r"^## `([\w/]+)/`(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        named = set(re.findall(r"`(\w+\.(?:py|toml|csv))`", section)) - {"dosije.py"}
        assert [name for name in named if not any((ROOT / folder).rglob(name))] == [], folder


def test_every_reference_in_a_docstring_leads_to_a_module() -> None:
    reference = re.compile(r":(?:mod|class|func|meth|data):`~?((?:archive|indexer|webapp)\.[\w.]+)`")
    for package in ("archive", "indexer", "webapp"):
        for path in (ROOT / package).rglob("*.py"):
            for name in reference.findall(path.read_text(encoding="utf-8")):
                parts = name.split(".")
                ways = (ROOT.joinpath(*parts[:end]) for end in range(len(parts), 1, -1))
                module = next((way for way in ways if way.is_dir() or way.with_suffix(".py").exists()), None)
                assert module, f"{path}: {name}"
                rest = parts[len(module.relative_to(ROOT).parts) :]
                code = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
                assert not rest or re.search(rf"\b{rest[0]}\b", code.read_text(encoding="utf-8")), f"{path}: {name}"


def test_every_page_is_on_one_of_the_five_paths() -> None:
    """As ``make docs`` has it in the sidebar: once, so that a reader who looks for it finds it at one place."""
    paths = (DOCS / "index.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert [path.partition("\n")[0] for path in paths] == [
        "For reporters", "For lawyers", "For editors", "For those who run it", "For engineers"
    ]  # fmt: skip
    listed = [DOCS / link for path in paths for link in re.findall(r"^- \[.+?\]\((.+?\.md)\)", path, re.MULTILINE)]
    pages = {*DOCS.glob("*.md"), *ROOT.glob("*.md")} - {DOCS / "index.md"}
    assert sorted({page.resolve() for page in listed} & pages) == sorted(pages)
    assert len(listed) == len(set(listed))


def test_every_picture_is_made_by_the_program_and_shown_somewhere() -> None:
    """A picture that nothing takes anew grows old; one that no page shows is seen by nobody."""
    pages = [path.read_text(encoding="utf-8") for path in (*DOCS.glob("*.md"), *ROOT.glob("*.md"))]
    shown = {name for page in pages for name in re.findall(r"!\[[^\]]{20,}\]\((?:docs/)?images/(\w+)\.png\)", page)}
    kept = {path.stem for path in (DOCS / "images").glob("*.png")}
    assert shown == kept == PICTURES.keys()


def test_the_newest_release_of_the_changelog_is_the_version() -> None:
    """``setup.cfg`` is the one place that says it; above it stands only what is not released."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(our_version())} - \d{{4}}-\d\d-\d\d", headings[1])
