"""Two scripts, one language."""

from __future__ import annotations

import pytest

from archive.text.folding import lower_to_latin, script_of, to_cyrillic, to_latin, unmix


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("ЉУБАВ", "LJUBAV"),
        ("Љубав", "Ljubav"),
        ("љубав", "ljubav"),
        ("КОЊ", "KONJ"),
        ("Његош", "Njegoš"),
        ("ЏЕП", "DŽEP"),
        ("Џеп и Њ", "Džep i Nj"),
        ("Ђорђевић, Ћуприја", "Đorđević, Ćuprija"),
        ("ЈН 12/2019-У", "JN 12/2019-U"),
        ("already Latin: šđčćž", "already Latin: šđčćž"),
    ],
)
def test_cyrillic_becomes_latin_with_digraphs_in_the_right_case(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Ljubav LJUBAV njegova NJEGOŠ", "Љубав ЉУБАВ његова ЊЕГОШ"),
        ("džep, Džep, DŽEP, dživdžan", "џеп, Џеп, ЏЕП, џивџан"),
        ("injekcija, konjugacija, Tanjug, nadživeti, odžaliti", "инјекција, конјугација, Танјуг, надживети, оджалити"),
        ("JN 12/2019-U, čl. 5", "ЈН 12/2019-У, чл. 5"),
        ("већ ћирилица", "већ ћирилица"),
    ],
)
def test_latin_becomes_cyrillic_and_known_seams_are_kept(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic


def test_the_quick_way_agrees_with_the_careful_one_on_lower_case() -> None:
    alphabet = "абвгдђежзијклљмнњопрстћуфхцчџшѓќѕ"
    assert lower_to_latin(alphabet) == to_latin(alphabet)


@pytest.mark.parametrize(
    ("text", "script"), [("набавка", "Cyrl"), ("nabavka", "Latn"), ("ТВ kamera", "Latn"), ("12/2019 —", None)]
)
def test_the_script_of_a_text_is_that_of_most_letters(text: str, script: str | None) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("mixed", "repaired"),
    [
        ("јaвнa", "јавна"),  # Latin a in a Cyrillic word
        ("УГOBOP", "УГОВОР"),  # all its shared shapes Latin, as some PDF producers write them
        ("hikvisiоn", "hikvision"),  # Cyrillic о in a Latin word
        ("јн-it", "јн-it"),  # each run of letters has one script already
        ("шw", "шw"),  # letters that only one script has, of both: nobody can tell
        ("ара", "ара"),
    ],
)
def test_letters_of_the_wrong_script_follow_the_others(mixed: str, repaired: str) -> None:
    assert unmix(mixed) == repaired
