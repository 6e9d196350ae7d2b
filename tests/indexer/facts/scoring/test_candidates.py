"""Readers propose whatever could be a fact, whole and once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.procedures.numbers import key
from indexer.facts.scoring import candidates, money, names
from indexer.facts.scoring.context import TextSurroundings

ContextOf = Callable[..., TextSurroundings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ugovor se dodeljuje ponuđaču Primerak Optika d.o.o. iz Rume", ["Primerak Optika d.o.o."]),
        ("Izabrana je ponuda „Primer“ a.d. Ruma, kao najpovoljnija", ["„Primer” a.d. Ruma"]),
        (
            "Ponude: 1. Primerović copy d.o.o. 2. SZR „Drugi“, Ub",
            ["Primerović copy d.o.o.", "SZR „Drugi”"],
        ),
        ("Добављач: Грађевинско предузеће „Трећи“ д.о.о. Ниш", ["Građevinsko preduzeće „Treći” d.o.o. Niš"]),
        ("ugovor je potpisan sa Primer - V d.o.o. i opština je platila", ["Primer - V d.o.o."]),
        ("odluka broj 12 od 3. maja, bez ijedne firme", []),
        ("zaključen sa D.T.U.T. „Vidozor”, Niš na iznos", ["D.T.U.T. „Vidozor”"]),
        ("ponuda ponuđača D.T.U.T.„Vidozor“ d.o.o. Niš je", ["D.T.U.T. „Vidozor” d.o.o. Niš"]),
        ("DODELJUJE SE „VIDOZOR” D.O.O. NIŠ", ["„VIDOZOR” D.O.O. NIŠ"]),
        ("sa Petar Kos PR, zanatska radnja „Hrast” Ruma, u", ["Petar Kos PR, zanatska radnja „Hrast” Ruma"]),
        ("ponudu je dao Petar Kos pr Stolarija „Hrast“ Ruma, cena", ["Petar Kos pr Stolarija „Hrast” Ruma"]),
        ("понуду је дао Петар Кос пр „Храст“ Рума, цена", ["Petar Kos pr „Hrast” Ruma"]),
        ("i Petar Kos PR SZR „Hrast“ Ruma – član grupe", ["Petar Kos PR SZR „Hrast” Ruma"]),
        ("ponude: Petar Kos PR „Vidozor“ d.o.o. Niš", ["Petar Kos PR", "„Vidozor” d.o.o. Niš"]),
        ("1. Petar Kos PR „Hrast“ Ruma, 2. Nada Gaj PR „Bor“", ["Petar Kos PR „Hrast” Ruma", "Nada Gaj PR „Bor”"]),
        ("od firme Petar Kos PR Ruma „Kamere“ za", ["Petar Kos PR Ruma", "„Kamere”"]),
        ("ponude: Petar Kos PR, „Vidozor“ Niš", ["Petar Kos PR, „Vidozor” Niš"]),
        ("„Hrast” PR; „Vidozor” d.o.o. i", ["„Hrast” PR", "„Vidozor” d.o.o."]),
        ("Primer grants Customer a limited license", []),
        ("by Primer Cameras Limited and", ["Primer Cameras Limited"]),
        ("„Hrast” s.r., na iznos", ["„Hrast” s.r."]),
        ("Hrast d.o.o. za proizvodnju, promet i usluge Ruma", ["Hrast d.o.o. za proizvodnju, promet i usluge Ruma"]),
        ("Hrast d.o.o. za usluge čišćenja škole", ["Hrast d.o.o."]),
        (
            "Hrast, obrt za stolarske usluge i prijevoz Vinkovci",
            ["Hrast, obrt za stolarske usluge i prijevoz Vinkovci"],
        ),
    ],
)
def test_firms_begin_and_end_where_they_do(text: str, found: list[str], context_of: ContextOf) -> None:
    assert [firm.name for firm in names.all_firms(context_of(text))] == found


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("cena je 1.200.000,00 dinara, taksa 60.000,00 dinara", ["1200000.00 RSD", "60000.00 RSD"]),
        ("Republika Srbija: procenjeno na 1. 298 817,00 bez PDV", ["1298817.00 RSD"]),
        ("Crna Gora, Službeni list CG: vrijednost 12.500,00", ["12500.00 EUR"]),
        ("Bosna i Hercegovina, JIB: cijena 12.500,00", ["12500.00 BAM"]),
        ("OIB, Narodne novine 2019: cijena 12.500,00", ["12500.00 HRK"]),
        ("OIB, Narodne novine 2024: cijena 12.500,00 za 2024", ["12500.00 EUR"]),
        ("5.000,00 EUR, 9.000,00 dinara, 7.777,00", ["5000.00 EUR", "9000.00 RSD", "7777.00 EUR"]),
        ("9.000,00 dinara, 5.000,00 EUR, 7.777,00", ["9000.00 RSD", "5000.00 EUR", "7777.00 RSD"]),
        ("ponuda stigla u 10:40, broj 6:700.000,00 dinara", []),
    ],
)
def test_sums_with_the_currency_of_their_country(text: str, keys: list[str], context_of: ContextOf) -> None:
    """Of several that are printed alike often, the first. A mark that OCR left before a number makes it none: the
    figure may be a part of another."""
    assert [each.key for each in money.amounts(context_of(text), [])] == keys


def test_one_value_is_one_candidate(context_of: ContextOf) -> None:
    (found,) = money.amounts(context_of("cena 1.200,00 dinara, dakle 1.200,00 dinara"), [])
    assert len(found.mentions) == 2


def test_numbers_that_can_be_references(context_of: ContextOf) -> None:
    text = "Broj: 404-12/2031-IV od 3.5.2031. god. JN 5/2031, tel. 022/123-456, broj 1234"
    found = [each.value for each in candidates.references(context_of(text), [], key)]
    assert "404-12/2031-IV" in found
    assert any(each.endswith("5/2031") for each in found)
    assert "3.5.2031" not in found


def test_bids_are_counted_in_figures_and_words(context_of: ContextOf) -> None:
    found = candidates.counts(context_of("Pristigle su tri (3) ponude; u postupku od 200 dana nema drugih."), [])
    assert {"3"} <= {each.value for each in found}


def test_features_tell_the_kind_and_how_often(context_of: ContextOf) -> None:
    context = context_of("cena 1.200,00 dinara")
    (found,) = money.amounts(context, [])
    assert found.features(context, "contract") != found.features(context, "judgment")


def test_a_sum_in_kuna_and_euro_tells_both_currencies(context_of: ContextOf) -> None:
    text = "Narodne novine 2022. Plan nabave: gorivo 99.200,00 i 13.166,10; papir 5.000,00"
    assert [each.key for each in money.amounts(context_of(text), [])] == ["99200.00 HRK", "13166.10 EUR", "5000.00 HRK"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("vrijednost 2.500,00 kn mjesečno", ["2500.00 HRK"]),
        ("zajam od 15.000 francuskih franaka i 20.000 FFR", ["15000.00 FRF", "20000.00 FRF"]),
        ("REGISTAR UGOVORA O JAVNOJ NABAVI za 2021., ponuditelj, naručitelj: 2.500,00", ["2500.00 HRK"]),
    ],
)
def test_currencies_in_their_own_words(text: str, keys: list[str], context_of: ContextOf) -> None:
    assert [each.key for each in money.amounts(context_of(text), [])] == keys


def test_a_sum_beside_itself_with_vat(context_of: ContextOf) -> None:
    context = context_of("Nabavka papira 100.000,00 20.000,00 120.000,00 dinara; kredit 77.000,00 dinara")
    about = {each.value: each.about for each in money.amounts(context, [])}
    assert "beside=without" in about["100000"]
    assert "beside=with" in about["120000"]
    assert not {"beside=without", "beside=with"} & about["77000"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Apelacioni sud\nGž 12/2031\nodlučujući o žalbi", "Gž 12/2031"),
        ("Upravni sud\nI-2 Uv 41/31\nu sporu", "I-2 Uv 41/31"),
        ("Sud\nRev. 5987/2031\nU IME NARODA", "Rev. 5987/2031"),
    ],
)
def test_the_number_of_a_case_is_whole(text: str, value: str, context_of: ContextOf) -> None:
    assert [each.value for each in candidates.references(context_of(text), [], key)] == [value]


OWN = (
    "Vodovod Primer d.o.o.\nGlavna 1, Ub, e-mail: info@vodovod-primer.rs\n\nOdluka o ceni\n\nOpština Ub daje saglasnost"
)


def test_a_letterhead_and_an_address_on_the_net_tell_whose_paper_it_is(context_of: ContextOf) -> None:
    context = context_of(OWN)
    found = {each.value: each.about for each in names.buyers(context, names.all_firms(context), [])}
    assert {"firm-opens=0", "firm-rank=0", "firm-domain=True", "firm-line=True"} <= found["Vodovod Primer d.o.o."]
    assert {"body-after-firm", "body-rank=1", "body-domain=False"} <= found["Opština Ub"]


def test_a_firm_can_be_labelled_or_called_the_buyer(context_of: ContextOf) -> None:
    context = context_of("Naručilac: Vodovod Primer d.o.o.\n\nDrugi primer a.d. (u daljem tekstu: Naručilac)")
    found = {each.value: each.about for each in names.buyers(context, names.all_firms(context), [])}
    assert "firm-labelled" in found["Vodovod Primer d.o.o."]
    assert "firm-called" in found["Drugi primer a.d."]


def test_the_year_of_a_paper_without_a_date_stands_in_its_title(context_of: ContextOf) -> None:
    found = {each.value: each.about for each in candidates.years(context_of("PLAN NABAVKI ZA 2031. GODINU"), [])}
    assert {"dates=0&head=True", "dates=0&share=4", "dates=0&latest"} <= found["2031"]
