"""``/source``: the source code of the running program as a ZIP file.

Section 13 of its licence requires that users of a modified version over a network are offered its source. The files
sent are those that run, so modified versions comply without further work.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, send_file, url_for

from webapp.access.callers import whole_archive
from webapp.access.guard import may_open

blueprint = Blueprint("source", __name__)

_PACKAGES = ("archive", "indexer", "webapp")
_PACKED = {".zlib", ".npz", ".png", ".woff2"}
_BESIDE = ("LICENSE", "README.md", "setup.cfg", "pyproject.toml")


@blueprint.get("/source")
def download() -> Response:
    """Send every file of the program, as installed on this machine."""
    packed = io.BytesIO(_packed(whole_archive().home.resolve()))
    return send_file(packed, mimetype="application/zip", as_attachment=True, download_name="dosije-source.zip")


def source_url() -> str | None:
    """Return the URL of the source: that of the settings, or else here; None if the caller may not open it."""
    named = whole_archive().settings.text("source_url")
    return named or (url_for("source.download") if may_open("source.download") else None)


@lru_cache(maxsize=1)
def _packed(home: Path) -> bytes:
    """Return the ZIP file, made once a process: what runs is what was installed when it began."""
    kept = io.BytesIO()
    # Some installers set the time of files to 1970; ZIP begins with 1980.
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as packed:
        for name, path in _sources(home):
            packed.write(path, f"dosije/{name}", zipfile.ZIP_STORED if path.suffix in _PACKED else None)
    return kept.getvalue()


def _sources(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield files with their names in the ZIP file.

    Hidden and compiled files are left out, and everything in the ``home`` of an archive, which may be inside a package.
    """
    root = Path(str(files("webapp"))).parent
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            within = path.relative_to(root)
            is_left_out = any(part.startswith((".", "__pycache__")) for part in within.parts)
            is_kept = path.resolve().is_relative_to(home) and not root.resolve().is_relative_to(home)
            if path.is_file() and not (is_left_out or is_kept):
                yield str(within), path
    for name in ("dosije.py", *_BESIDE):
        if (root / name).is_file():
            yield name, root / name
    # A wheel keeps its project description and its licence in its metadata.
    try:
        told = distribution("dosije").files or ()
    except PackageNotFoundError:
        return
    for file in told:
        path = Path(str(file.locate()))
        if ".dist-info" in str(file) and path.name in {"METADATA", "LICENSE", "entry_points.txt"} and path.is_file():
            yield f"metadata/{path.name}", path
