"""Small e-mails and archives for tests."""

from __future__ import annotations

import base64
import io
import zipfile

MAIL = b"""From: milica@brezovac.rs
To: nabavke@primer.rs
Subject: Ugovor
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="XX"

--XX
Content-Type: text/plain; charset=utf-8

Saljem ugovor o nabavci kamere.
--XX
Content-Type: application/zip
Content-Disposition: attachment; filename="prilozi.zip"
Content-Transfer-Encoding: base64

%b
--XX--
"""


def zipped(contents: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return packed.getvalue()


def mail(contents: dict[str, bytes]) -> bytes:
    return MAIL % base64.encodebytes(zipped(contents))
