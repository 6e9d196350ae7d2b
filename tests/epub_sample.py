"""A small book for tests."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

_CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/knjiga.opf"/></rootfiles></container>"""
_OPF = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>%s</manifest>
<spine>%s</spine></package>"""
_ITEM = '<item id="%s" href="%s" media-type="application/xhtml+xml"/>'


def epub(spine: Mapping[str, str], others: Mapping[str, bytes] | None = None, missing: tuple[str, ...] = ()) -> bytes:
    """A book of these chapters in this order, stored in another one; ``missing`` are named and not there."""
    names = {name: number for number, name in enumerate([*spine, *missing])}
    items = "".join(_ITEM % (f"c{names[name]}", name.replace(" ", "%20")) for name in sorted(names))
    refs = "".join(f'<itemref idref="c{number}"/>' for number in range(len(names)))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        package.writestr("META-INF/container.xml", _CONTAINER)
        package.writestr("OEBPS/knjiga.opf", _OPF % (items, refs))
        for name in sorted(spine):
            package.writestr(f"OEBPS/{name}", f'<html xmlns="http://www.w3.org/1999/xhtml">{spine[name]}</html>')
        for name, content in (others or {}).items():
            package.writestr(name, content)
    return packed.getvalue()
