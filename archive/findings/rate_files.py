"""Import of exchange rates from a file: lists of a national bank (CSV), or TOML as in ``rates.toml``.

A list has a row for each currency and day, or a row for each day and a column for each currency. Columns are recognized
by their headings, in Serbian, Croatian or English, in either script; the separator is a semicolon, comma or tab, the
decimal sign a comma or point. A rate for 100 units is divided by 100. The day is from its column, from above the table,
or from the file name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from archive.errors import UsageError
from archive.findings.rates import COLUMNS, CURRENCY, FILE, LOADED, Rate, is_period, read_loaded, read_toml
from archive.system.files import replace_text
from archive.text.folding import fold

MOST_BYTES = 20_000_000
"""Most bytes of a file; daily lists of a hundred years are smaller."""

_HEADS: Mapping[str, tuple[str, ...]] = {
    "currency": ("oznakavalute", "valuta", "currencycodealfachar", "currencycode", "currency", "alfaoznaka", "oznaka"),
    "unit": ("vaziza", "jedinica", "unit", "units"),
    "rate": ("srednjikurs", "zvanicnisrednjikurs", "middlerate", "middleexchangerate", "middle", "srednjitecaj"),
    "date": ("datum", "date", "datumkursa", "datumkursneliste", "datumprimjene", "datumprimene", "dan"),
    "number": ("brojkursneliste", "exchangeratelistnumber", "brojtecajnice", "kursnalistabroj"),
}
_PARTS = (";", ",", "\t")
_DAY = re.compile(r"(?<!\d)(?:(\d{1,2})[./ -]+(\d{1,2})[./ -]+(\d{4})|(\d{4})-?(\d\d)-?(\d\d))(?!\d)")
_OF_CURRENCY = re.compile(r"(?:(\d+)\s*)?([A-Z]{3})(?:\s*\(?(\d+)\)?)?")


@dataclass(frozen=True, slots=True)
class LoadedRates:
    """The result of an import: the rates of the file, the number of ``new`` ones, and of those that replaced
    another."""

    rates: tuple[Rate, ...]
    new: int
    replaced: int


def load_rates(home: Path, file: Path, base: str = "RSD", day: date | None = None, source: str = "") -> LoadedRates:
    """Add the rates of a file to those of an archive.

    :param base: the currency that the rates are in: of a Serbian list, dinars per euro.
    :param day: the day of the rates, if the file does not state it.
    :param source: their source; by default, the name of the file.
    :raises UsageError: the file has no valid rates; the error names the line.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError("%(file)s cannot be read: %(why)s.", file=file, why=error.strerror or error) from error
    return keep_rates(home, rates_in(data, file.name, base, day, source))


def keep_rates(home: Path, rates: Sequence[Rate]) -> LoadedRates:
    """Add rates to those of an archive; a new one replaces another of the same period."""
    known = {(rate.currency, rate.to, rate.period): rate for rate in read_loaded(home)}
    before = dict(known)
    known |= {(rate.currency, rate.to, rate.period): rate for rate in rates}
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    for _, rate in sorted(known.items()):
        lines.writerow((rate.currency, rate.to, rate.period, rate.rate, rate.source))
    replace_text(home / LOADED, text.getvalue())
    replaced = sum(rate.rate != known[key].rate for key, rate in before.items())
    return LoadedRates(tuple(rates), len(known) - len(before), replaced)


def typed_rate(home: Path, currency: str, to: str, rate: str, period: str, source: str) -> Rate:
    """Build a rate that a person typed: units of ``currency`` per unit of ``to``.

    :raises UsageError: it is invalid, or the owner's file has another one, which would override it.
    """
    for code in (currency, to):
        if not CURRENCY.fullmatch(code):
            raise UsageError("%(value)s is not a currency.", "For example: RSD or EUR.", value=repr(code[:20]))
    if currency == to:
        raise UsageError("Two different currencies are needed.", "For example: RSD or EUR.")
    try:
        number = Decimal(_with_point(rate))
    except InvalidOperation:
        number = Decimal()
    if not number.is_finite() or number <= 0:
        raise UsageError("%(value)s is not a number above 0.", "For example: 117,5785.", value=repr(rate[:20]))
    if not is_period(period):
        remedy = 'Write "2020-02-03", "2020-02" or "2020".'
        raise UsageError("%(value)s is not a day, month or year.", remedy, value=repr(period[:20]))
    if not source:
        raise UsageError("A rate needs its source.", "Name the source of the rate.")
    stated = read_toml(home / FILE) if (home / FILE).exists() else ()
    if any((one.currency, one.to, one.period) == (currency, to, period) for one in stated):
        raise UsageError("%(file)s states this rate.", "Change it there: it goes before all others.", file=FILE)
    return Rate(currency, to, period, number, source)


