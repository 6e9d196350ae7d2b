"""Numbers of registers: read where a label names them, flagged where the check digit fails, never a citizen's."""

from __future__ import annotations

import pytest

from archive.text.folding import fold
from indexer.facts.identifiers import at_once, is_valid, printed


@pytest.mark.parametrize(
    "passage",
    [
        "PIB: 100000024, matični broj: 10000004",
        "ПИБ 100000024, МБ 10000004",
        "poreski identifikacioni broj (PIB): 100 000 024, mat. br. 10000004",
        "sa matičnim brojem: 10000004 i poreski broj 100000024",
        "tax number 100000024, registration number 10000004",
        "PIB:\n100000024\nmatični ‘broj: 10000004",
        "Matični br: 10000004 Poreski br: 100000024",
        "PIB ponuđača: 100000024, matični broj ponuđača: 10000004",
        "PIB/MB: 100000024 / 10000004",
        "MB/PIB: 10000004, 100000024",
        "PIB i matični broj: 100000024; 10000004",
        "Poreski identifikacioni broj – PIB: 100000024, matični broj – MB 10000004",
        "PIB dobavljača 100000024 MB dobavljača 10000004",
        "ПИБ извођача: 100000024, матични број извођача: 10000004",
        "P.I.B. 100000024 M.B. 10000004",
        "PIB: RS100000024, MB: 10000004",
        "PIB:100000024/MB:10000004",
        "PIB=100000024, MB=10000004",
        "PIB (poreski broj): 100000024, MB (matični): 10000004",
        "PIB: 100-000-024, MB: 10000004",
        "PIB: 100000024 MAT.BR: 10000004",
        "mat.broj 10000004 por.br. 100000024",
        "Company ID (MB): 10000004, TIN (PIB): 100000024",
        "PIB pružaoca usluga: 100000024; MB pružaoca usluga: 10000004",
        "VAT No. RS 100000024, Reg. No. 10000004",
    ],
)
def test_labels_of_pib_and_register_number(passage: str) -> None:
    """Both scripts, abbreviated and spelled out, in a case, in English, over line ends."""
    found = printed(" ".join(map(fold, passage.split(" "))))
    assert (found["pib"], found["mb"]) == ("100000024", "10000004")


@pytest.mark.parametrize(
    ("register", "number", "valid"),
    [
        ("pib", "100000024", True),
        ("pib", "100000025", False),
        ("mb", "17000001", False),
        ("mb", "17000004", True),
        ("jib", "4200000000004", True),
        ("jib", "4200000000009", False),
        ("jib", "4231567891239", True),
        ("jib", "4987654321985", True),
        ("mb", "12345674", True),
        ("mb", "98765433", True),
        ("pib", "123456788", True),
        ("pib", "987654328", True),
    ],
)
def test_check_digits(register: str, number: str, valid: bool) -> None:
    """The last digit follows from the others, each register by its own rule."""
    assert is_valid(register, number) is valid


@pytest.mark.parametrize(
    ("register", "number"),
    [("pib", "123456788"), ("mb", "12345674"), ("jib", "4231567891239"), ("jib", "4987654321985")],
)
def test_one_wrong_digit_is_noticed_wherever_it_stands(register: str, number: str) -> None:
    wrong = {f"{number[:at]}{digit}{number[at + 1 :]}" for at in range(len(number)) for digit in "0123456789"} - {
        number
    }
    assert not [each for each in wrong if is_valid(register, each)]


def test_number_that_fails_its_check_is_kept_and_flagged() -> None:
    """A misprint is reported as printed."""
    assert printed("pib: 100000025, mb: 17000004") == {"pib": "100000025", "mb": "17000004", "check_failed": "pib"}


def test_bosnian_number_is_read_and_a_citizen_s_is_not() -> None:
    """Thirteen digits are a JIB only if they begin with 4; a JMBG never becomes an id."""
    for label in ("jib:", "identifikacijski broj:", "identifikacioni broj (id):", "jedinstveni identifikacioni broj"):
        assert printed(f"{label} 4200000000004") == {"jib": "4200000000004"}
    assert printed("id broj: 0101970710001, jmbg 0101970710001, mb 0101970710001, pib 0101970710001") == {}


def test_digits_without_a_label_or_of_another_length_are_no_ids() -> None:
    """Account and telephone numbers stand beside firms too."""
    assert printed("100000024, racun 138-0000000155792-49, pib ________, mb 1234567, telefon 10000004") == {}


def test_the_tax_number_of_montenegro_is_a_registration_number() -> None:
    assert printed("pib: 10000004") == {"pib": "10000004"} | {"check_failed": "pib"}
    assert printed("pib: 17000004") == {"pib": "17000004"}


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        (" 100000024 ", {"pib": "100000024"}),
        (", 4200000000004", {"jib": "4200000000004"}),
        (" (100000024)", {"pib": "100000024"}),
        (" 100000025 ", {}),
        (" racun 100000024", {}),
        (" 1000000240", {}),
    ],
)
def test_a_number_at_once_after_a_name_needs_no_label(passage: str, found: dict[str, str]) -> None:
    assert at_once(passage) == found
