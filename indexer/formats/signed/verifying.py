"""Verify digital signatures and certificate paths through pyHanko.

Nothing is fetched, so revocation is not checked. An error of the library on a hostile file is reported as a problem of
the signature; the document is read all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO, Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_self_reported_ts,
    validate_sig_integrity,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError

from archive.model.signatures import LONGEST, MOST, DocumentSignature, SignatureIntegrity, Trust
from archive.text.personal_numbers import masked
from indexer.formats.source import printable

_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: SignatureIntegrity.INTACT,
    SignatureCoverageLevel.ENTIRE_REVISION: SignatureIntegrity.EXTENDED,
}


def signatures_of_pdf(file: IO[bytes], passwords: Sequence[str], trusted: Sequence[bytes]) -> list[DocumentSignature]:
    """Return the signatures of a PDF, in the order in which they were made."""
    try:
        reader = PdfFileReader(file, strict=False)
        if reader.encrypted:
            any(reader.decrypt(password).status for password in ("", *passwords))
        found = list(reader.embedded_regular_signatures)
    except Exception as error:  # noqa: BLE001 - whatever a hostile file makes of the library
        return [_unverified(error)]
    return [*(_of_pdf(embedded, trusted) for embedded in found[:MOST]), *_rest(len(found))]


def _of_pdf(embedded: Any, trusted: Sequence[bytes]) -> DocumentSignature:
    try:
        embedded.compute_integrity_info(skip_diff=True)
        signature = _verified(
            embedded.signed_data, embedded.compute_digest(), trusted, embedded.self_reported_timestamp
        )
        if signature.integrity is not SignatureIntegrity.INTACT:
            return signature
        covered = _COVERAGE.get(embedded.coverage, SignatureIntegrity.PARTIAL)
        return replace(signature, integrity=covered)
    except Exception as error:  # noqa: BLE001 - see above
        return _unverified(error)


def signatures_of_cms(
    signed: cms.SignedData, content: bytes | None, trusted: Sequence[bytes]
) -> list[DocumentSignature]:
    """Return the signatures of a signed file; without its content (None) they cannot be verified."""
    found = []
    for signer in list(signed["signer_infos"])[:MOST]:
        try:
            alone = cms.SignedData(
                {
                    "version": signed["version"].native,
                    "digest_algorithms": signed["digest_algorithms"],
                    "encap_content_info": signed["encap_content_info"],
                    "certificates": signed["certificates"],
                    "signer_infos": [signer],
                }
            )
            digest = None if content is None else _digest(signer, content)
            found.append(_verified(alone, digest, trusted, None))
        except Exception as error:  # noqa: BLE001 - see above
            found.append(_unverified(error))
    return [*found, *_rest(len(signed["signer_infos"]))]


def _rest(count: int) -> list[DocumentSignature]:
    """Return a placeholder for signatures beyond the limit."""
    return [_unverified(ValueError(f"it has {count} signatures; the first {MOST} were looked at"))][: count > MOST]


def _digest(signer: cms.SignerInfo, content: bytes) -> bytes:
    return hashlib.new(signer["digest_algorithm"]["algorithm"].native, content).digest()


def _verified(
    signed: cms.SignedData, digest: bytes | None, trusted: Sequence[bytes], claimed: datetime | None
) -> DocumentSignature:
    """Return a signature with its verification; ``digest`` is that of the signed bytes, None if unavailable."""
    (signer,) = signed["signer_infos"]
    certificates = extract_certs_for_validation(signed)
    holder = certificates.signer_cert
    claimed = claimed or extract_self_reported_ts(signer)
    integrity = SignatureIntegrity.UNKNOWN
    if digest is not None:
        expected = signed["encap_content_info"]["content_type"].native
        is_whole = all(validate_sig_integrity(signer, holder, expected, digest))
        integrity = SignatureIntegrity.INTACT if is_whole else SignatureIntegrity.CHANGED
    trust, anchor, problem = _trust(holder, certificates.other_certs, trusted, claimed)
    return DocumentSignature(
        _name(holder.subject),
        _name(holder.issuer),
        claimed.astimezone(UTC).isoformat(timespec="seconds") if claimed else None,
        integrity,
        trust,
        anchor,
        problem,
    )


def _trust(
    holder: x509.Certificate, others: Sequence[x509.Certificate], trusted: Sequence[bytes], claimed: datetime | None
) -> tuple[Trust, str | None, str | None]:
    """Return whether a certificate path leads to a trusted root, today or else at the claimed time."""
    if not trusted:
        return Trust.NOT_KNOWN, None, None
    roots = [x509.Certificate.load(one) for one in trusted]
    problem = None
    for moment, trust in ((datetime.now(UTC), Trust.TRUSTED), (claimed, Trust.TRUSTED_THEN)):
        if moment is None:
            continue
        context = ValidationContext(trust_roots=roots, other_certs=others, moment=moment, allow_fetching=False)
        try:
            path = _awaited(CertificateValidator(holder, others, validation_context=context).async_validate_path())
        except PathBuildingError:
            return Trust.NOT_KNOWN, None, None
        except Exception as error:  # noqa: BLE001 - see above
            problem = problem or _reason(error)
        else:
            return trust, _name(path.first.subject), None
    return Trust.REFUSED, None, problem


def _awaited(work: Coroutine[Any, Any, Any]) -> Any:
    """Return the result of a coroutine that never suspends, since nothing is fetched; an event loop would need sockets.

    :raises RuntimeError: it suspends.
    """
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    work.close()
    raise RuntimeError("the verification needs the network")


def _name(name: x509.Name) -> str:
    """Return the name in a certificate, without the personal number that Serbian issuers put into it."""
    native = name.native
    text = next((native[key] for key in ("common_name", "organization_name") if native.get(key)), name.human_friendly)
    return masked(printable(" ".join(str(text).split())))[:LONGEST]


def _reason(error: Exception) -> str:
    return printable((str(error) or type(error).__name__).rstrip("."))[:LONGEST]


def _unverified(error: Exception) -> DocumentSignature:
    return DocumentSignature("?", "?", None, SignatureIntegrity.UNKNOWN, Trust.NOT_KNOWN, problem=_reason(error))
