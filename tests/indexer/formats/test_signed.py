"""Signed files: whether the bytes are what was signed, who vouches, and never more than that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from archive.archive import Archive
from archive.config import Settings
from archive.errors import DamagedDocument, EncryptedDocument, UsageError
from archive.model.signatures import DocumentSignature, SignatureIntegrity, Trust, from_agent, to_agent
from archive.records import document_record
from dosije import cli
from indexer.formats import open_source
from indexer.formats.sniffing import media_type_of
from indexer.formats.source import Container, SignedOriginal
from indexer.ingest.progress import AddOptions, FileReport, Progress
from indexer.ingest.reading import trusted_certificates
from indexer.ingest.run import add
from tests.indexer_samples import letter_pdf
from tests.signed_samples import AUTHORITY, HOLDER, Holder, holder, signed_pdf, with_another_page, wrapped
from tests.webapp_samples import NoPicture
from webapp import create_app

LETTER = bytes(letter_pdf().tobytes())


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def opened(path: Path, data: bytes) -> SignedOriginal:
    path.write_bytes(data)
    source = open_source(media_type_of(path, path.name), path, path.name)
    assert isinstance(source, SignedOriginal)
    return source


def found(path: Path, data: bytes, *trusted: Holder) -> list[tuple[str, SignatureIntegrity, Trust]]:
    signatures = opened(path, data).signatures([der(one.issuer) for one in trusted])
    return [(one.holder, one.integrity, one.trust) for one in signatures]


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_a_wrapped_file_is_a_container_whose_signature_is_verified(tmp_path: Path, encoding: Encoding) -> None:
    source = opened(tmp_path / "ugovor.pdf.p7m", wrapped(LETTER, encoding=encoding))
    assert isinstance(source, Container)
    (inside,) = source.contents()
    assert (inside.path, b"".join(inside.chunks())) == ("ugovor.pdf", LETTER)
    (signature,) = source.signatures([der(holder().issuer)])
    assert (signature.holder, signature.issuer, signature.anchor) == (HOLDER, AUTHORITY, AUTHORITY)
    assert (signature.integrity, signature.trust) == (SignatureIntegrity.INTACT, Trust.TRUSTED)


def test_a_signed_file_that_holds_another_is_not_taken_for_it(tmp_path: Path) -> None:
    inner = wrapped(LETTER, holder("Neko", "Drugo telo"), encoding=Encoding.PEM)
    data = wrapped(inner)
    assert found(tmp_path / "a.p7m", data) == [(HOLDER, SignatureIntegrity.INTACT, Trust.NOT_KNOWN)]
    source = opened(tmp_path / "a.p7m", data)
    assert isinstance(source, Container)
    assert [b"".join(inside.chunks()) for inside in source.contents()] == [inner]


def test_nobody_vouches_for_a_certificate_unless_the_owner_trusts_somebody(tmp_path: Path) -> None:
    data, other = wrapped(LETTER), holder("Neko", "Drugo telo")
    assert found(tmp_path / "a.p7m", data) == [(HOLDER, SignatureIntegrity.INTACT, Trust.NOT_KNOWN)]
    assert found(tmp_path / "a.p7m", data, other) == [(HOLDER, SignatureIntegrity.INTACT, Trust.NOT_KNOWN)]


def test_every_signature_of_a_file_is_looked_at(tmp_path: Path) -> None:
    other = holder("Petar Perić", "Drugo telo")
    assert sorted(found(tmp_path / "a.p7m", wrapped(LETTER, holder(), other), other)) == [
        (HOLDER, SignatureIntegrity.INTACT, Trust.NOT_KNOWN),
        ("Petar Perić", SignatureIntegrity.INTACT, Trust.TRUSTED),
    ]


def test_a_changed_file_is_not_what_was_signed(tmp_path: Path) -> None:
    data = wrapped(b"Cena je 1.000.000 dinara").replace(b"1.000.000", b"9.000.000")
    (signature,) = opened(tmp_path / "a.p7m", data).signatures([der(holder().issuer)])
    assert signature.integrity is SignatureIntegrity.CHANGED
    assert "names the certificate" in signature.told()
    assert "Signed with" not in signature.told()


def test_a_signature_whose_file_lies_elsewhere_is_not_verified(tmp_path: Path) -> None:
    source = opened(tmp_path / "ugovor.pdf.p7s", wrapped(LETTER, detached=True))
    assert isinstance(source, Container)
    assert not list(source.contents())
    (signature,) = source.signatures([])
    assert signature.integrity is SignatureIntegrity.UNKNOWN


def test_an_expired_certificate_says_so(tmp_path: Path) -> None:
    """It had expired before the stated time, too, so nobody vouches for anything."""
    expired = holder("Neko", "Treće telo", days=-10)
    (signature,) = opened(tmp_path / "a.p7m", wrapped(LETTER, expired)).signatures([der(expired.issuer)])
    assert signature.trust is Trust.REFUSED
    assert "expired" in str(signature.problem)


def test_a_personal_number_in_a_certificate_is_not_shown(tmp_path: Path) -> None:
    data = wrapped(LETTER, holder("Petar Perić 0101990710008"))
    assert "0101990710008" not in str(found(tmp_path / "a.p7m", data))


def test_a_file_for_the_holder_of_a_key_is_encrypted(tmp_path: Path) -> None:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(LETTER).add_recipient(holder().certificate)
    with pytest.raises(EncryptedDocument, match="holder of a key"):
        opened(tmp_path / "a.p7m", builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary]))


@pytest.mark.parametrize("keep", [20, 300, 1200])
def test_a_truncated_wrapping_is_damaged(tmp_path: Path, keep: int) -> None:
    with pytest.raises(DamagedDocument, match="signed file"):
        opened(tmp_path / "a.p7m", wrapped(LETTER)[:keep])


def test_the_signatures_of_a_pdf(tmp_path: Path) -> None:
    other = holder("Petar Perić", "Drugo telo")
    assert found(tmp_path / "a.pdf", LETTER) == []
    assert found(tmp_path / "a.pdf", signed_pdf(LETTER), holder()) == [
        (HOLDER, SignatureIntegrity.INTACT, Trust.TRUSTED)
    ]
    assert found(tmp_path / "a.pdf", signed_pdf(LETTER, holder(), other), other) == [
        (HOLDER, SignatureIntegrity.EXTENDED, Trust.NOT_KNOWN),
        ("Petar Perić", SignatureIntegrity.INTACT, Trust.TRUSTED),
    ]


def test_a_pdf_that_was_added_to_or_changed_is_not_said_to_be_what_was_signed(tmp_path: Path) -> None:
    data = signed_pdf(LETTER)
    assert found(tmp_path / "a.pdf", with_another_page(data)) == [
        (HOLDER, SignatureIntegrity.EXTENDED, Trust.NOT_KNOWN)
    ]
    changed = bytearray(data)
    changed[data.index(b"stream") + 20] ^= 1
    assert found(tmp_path / "b.pdf", bytes(changed)) == [(HOLDER, SignatureIntegrity.CHANGED, Trust.NOT_KNOWN)]


def test_a_hostile_signature_is_a_problem_of_its_own(tmp_path: Path) -> None:
    data = signed_pdf(LETTER)
    start = data.index(b"/Contents <") + len(b"/Contents <")
    for broken in (data[:start] + b"30" * 200 + data[start + 400 :], data.replace(b"/ByteRange [0", b"/ByteRange [9")):
        for one in opened(tmp_path / "a.pdf", broken).signatures([]):
            assert one.integrity in (SignatureIntegrity.UNKNOWN, SignatureIntegrity.CHANGED, SignatureIntegrity.PARTIAL)


def test_signatures_are_kept_as_they_are() -> None:
    signature = DocumentSignature("Ana", "Telo", None, SignatureIntegrity.INTACT, Trust.REFUSED, None, "istekao")
    assert from_agent(to_agent([signature, signature])) == (signature, signature)
    for nonsense in ('{"holder": 1}', "[]", '{"integrity": "whole"}', "{"):
        with pytest.raises(ValueError, match=r"not a signature|valid|Expecting"):
            from_agent({"signature 1": nonsense})


def test_trusted_certificates_are_files_in_a_folder(tmp_path: Path) -> None:
    issuer = holder().issuer
    (tmp_path / "a.pem").write_bytes(issuer.public_bytes(Encoding.PEM) * 2)
    (tmp_path / "b.cer").write_bytes(der(issuer))
    (tmp_path / "readme.txt").write_text("nije sertifikat")
    assert trusted_certificates(str(tmp_path)) == (der(issuer),) * 3
    assert trusted_certificates("") == ()
    with pytest.raises(UsageError, match="cannot be read"):
        trusted_certificates(str(tmp_path / "nema"))
    (tmp_path / "c.crt").write_text("nije sertifikat")
    with pytest.raises(UsageError, match=r"c\.crt is not a certificate"):
        trusted_certificates(str(tmp_path))


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, dict[str, str]]]:
    """An archive whose owner trusts the authority, with a signed PDF and a wrapped one, read in the sandbox."""
    root = tmp_path_factory.mktemp("signed")
    (root / "trusted").mkdir()
    (root / "trusted" / "telo.cer").write_bytes(der(holder().issuer))
    (root / "ulaz").mkdir()
    (root / "ulaz" / "odluka.pdf").write_bytes(signed_pdf(LETTER))
    (root / "ulaz" / "ugovor.pdf.p7m").write_bytes(wrapped(LETTER))
    reports: list[FileReport] = []
    settings = Settings({"trusted_certificates": str(root / "trusted")})
    with Archive.open(root / "home", settings) as archive:
        add(archive, [root / "ulaz"], AddOptions(1, "never", "main", False), reports.append, Progress())
        yield archive, {one.path.rpartition("/")[2]: one.id or str(one.reason) for one in reports}


def test_what_was_found_is_told_in_json_at_a_terminal_and_on_the_page(
    signed: tuple[Archive, dict[str, str]],
) -> None:
    archive, ids = signed
    for name in ("odluka.pdf", "ugovor.pdf.p7m"):
        (record,) = document_record(archive.catalog, ids[name])["signatures"]
        assert (record["holder"], record["integrity"], record["trust"]) == (HOLDER, "intact", "trusted")
        shown = CliRunner().invoke(cli, ["--home", str(archive.home), "show", ids[name]])
        assert f"Signature: Signed with the certificate of {HOLDER}" in shown.output
        page = create_app(archive, NoPicture()).test_client().get(f"/documents/{ids[name]}").get_data(as_text=True)
        assert "The file is what was signed. The certificate leads to" in page
        assert "signature 1" not in page
    assert document_record(archive.catalog, ids["ugovor.pdf"])["signatures"] == []