def rates_in(data: bytes, name: str, base: str = "RSD", day: date | None = None, source: str = "") -> tuple[Rate, ...]:
    """Parse the rates of a file; ``name`` is its name.

    :raises UsageError: it has no valid rates.
    """
    if not CURRENCY.fullmatch(base):
        raise UsageError("%(value)s is not a currency.", "For example: RSD or EUR.", value=repr(base[:20]))
    if len(data) > MOST_BYTES:
        raise UsageError("%(file)s is too large for a list of rates.", file=name)
    text = _text(data, name)
    if name.lower().endswith(".toml"):
        return read_toml(Path(name), text)
    reader = _ListReader(name, text, base, day, source or name)
    found = tuple(reader.rates())
    if not found:
        raise UsageError("%(file)s has no rate.", "Check that it is a list of rates with a row for each.", file=name)
    return found


def _text(data: bytes, name: str) -> str:
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1250"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError("%(file)s is not text.", "Load the list as CSV, as the bank gives it.", file=name)


class _ListReader:
    """Reads one file. Lines are counted from 1."""

    def __init__(self, name: str, text: str, base: str, day: date | None, source: str) -> None:
        self._name, self._base, self._day, self._source = name, base, day, source
        self._rows, self._head, self._places = self._table(text)

    def rates(self) -> Iterator[Rate]:
        """Yield every rate, in the order of the file."""
        above = " ".join(cell for row in self._rows[: self._head] for cell in row)
        usual = self._day or _day_in(above) or _day_in(self._name)
        for line, row in enumerate(self._rows[self._head + 1 :], start=self._head + 2):
            if any(cell.strip() for cell in row):
                yield from self._of_row(row, line, usual, above)

    def _table(self, text: str) -> tuple[list[list[str]], int, dict[str, int]]:
        """Return the rows, the index of the heading row, and the columns by content."""
        for part in _PARTS:
            rows = list(csv.reader(io.StringIO(text), delimiter=part))
            for at, row in enumerate(rows[:40]):
                places = _places(row)
                if "rate" in places or ("date" in places and any(_of_currency(cell) for cell in row)):
                    return rows, at, places
        raise UsageError(
            "%(file)s has no column of middle rates.",
            'Its header should be "Srednji kurs" or "MiddleRate", or there should be a column for each currency.',
            file=self._name,
        )

    def _of_row(self, row: list[str], line: int, usual: date | None, above: str) -> Iterator[Rate]:
        told = self._cell(row, "date")
        day = _day_in(told) if told else usual
        if day is None:
            raise UsageError(
                "%(file)s, line %(line)s: the day of the rate is missing.",
                "Give it: --date 2020-02-03",
                file=self._name,
                line=line,
            )
        if "rate" in self._places:
            code = self._cell(row, "currency") or _currency_in(above)
            if not CURRENCY.fullmatch(code):
                raise UsageError(
                    "%(file)s, line %(line)s: the code of the currency is missing.",
                    "For example: RSD or EUR.",
                    file=self._name,
                    line=line,
                )
            priced = [(code, self._cell(row, "unit") or "1", self._cell(row, "rate"))]
        else:
            heads = [_of_currency(cell) for cell in self._rows[self._head]]
            priced = [(*head, cell) for head, cell in zip(heads, row, strict=False) if head and cell.strip()]
        number = self._cell(row, "number")
        source = f"{self._source}, {number}" if number else self._source
        for code, unit, written in priced:
            if code != self._base:
                rate = self._number(written, line) / self._number(unit, line)
                yield Rate(self._base, code, day.isoformat(), rate, source)

    def _cell(self, row: list[str], name: str) -> str:
        at = self._places.get(name)
        return "" if at is None or at >= len(row) else row[at].strip()

    def _number(self, text: str, line: int) -> Decimal:
        try:
            number = Decimal(_with_point(text))
        except InvalidOperation:
            number = Decimal()
        if not number.is_finite() or number <= 0:
            raise UsageError(
                "%(file)s, line %(line)s: %(value)s is not a number above 0.",
                "For example: 117,5785.",
                file=self._name,
                line=line,
                value=repr(text[:20]),
            )
        return number


def _places(row: Sequence[str]) -> dict[str, int]:
    heads = ["".join(re.findall(r"\w", " ".join(map(fold, cell.split())))) for cell in row]
    found = {name: [heads.index(head) for head in known if head in heads] for name, known in _HEADS.items()}
    return {name: places[0] for name, places in found.items() if places}


def _of_currency(head: str) -> tuple[str, str] | None:
    """Return the currency and the units of a heading such as "100 JPY" or "EUR (1)"."""
    match = _OF_CURRENCY.fullmatch(head.strip())
    return (match[2], match[1] or match[3] or "1") if match else None


def _currency_in(text: str) -> str:
    codes = set(re.findall(r"\b[A-Z]{3}\b", text)) - {"NBS", "HNB"}
    return codes.pop() if len(codes) == 1 else ""


def _day_in(text: str) -> date | None:
    for day, month, year, *iso in _DAY.findall(text):
        try:
            return date(*map(int, iso if not year else (year, month, day)))
        except ValueError:
            continue
    return None


def _with_point(text: str) -> str:
    packed = "".join(text.split())
    if packed.rfind(",") > packed.rfind("."):
        return packed.replace(".", "").replace(",", ".")
    return packed.replace(",", "")
