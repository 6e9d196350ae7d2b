"""Numbers of registers: read where a label names them, flagged where the check digit fails, never a citizen's."""

from __future__ import annotations

import pytest

from archive.text.folding import fold
from indexer.facts.identifiers import is_valid, printed


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
