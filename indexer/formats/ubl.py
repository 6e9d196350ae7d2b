"""Electronic invoices (UBL 2.1: Invoice, CreditNote), alone or in the envelope of the Serbian system (SEF).

They are rendered like a printed invoice, in Serbian, so that the fact rules find seller, buyer, number, dates and sums.
Other elements follow as names and values. Embedded files are the contents of the invoice.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from archive.errors import DamagedDocument
from archive.model.words import CellStep
from indexer.formats.flowing import FlowingSource, cell_mark
from indexer.formats.source import Content, UniqueNames
from indexer.formats.xml import XmlSource, entity_note, parsed, rendered

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOTS = (f"{{{_UBL}Invoice-2}}Invoice", f"{{{_UBL}CreditNote-2}}CreditNote")
_PREFIXES = {"a": f"{_UBL}CommonAggregateComponents-2", "b": f"{_UBL}CommonBasicComponents-2"}

_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "380": "Faktura",
        "381": "Knjižno odobrenje",
        "383": "Knjižno zaduženje",
        "386": "Avansna faktura",
        "Invoice": "Faktura",
        "CreditNote": "Knjižno odobrenje",
    }
)
"""Document titles by type code (UNTDID 1001) or by root element."""

_HEAD = (
    ("Datum izdavanja", "b:IssueDate"),
    ("Datum prometa", "a:Delivery/b:ActualDeliveryDate"),
    ("Datum dospeća", "b:DueDate"),
    ("Valuta", "b:DocumentCurrencyCode"),
    ("Ugovor broj", "a:ContractDocumentReference/b:ID"),
    ("Narudžbenica broj", "a:OrderReference/b:ID"),
    ("Broj nabavke", "a:OriginatorDocumentReference/b:ID"),
    ("Na osnovu fakture broj", "a:BillingReference/a:InvoiceDocumentReference/b:ID"),
    ("Napomena", "b:Note"),
)
_PARTIES = (("Dobavljač", "a:AccountingSupplierParty/a:Party"), ("Naručilac", "a:AccountingCustomerParty/a:Party"))
_NAMES = ("a:PartyLegalEntity/b:RegistrationName", "a:PartyName/b:Name")
_PARTY = (
    ("PIB", "a:PartyTaxScheme/b:CompanyID"),
    ("Matični broj", "a:PartyLegalEntity/b:CompanyID"),
    ("Oznaka", "a:PartyIdentification/b:ID"),
    ("Ulica", "a:PostalAddress/b:StreetName"),
    ("Mesto", "a:PostalAddress/b:CityName"),
)
_WHOLE, _TO_PAY = "a:LegalMonetaryTotal/b:TaxInclusiveAmount", "a:LegalMonetaryTotal/b:PayableAmount"
_SUMS = (
    ("Ukupno bez PDV", "a:LegalMonetaryTotal/b:TaxExclusiveAmount"),
    ("Iznos PDV", "a:TaxTotal/b:TaxAmount"),
    ("Ukupno sa PDV", _WHOLE),
    ("Plaćeno unapred", "a:LegalMonetaryTotal/b:PrepaidAmount"),
)
_PAYMENT = (
    ("Račun za uplatu", "a:PaymentMeans/a:PayeeFinancialAccount/b:ID"),
    ("Poziv na broj", "a:PaymentMeans/b:PaymentID"),
)
_COLUMNS = (
    ("R. br.", "b:ID"),
    ("Naziv", "a:Item/b:Name"),
    ("Količina", "b:InvoicedQuantity|b:CreditedQuantity"),
    ("Cena bez PDV", "a:Price/b:PriceAmount"),
    ("PDV %", "a:Item/a:ClassifiedTaxCategory/b:Percent"),
    ("Iznos bez PDV", "b:LineExtensionAmount"),
)
_UNITS: Mapping[str, str] = MappingProxyType(
    {"H87": "kom", "KGM": "kg", "KMT": "km", "MTR": "m", "LTR": "l", "HUR": "h", "DAY": "dan", "MON": "mesec"}
    | {"ANN": "godina", "TNE": "t", "MTK": "m²", "MTQ": "m³", "XPP": "kom", "C62": "kom", "KWH": "kWh"}
)
"""Units in SEF (UN/ECE Rec. 20); others are shown by their code."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TAX_NUMBER = re.compile(r"RS(\d{9})")
_FILES = "EmbeddedDocumentBinaryObject", "DocumentPdf"


def open_xml(path: Path, filename: str) -> XmlSource | UblSource:
    """Open an XML file as an invoice, or else as plain XML.

    :raises DamagedDocument: it is not well-formed.
    :raises TooLarge: it exceeds the limit of bytes.
    """
    root = parsed(path, filename)
    invoice = next(root.iter(*_ROOTS), None)
    return XmlSource(root) if invoice is None else UblSource(root, invoice, filename)


