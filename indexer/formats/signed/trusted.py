"""The certificates that the owner of the archive trusts: files in the folder that a setting names."""

from __future__ import annotations

import binascii
import ssl
from pathlib import Path

from archive.errors import UsageError

_SUFFIXES = frozenset({".cer", ".crt", ".pem", ".der"})
_PEM, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_SEQUENCE = b"\x30"


def trusted_certificates(folder: str) -> tuple[bytes, ...]:
    """Return each certificate in a folder as DER; none if ``folder`` is empty. A PEM file may hold several.

    :raises UsageError: it is no folder, or a file in it is no certificate.
    """
    if not folder:
        return ()
    try:
        files = sorted(file for file in Path(folder).expanduser().iterdir() if file.suffix.lower() in _SUFFIXES)
        return tuple(one for file in files for one in _certificates(file))
    except OSError as error:
        raise UsageError(
            "trusted_certificates: %(folder)s cannot be read: %(error)s.",
            "Name a folder that can be.",
            folder=folder,
            error=error,
        ) from error


def _certificates(file: Path) -> list[bytes]:
    data = file.read_bytes()
    if data.startswith(_SEQUENCE):
        return [data]
    blocks = data.decode("ascii", "replace").split(_PEM)[1:]
    try:
        found = [ssl.PEM_cert_to_DER_cert(f"{_PEM}{block.partition(_END)[0]}{_END}\n") for block in blocks]
    except (ValueError, binascii.Error):
        found = []
    if not found:
        raise UsageError(
            "trusted_certificates: %(file)s is no certificate.",
            "Put only certificates there, as PEM or DER.",
            file=file,
        )
    return found
