"""Permalinks, and hashes as names."""

from __future__ import annotations

import base64
import hashlib

from archive.citing.locators import Address, addresses_in, base_url, ni_uri, quote_hash
from archive.config import Settings
from archive.model import Span

SPAN = Span("0" * 63 + "a", 2, 120, 125)


def test_a_permalink_is_read_back() -> None:
    address = Address(SPAN, "f" * 32)
    text = f"vidi https://arhiva.example{address.path()}, i opet {address.path()}."
    assert list(addresses_in(text)) == [address]
    assert list(addresses_in(Address(SPAN).path())) == [Address(SPAN)]


def test_what_is_no_permalink_is_passed_over() -> None:
    path = Address(SPAN).path()
    assert not list(addresses_in(path.replace("120-125", "125-120")))
    assert not list(addresses_in(path.replace("/2/", "/0/")))
    assert not list(addresses_in(path.replace("a/", "A/")))


def test_a_quotation_is_hashed_with_single_spaces() -> None:
    assert quote_hash(["24", "kamere"]) == hashlib.sha256(b"24 kamere").hexdigest()
    assert quote_hash(["24 kamere"]) == quote_hash(["24", "kamere"]) != quote_hash(["24", "Kamere"])


def test_the_ni_uri_is_that_of_rfc_6920() -> None:
    """The example of section 8.1: the SHA-256 of „Hello World!”."""
    assert ni_uri(hashlib.sha256(b"Hello World!").hexdigest()) == (
        "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"
    )
    assert base64.urlsafe_b64decode(ni_uri("00" * 32).partition(";")[2] + "=") == bytes(32)


def test_the_base_of_permalinks() -> None:
    assert base_url(Settings()) == "http://127.0.0.1:8000"
    assert base_url(Settings({"base_url": "https://arhiva.example/"})) == "https://arhiva.example"
