"""Lists of rates as a national bank gives them, in several layouts; and what cannot be one. Rates are made up."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.archive import Archive
from archive.command_line.rates import rates_group
from archive.config import Settings
from archive.errors import UsageError
from archive.findings.rate_files import load_rates, rates_in
from archive.findings.rates import Rate, fixed_rates, rate_for, read_rates

LATIN = """KURSNA LISTA BR. 23
FORMIRANA NA DAN 3.2.2020. GODINE
OZNAKA VALUTE;ŠIFRA VALUTE;NAZIV ZEMLJE;VAŽI ZA;SREDNJI KURS
EUR;978;EMU;1;117,5001
JPY;392;Japan;100;97,2500
"""
CYRILLIC = """Шифра валуте,Назив земље,Ознака валуте,Важи за,Средњи курс
978,ЕМУ,EUR,1,"117,5001"
392,Јапан,JPY,100,"97,2500"
"""
ENGLISH = """ExchangeRateListNumber\tDate\tCurrencyCodeAlfaChar\tUnit\tBuyingRate\tMiddleRate
23\t03.02.2020\tEUR\t1\t117.1476\t117.5001
23\t03.02.2020\tJPY\t100\t96.9583\t97.2500
"""
WIDE = """Datum;EUR;100 JPY
03.02.2020.;117,5001;97,2500
"""
SERIES = """Kretanje kursa: EUR
Datum;Srednji kurs
3.2.2020;117,5001
4.2.2020;1.117,5100
"""
EUR = ("RSD", "EUR", "2020-02-03", Decimal("117.5001"))
YEN = ("RSD", "JPY", "2020-02-03", Decimal("0.9725"))


def told(rates: tuple[Rate, ...]) -> list[tuple[str, str, str, Decimal]]:
    return [(rate.currency, rate.to, rate.period, rate.rate) for rate in rates]


@pytest.mark.parametrize(
    ("text", "name"),
    [(LATIN, "lista.csv"), (CYRILLIC, "kursna-lista-2020-02-03.csv"), (ENGLISH, "rates.csv"), (WIDE, "w.csv")],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_layout_says_the_same(text: str, name: str, encoding: str) -> None:
    assert told(rates_in(text.encode(encoding), name)) == [EUR, YEN]


def test_a_list_of_an_old_computer_is_read() -> None:
    assert told(rates_in(LATIN.encode("cp1250"), "lista.csv")) == [EUR, YEN]


def test_a_series_of_one_currency_tells_it_above_the_table() -> None:
    assert told(rates_in(SERIES.encode(), "kretanje.csv")) == [
        EUR,
        ("RSD", "EUR", "2020-02-04", Decimal("1117.51")),
    ]


def test_the_day_may_be_said_and_the_list_is_named_as_the_source() -> None:
    day = datetime.date(2021, 5, 5)
    (rate, _) = rates_in(CYRILLIC.encode(), "lista.csv", day=day)
    assert (rate.period, rate.source) == ("2021-05-05", "lista.csv")
    (rate, _) = rates_in(ENGLISH.encode(), "lista.csv", source="National Bank of Serbia")
    assert rate.source == "National Bank of Serbia, 23"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "no column of middle rates"),
        ("Oznaka valute;Kupovni kurs;Prodajni kurs\nEUR;117;118\n", "no column of middle rates"),
        ("Oznaka valute;Srednji kurs\nEUR;117,5\n", "line 2: the day of the rate is missing"),
        ("Datum;Srednji kurs\n3.2.2020;117,5\n", "line 2: the code of the currency is missing"),
        (LATIN.replace("117,5001", "mnogo"), "line 4: 'mnogo' is not a number above 0"),
        (LATIN.replace(";1;117", ";0;117"), "line 4: '0' is not a number above 0"),
        ("Datum;Oznaka valute;Srednji kurs\n", "has no rate"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        rates_in(text.encode(), "lista.csv")


def test_loading_again_changes_nothing_and_what_the_owner_states_goes_before(tmp_path: Path) -> None:
    file = tmp_path / "lista.csv"
    file.write_text(LATIN, encoding="utf-8")
    first, again = load_rates(tmp_path, file), load_rates(tmp_path, file)
    assert (first.new, first.replaced, again.new, again.replaced) == (2, 0, 0, 0)
    file.write_text(LATIN.replace("117,5001", "117,6"), encoding="utf-8")
    assert load_rates(tmp_path, file).replaced == 1
    day = datetime.date(2020, 2, 3)
    assert getattr(rate_for(read_rates(tmp_path), "RSD", "EUR", day, 2020), "rate", None) == Decimal("117.6")
    stated = 'currency = "RSD"\nto = "EUR"\nrate = "117.7"\ndate = "2020-02-03"\nsource = "mine"\n'
    (tmp_path / "rates.toml").write_text(f"[[rate]]\n{stated}", encoding="utf-8")
    found = rate_for(read_rates(tmp_path), "RSD", "EUR", day, 2020)
    assert found is not None
    assert (found.rate, found.source) == (Decimal("117.7"), "mine")


def test_the_last_list_holds_over_a_weekend_and_no_longer(tmp_path: Path) -> None:
    file = tmp_path / "lista.csv"
    file.write_text(LATIN, encoding="utf-8")
    load_rates(tmp_path, file)
    rates = read_rates(tmp_path)
    for days, is_known in ((2, True), (6, True), (7, False), (-1, False)):
        day = datetime.date(2020, 2, 3) + datetime.timedelta(days)
        assert (rate_for(rates, "RSD", "EUR", day, 2020) is not None) is is_known, days


def test_only_rates_that_a_law_fixed_are_shipped_and_each_names_it(tmp_path: Path) -> None:
    assert {rate.currency: str(rate.rate) for rate in fixed_rates()} == {
        "BAM": "1.95583",
        "DEM": "1.95583",
        "HRK": "7.53450",
    }
    assert all("Regulation" in rate.source or "Law" in rate.source for rate in fixed_rates())
    assert tuple(read_rates(tmp_path)) == fixed_rates()
    mark = rate_for(read_rates(tmp_path), "BAM", "EUR", None, None)
    assert mark is not None
    assert mark.converted(Decimal("195583.00")) == 100000
    own = Rate("HRK", "EUR", "2015", Decimal("7.6"), "made up")
    assert rate_for((*fixed_rates(), own), "HRK", "EUR", None, 2015) == own


def test_a_file_that_somebody_changed_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("currency,to,date,rate,source\nRSD,EUR,2020-02-03,x,y\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2: this is not a rate"):
        read_rates(tmp_path)


def test_commands_load_and_list_rates(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "lista.csv"
    Archive.open(home, Settings()).close()
    file.write_text(LATIN, encoding="utf-8")
    loaded = CliRunner().invoke(rates_group, ["load", str(file), "--json"], obj=home)
    assert json.loads(loaded.output) == {"rates": 2, "new": 2, "replaced": 0}
    listed = CliRunner().invoke(rates_group, ["--json"], obj=home)
    by_pair = {(row["currency"], row["to"]): row for row in json.loads(listed.output)}
    assert by_pair["RSD", "EUR"]["first"] == "2020-02-03"
    assert by_pair["BAM", "EUR"]["fixed"] is True
    assert "BAM to EUR: fixed" in CliRunner().invoke(rates_group, [], obj=home).output
