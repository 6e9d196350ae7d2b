"""Measure the structure of the code: sizes of modules and folders, imports, cycles, class names, CPU of a start.

Usage: ``python -m benchmarks.house [FOLDER]``, where FOLDER is a checkout, this one by default. To compare two
checkouts, run it on each. The start-up CPU is the median of five processes.
"""

from __future__ import annotations

import ast
import graphlib
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import grimp

PACKAGES = ("archive", "indexer", "webapp")
SMALL = 60  # lines: DESIGN.md, section 2


def main() -> None:
    """Print one figure per line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    sys.path.insert(0, str(folder))
    modules = {path: path.read_text(encoding="utf-8") for path in _modules(folder)}
    for name, value in [*_sizes(modules), *_names(modules), *_cycles(), *_starts(folder)]:
        print(f"{name:<52} {value}")


def _modules(folder: Path) -> Iterator[Path]:
    yield folder / "dosije.py"
    for package in PACKAGES:
        yield from (path for path in sorted((folder / package).rglob("*.py")) if path.stat().st_size)


def _sizes(modules: dict[Path, str]) -> Iterator[tuple[str, object]]:
    lines = {path: text.count("\n") for path, text in modules.items()}
    whole = sum(lines.values())
    imports = sum(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for text in modules.values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    largest = max(lines, key=lambda path: lines[path])
    files = Counter(path.parent for path in modules)
    yield "modules", len(lines)
    yield "lines", whole
    yield "median module", int(statistics.median(lines.values()))
    yield "largest module", f"{lines[largest]} ({largest.stem})"
    yield f"share of modules under {SMALL} lines", f"{sum(count < SMALL for count in lines.values()) / len(lines):.1%}"
    yield "share of lines that are imports", f"{imports / whole:.1%}"
    for place, count in files.most_common(3):
        yield f"files in {place.name}", count
    yield "folders with more than 25 files", sum(count > 25 for count in files.values())


def _names(modules: dict[Path, str]) -> Iterator[tuple[str, object]]:
    named = defaultdict(list)
    for path, text in modules.items():
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named[node.name].append(path.stem)
    several = {name: places for name, places in named.items() if len(places) > 1}
    yield "public class names of two classes", f"{len(several)} {' '.join(sorted(several))}"


def _cycles() -> Iterator[tuple[str, object]]:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)
    sorter = graphlib.TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})
    try:
        sorter.prepare()
        yield "cycles of modules", "none"
    except graphlib.CycleError as cycle:
        yield "cycles of modules", " <- ".join(cycle.args[1])
    folders = {name.rpartition(".")[0] for name in graph.modules if "." in name}
    breakers = {folder: graph.nominate_cycle_breakers(folder) for folder in sorted(folders)}
    found = [f"{folder} ({len(imports)})" for folder, imports in breakers.items() if imports]
    yield "folders with cycles inside (imports that close them)", ", ".join(found) or "none"


def _starts(folder: Path) -> Iterator[tuple[str, object]]:
    with tempfile.TemporaryDirectory() as name:
        paper = Path(name) / "paper.txt"
        paper.write_text("Opština nabavlja kamere.", encoding="utf-8")
        # Without compiled bytecode, each start would compile the modules where none may be written.
        subprocess.run([sys.executable, "-m", "compileall", "-q", *PACKAGES, "dosije.py"], cwd=folder, check=True)
        command = [sys.executable, "-m", "dosije", "--home", f"{name}/home"]
        subprocess.run([*command, "add", paper, "--ocr", "never"], cwd=folder, capture_output=True, check=True)
        for words in (["--help"], ["search", "kamere"], ["status"]):
            taken = statistics.median(_cpu(command + words, folder) for _ in range(5))
            yield f"CPU seconds of dosije {words[0]}", f"{taken:.2f}"


def _cpu(command: Sequence[str], folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
