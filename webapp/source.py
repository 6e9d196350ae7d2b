"""``/source``: the program that answers here, as a ZIP file. Section 13 of its licence wants whoever uses a changed one
over a network to be offered it; what is sent is what runs, so nobody has to think of it who changes something."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
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
    """Send every file of the program, as it lies on this machine."""
    kept = io.BytesIO()
    # Some installers give files no time, that is 1970: ZIP begins with 1980.
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as packed:
        for name, path in _sources(whole_archive().home.resolve()):
            packed.write(path, f"dosije/{name}", zipfile.ZIP_STORED if path.suffix in _PACKED else None)
    kept.seek(0)
    return send_file(kept, mimetype="application/zip", as_attachment=True, download_name="dosije-source.zip")


def source_url() -> str | None:
    """Return where the source is: at the address of the settings, else here; None for whom it is not."""
    named = whole_archive().settings.text("source_url")
    return named or (url_for("source.download") if may_open("source.download") else None)


def _sources(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield files with their names. What is hidden or compiled is left out, and all that lies in the ``home`` of an
    archive, should somebody have put it into a package."""
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
    # Installed from a wheel, what it was made of and its licence lie in its metadata.
    try:
        told = distribution("dosije").files or ()
    except PackageNotFoundError:
        return
    for file in told:
        path = Path(str(file.locate()))
        if ".dist-info" in str(file) and path.name in {"METADATA", "LICENSE", "entry_points.txt"} and path.is_file():
            yield f"metadata/{path.name}", path
