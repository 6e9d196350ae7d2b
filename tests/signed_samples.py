"""Signed files for tests: a certificate authority, whose subjects sign PDFs and other files."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pymupdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from pyhanko_certvalidator.registry import SimpleCertificateStore

HOLDER = "Milica Ilić"
AUTHORITY = "Izmišljeno sertifikaciono telo"


@dataclass(frozen=True)
class Holder:
    """A private key with its certificate and that of its issuer."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    issuer: x509.Certificate


@cache
def holder(name: str = HOLDER, authority: str = AUTHORITY, *, days: int = 365) -> Holder:
    """Return a subject whose certificate is valid from two years ago until in ``days`` days."""
    issuer_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    issuer = _certificate(authority, issuer_key, authority, issuer_key, is_authority=True)
    return Holder(key, _certificate(name, key, authority, issuer_key, is_authority=False, days=days), issuer)


def _certificate(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    *,
    is_authority: bool,
    days: int = 365,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=730))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(_usage(is_authority), critical=True)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(is_authority: bool) -> x509.KeyUsage:
    signs = not is_authority
    return x509.KeyUsage(signs, signs, False, False, False, is_authority, is_authority, False, False)


def wrapped(content: bytes, *signing: Holder, detached: bool = False, encoding: Encoding = Encoding.DER) -> bytes:
    """Return a p7m file with the content, or a p7s file without it if ``detached``."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    for one in signing or (holder(),):
        builder = builder.add_signer(one.certificate, one.key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.Binary, *([pkcs7.PKCS7Options.DetachedSignature] if detached else [])]
    return builder.sign(encoding, options)


def signed_pdf(data: bytes, *signing: Holder) -> bytes:
    """Return a PDF with the signatures of these subjects, one after another."""
    for number, one in enumerate(signing or (holder(),), start=1):
        file = io.BytesIO()
        metadata = signers.PdfSignatureMetadata(field_name=f"Potpis{number}", md_algorithm="sha256")
        signers.PdfSigner(metadata, _signer(one), new_field_spec=SigFieldSpec(f"Potpis{number}")).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(data)), output=file
        )
        data = file.getvalue()
    return data


def _signer(one: Holder) -> signers.SimpleSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call] # has no annotations
    store.register(asn1_x509.Certificate.load(one.issuer.public_bytes(Encoding.DER)))
    private = one.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(one.certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )


def with_another_page(data: bytes) -> bytes:
    """Return the same PDF with a page added after its last signature."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.pdf")
        path.write_bytes(data)
        with pymupdf.open(path) as document:
            document.new_page().insert_text((72, 72), "Strana koja je dodata")
            document.saveIncr()
        return path.read_bytes()
