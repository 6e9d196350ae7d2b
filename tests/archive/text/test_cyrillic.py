"""Which words of a Serbian text are turned into Cyrillic, and which stay."""

from __future__ import annotations

import pytest

from archive.text.cyrillic import in_cyrillic


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        # Names of places and firms, legal forms and abbreviations of Serbian.
        ("Bečej, Njegoševo, Džep, Ljig", "Бечеј, Његошево, Џеп, Љиг"),
        ("JKP Komunalac, OŠ „Vuk”", "ЈКП Комуналац, ОШ „Вук”"),
        ("Vidozor d.o.o. Zrenjanin", "Видозор д.о.о. Зрењанин"),
        ("konjugacija, injekcija", "конјугација, инјекција"),
        ("Djordje Djordjević, odjek", "Ђорђе Ђорђевић, одјек"),
        ("čl. 12. st. 2. ZJN, br. 5a", "чл. 12. ст. 2. ЗЈН, бр. 5а"),
        # Foreign names; English words, and such as are English beside them.
        ("Huawei Technologies d.o.o. Beograd", "Huawei Technologies д.о.о. Београд"),
        ("Data Security d.o.o.", "Data Security д.о.о."),
        ("Energia Gas and Power doo, Mia Savić", "Energia Gas and Power доо, Миа Савић"),
        ("K.N.P. BAU &amp; ADRIANI SH.P.K., Ada", "K.N.P. BAU &amp; ADRIANI SH.P.K., Ада"),
        ("Hikvision i Axis", "Hikvision и Axis"),
        ("CONTRACT AWARD NOTICE", "CONTRACT AWARD NOTICE"),
        ("Law on the Central Bank of Bosnia and Herzegovina", "Law on the Central Bank of Bosnia and Herzegovina"),
        ("Disk i format, Martin Petrović", "Диск и формат, Мартин Петровић"),
        ("„Cacttus” Sh.a., FutureBITS, Shtëpia Botuese Libri", "„Cacttus” Sh.a., FutureBITS, Shtëpia Botuese Libri"),
        ("Kosovo Polje: Union Co SH.P.K., Ada", "Косово Поље: Union Co SH.P.K., Ада"),
        ("GT Invest doo BIJELjINA", "ГТ Инвест доо БИЈЕЉИНА"),
        # Roman numbers, an initial, and the conjunction.
        ("II-404-18/2020, glava IV, X deo", "II-404-18/2020, глава IV, X део"),
        ("UGOVOR I ANEKS", "УГОВОР И АНЕКС"),
        ("DEO I OPŠTE", "ДЕО I ОПШТЕ"),
        ("I reči, I faza", "И речи, I фаза"),
        ("V. Petrović, V. glava", "В. Петровић, V. глава"),
        # Codes, and words with an ending after a hyphen.
        ("1.200 RSD, 5 EUR sa PDV", "1.200 RSD, 5 EUR са ПДВ"),
        ("PDF-a, IP-kamera, 4K H.265, A4", "PDF-а, IP-камера, 4К H.265, A4"),
        # What is read letter by letter.
        ("pišite na ana@novine.rs ili https://novine.rs/a", "пишите на ana@novine.rs или https://novine.rs/a"),
        ("fajl ugovor.pdf, pravilo amount.contract", "фајл ugovor.pdf, правило amount.contract"),
        ("odluka-el.-energija-2020.pdf", "odluka-el.-energija-2020.pdf"),
        ("taster, BiH, pravilo vat_rate.printed", "тастер, БиХ, правило vat_rate.printed"),
        ("otisak 3f9a0b1c2d", "отисак 3f9a0b1c2d"),
        # Texts of catalogs.
        ("Džep, njiva, ljubav: %(name)s", "Џеп, њива, љубав: %(name)s"),
        ('<a href="%(link)s">Preuzmi</a> PDF&nbsp;(%(size)s)', '<a href="%(link)s">Преузми</a> PDF&nbsp;(%(size)s)'),
        (
            "Probajte --retry-failed ili <code>vrsta:ugovor</code>",
            "Пробајте --retry-failed или <code>vrsta:ugovor</code>",
        ),
        ("Pogledajte ih komandom: dosije saved list", "Погледајте их командом: dosije saved list"),
        ("50%% strana, hOCR i max_pages", "50%% страна, hOCR и max_pages"),
    ],
)
def test_a_text_in_cyrillic(latin: str, cyrillic: str) -> None:
    assert in_cyrillic(latin) == cyrillic
    assert in_cyrillic(cyrillic) == cyrillic
