"""An electronic invoice as SEF has it, of an invented vendor."""

from __future__ import annotations

import base64

_INVOICE = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:mfin.gov.rs:srbdt:2022</cbc:CustomizationID>
<cbc:ID>2026-15</cbc:ID><cbc:IssueDate>2026-03-12</cbc:IssueDate><cbc:DueDate>2026-04-26</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>RSD</cbc:DocumentCurrencyCode>
<cac:ContractDocumentReference><cbc:ID>404-12/2026</cbc:ID></cac:ContractDocumentReference>%(attachment)s
<cac:AccountingSupplierParty><cac:Party><cbc:EndpointID schemeID="9948">100000008</cbc:EndpointID>
<cac:PartyName><cbc:Name>Signal d.o.o. Brezovac</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:StreetName>Glavna 1</cbc:StreetName><cbc:CityName>Brezovac</cbc:CityName></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>RS100000008</cbc:CompanyID></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>Signal d.o.o. Brezovac</cbc:RegistrationName>
<cbc:CompanyID>10000003</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyIdentification><cbc:ID>JBKJS:12345</cbc:ID></cac:PartyIdentification>
<cac:PartyLegalEntity><cbc:RegistrationName>Opština Kladovo</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>
</cac:AccountingCustomerParty>
<cac:Delivery><cbc:ActualDeliveryDate>2026-03-10</cbc:ActualDeliveryDate></cac:Delivery>
<cac:TaxTotal><cbc:TaxAmount currencyID="RSD">250000.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="RSD">1250000.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="RSD">1500000.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="RSD">1500000.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="H87">10.0</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="RSD">1250000.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Kamera za video
 nadzor</cbc:Name><cac:ClassifiedTaxCategory><cbc:Percent>20</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="RSD">125000.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine></Invoice>"""

_ENVELOPE = """<?xml version="1.0" encoding="utf-8"?>
<env:DocumentEnvelope xmlns:env="urn:eFaktura:MinFinrs:envelop:schema"><env:DocumentHeader>
<env:SalesInvoiceId>123456</env:SalesInvoiceId></env:DocumentHeader><env:DocumentBody>%s</env:DocumentBody>
</env:DocumentEnvelope>"""

_ATTACHMENT = """<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>
<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="%s">%s</cbc:EmbeddedDocumentBinaryObject>
</cac:Attachment></cac:AdditionalDocumentReference>"""


def invoice(attachments: dict[str, bytes] | None = None, *, in_envelope: bool = False) -> bytes:
    """An invoice over 1.5 million dinars, with files attached to it."""
    attached = "".join(
        _ATTACHMENT % (name, base64.b64encode(content).decode()) for name, content in (attachments or {}).items()
    )
    text = _INVOICE % {"attachment": attached}
    return (_ENVELOPE % text if in_envelope else text).encode()
