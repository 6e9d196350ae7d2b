"""What a register of contracts lists is counted row by row, and never with the contracts themselves."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from archive.archive import Archive
from archive.findings.files import load
from archive.findings.table import ABSENT, SHARED
from tests.finding_samples import counted, document, numbers

ROWS = (
    ("award", "Alfa, 100.00 RSD", {"vendor": "Alfa", "amount": "100.00", "currency": "RSD", "vat": "without"}),
    ("award", "Beta, 50.00 RSD", {"vendor": "Beta", "amount": "50.00", "currency": "RSD", "vat": "without"}),
    ("award", "Alfa, 7.00 RSD", {"vendor": "Alfa", "amount": "7.00", "currency": "RSD", "vat": "without"}),
)