class UblSource(FlowingSource):
    """An invoice; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": f"UBL 2.1 (lxml {etree.__version__})"}
    has_cells = True

    def __init__(self, root: etree._Element, invoice: etree._Element, filename: str) -> None:
        """Render an invoice inside a parsed file."""
        self._filename = filename
        files = [element for name in _FILES for element in root.iter(f"{{*}}{name}") if element.text]
        unique = UniqueNames()
        self._files = [(unique.of(element.get("filename") or "prilog.pdf"), element.text or "") for element in files]
        paper = _InvoiceText(invoice)
        lines = list(paper.lines())
        rest = rendered(root, {*paper.used, *files})
        super().__init__([[*lines, *(["", "Ostali podaci", *rest] if any(rest) else [])]], entity_note(root))

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        for path, text in self._files:
            yield Content(path, partial(self._chunks, path, text), len(text) * 3 // 4 + 3)

    def _chunks(self, path: str, text: str) -> Iterator[bytes]:
        try:
            yield base64.b64decode(text)
        except ValueError as error:
            raise DamagedDocument(
                "%(name)s cannot be unpacked: %(error)s.",
                "Get the file again.",
                name=f"{path} in {self._filename}",
                error=error,
            ) from error


class _InvoiceText:
    """The lines of an invoice, and the elements that they show."""

    def __init__(self, invoice: etree._Element) -> None:
        self._invoice = invoice
        self.used: set[etree._Element] = set()

    def lines(self) -> Iterator[str]:
        invoice = self._invoice
        code = next(self._texts(invoice, "b:InvoiceTypeCode|b:CreditNoteTypeCode"), "")
        title = _TITLES.get(code) or _TITLES[etree.QName(invoice).localname]
        yield f"{title} br. {next(self._texts(invoice, 'b:ID'), '–')}"
        yield from self._labelled(invoice, _HEAD)
        for role, where in _PARTIES:
            for party in self._found(invoice, where):
                yield ""
                names = [name for path in _NAMES for name in self._texts(party, path)]
                yield f"{role}: {names[0] if names else ''}"
                yield from self._labelled(party, _PARTY)
        yield from self._table()
        yield ""
        yield from self._labelled(invoice, _SUMS)
        to_pay = next(self._texts(invoice, _TO_PAY), None)
        if to_pay not in (None, *self._texts(invoice, _WHOLE)):
            # It usually equals the total, and is not shown twice.
            yield f"Iznos za plaćanje: {to_pay}"
        yield from self._labelled(invoice, _PAYMENT)

    def _table(self) -> Iterator[str]:
        rows = self._found(self._invoice, "a:InvoiceLine|a:CreditNoteLine")
        if not rows:
            return
        yield ""
        yield _row([label for label, _ in _COLUMNS], CellStep.TABLE)
        for row in rows:
            yield _row([" ".join(self._texts(row, where)) for _, where in _COLUMNS], CellStep.ROW)
        yield cell_mark(CellStep.TEXT)

    def _labelled(self, parent: etree._Element, table: tuple[tuple[str, str], ...]) -> Iterator[str]:
        for label, where in table:
            for text in self._texts(parent, where):
                yield f"{label}: {text}"

    def _texts(self, parent: etree._Element, where: str) -> Iterator[str]:
        for element in self._found(parent, where):
            if not len(element):
                self.used.add(element)
                if text := _formatted(element):
                    yield text

    @staticmethod
    def _found(parent: etree._Element, where: str) -> list[etree._Element]:
        found: list[etree._Element] = parent.xpath(where, namespaces=_PREFIXES)
        return found


def _row(cells: list[str], step: CellStep) -> str:
    steps = [step, *[CellStep.CELL] * (len(cells) - 1)]
    numbered = enumerate(zip(steps, cells, strict=True))
    return " ".join(f"{cell_mark(one, column)} {cell}" for column, (one, cell) in numbered)


def _formatted(element: etree._Element) -> str:
    """Return a value as printed in Serbia: dates, sums, a tax number without its country."""
    text = " ".join((element.text or "").split())
    if _DAY.fullmatch(text):
        return _day(text)
    if tax_number := _TAX_NUMBER.fullmatch(text):
        return tax_number[1]
    if (currency := element.get("currencyID")) and (amount := _amount(text)):
        return f"{amount} {currency}"
    if unit := element.get("unitCode"):
        return f"{_plain(text)} {_UNITS.get(unit, unit)}"
    return text


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d.%m.%Y.}"
    except ValueError:
        return text


def _amount(text: str) -> str | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 20:
        return None
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".").replace(".", ",") if "." in text else text
