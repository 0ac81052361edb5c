"""SIREN and SIRET keys: published examples and what spreadsheets do to them."""

import pandas as pd
import pytest

from ternois_analysis.sources.intake import is_siren, is_siret, luhn
from ternois_analysis.sources.intake.identifiers import damage


def one(text: str) -> pd.Series:
    return pd.Series([text], dtype="str")


# The seven EPCI of the Ternois (DGCL), La Poste, INSEE's example and a wrong number.
@pytest.mark.parametrize(
    ("siren", "valid"),
    [
        ("246200950", True),
        ("246200893", True),
        ("246200869", True),
        ("246201065", True),
        ("246201073", True),
        ("200035434", True),
        ("200069672", True),
        ("356000000", True),
        ("732829320", True),
        ("123456789", False),
        ("000000000", False),
        ("73282932", False),
        ("73282932O", False),
        ("", False),
    ],
)
def test_a_siren_is_nine_digits_with_a_luhn_key_and_not_all_zeros(siren: str, valid: bool) -> None:
    assert is_siren(one(siren)).item() is valid


# La Poste's establishments may fail Luhn if their digits add up to a multiple of 5 (INSEE).
@pytest.mark.parametrize(
    ("siret", "valid", "by_luhn"),
    [
        ("73282932000074", True, True),
        ("73282932000075", False, False),
        ("35600000000048", True, True),
        ("35600000049837", True, False),
        ("35600000000001", True, False),
        ("7328293200007", False, False),
        ("00000000000000", False, True),
    ],
)
def test_a_siret_has_a_luhn_key_or_is_of_la_poste_and_is_not_all_zeros(
    siret: str, valid: bool, by_luhn: bool
) -> None:
    assert is_siret(one(siret)).item() is valid
    assert luhn(one(siret), 14).item() is by_luhn


def test_keys_are_checked_on_the_whole_column_at_once() -> None:
    column = pd.Series(["732829320", "", "123456789", "356000000"], index=[5, 6, 7, 8], dtype="str")
    pd.testing.assert_series_equal(
        is_siren(column), pd.Series([True, False, False, True], index=[5, 6, 7, 8])
    )


@pytest.mark.parametrize(
    ("text", "reason", "proposal"),
    [
        ("7,32829E+13", "scientifique", "Sirene"),
        ("7.32829E+13", "scientifique", "Sirene"),
        ("00000000000000", "que des zéros", ""),
        ("73282932000075", "clé de contrôle", "Sirene"),
        ("1234", "4 caractères", ""),
        ("", "absent", ""),
    ],
)
def test_a_damaged_siret_is_explained_without_repeating_it(
    text: str, reason: str, proposal: str
) -> None:
    said, _, advice = damage(one(text), 14).item().partition("\t")
    assert reason in said
    assert proposal in advice
    assert not text or text not in said + advice


def test_thirteen_digits_that_a_zero_completes_are_proposed_not_mended() -> None:
    # Luhn by hand, from the right: 0, 2, 0, 0, 0, 16 -> 7, 7, 12 -> 3, 5, 8, 3, 4, 1, 0 make 40.
    whole = "01234567800010"
    assert is_siret(one(whole)).item()
    said, _, advice = damage(one(whole[1:]), 14).item().partition("\t")
    assert said == "13 chiffres : un tableur a retiré les zéros de tête"
    assert advice.startswith("compléter par 1 zéro")
