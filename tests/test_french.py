"""French numbers and typography, with the examples of the Imprimerie nationale and of INSEE."""

import math

import pytest

from ternois_analysis import french

NARROW, FIXED, MINUS = "\u202f", "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (37150, 0, f"37{NARROW}150"),
        (0, 0, "0"),
        (999, 0, "999"),
        (1000, 0, f"1{NARROW}000"),
        (1234567.891, 2, f"1{NARROW}234{NARROW}567,89"),
        (-0.547885, 1, f"{MINUS}0,5"),
        (0.5, 0, "1"),
        (-0.5, 0, f"{MINUS}1"),
        (2.5, 0, "3"),
        (2.675, 2, "2,68"),
        (-0.04, 1, "0,0"),
        (math.nan, 1, "n.d."),
        (None, 0, "n.d."),
    ],
)
def test_numbers_are_grouped_by_narrow_spaces_and_rounded_half_away_from_zero(
    value, decimals, text
):
    assert french.number(value, decimals) == text


def test_an_infinite_value_is_refused():
    with pytest.raises(ValueError, match="infinite"):
        french.number(math.inf)


def test_units_follow_a_no_break_space():
    assert french.quantity(3.77778, "%", 1) == f"3,8{FIXED}%"
    assert french.quantity(1234.5, "€", 2) == f"1{NARROW}234,50{FIXED}€"
    assert french.quantity(-0.547885, "%", 1) == f"{MINUS}0,5{FIXED}%"
    assert french.quantity(math.nan, "%", 1) == "n.d."


def test_a_signed_number_says_plus_but_zero_does_not():
    assert french.number(3.2, 1, sign=True) == f"+{NARROW}3,2"
    assert french.number(0.01, 1, sign=True) == "0,0"
    assert french.number(-3.2, 1, sign=True) == f"{MINUS}3,2"


def test_an_interval_is_in_brackets_with_a_semicolon():
    assert french.interval(195, 230) == f"[195{NARROW}; 230]"
    assert french.interval(1.25, 2.0, "%", 1) == f"[1,3{NARROW}; 2,0]{FIXED}%"


def test_dates_quarters_and_ordinals():
    assert french.date("2026-01-01") == f"1er{FIXED}janvier 2026"
    assert french.date("2026-07-10") == f"10{FIXED}juillet 2026"
    assert french.date("2022") == "2022"
    assert french.date("2019-02") == "février 2019"
    assert french.quarter("2026Q3") == f"T3{FIXED}2026"
    assert french.ordinal(1) == "1er"
    assert french.ordinal(1, feminine=True) == "1re"
    assert french.ordinal(2) == "2e"


def test_plural_starts_at_two_in_french():
    assert french.plural(1.5, "commune") == "commune"
    assert french.plural(0, "commune") == "commune"
    assert french.plural(2, "commune") == "communes"
    assert french.plural(2, "cheval", "chevaux") == "chevaux"


def test_de_is_elided_and_contracted():
    assert french.of("Pays du Ternois") == "de Pays du Ternois"
    assert french.of("le Pays du Ternois") == "du Pays du Ternois"
    assert french.of("les 7 Vallées") == "des 7 Vallées"
    assert french.of("la CC du Pernois") == "de la CC du Pernois"
    assert french.of("Anvin") == "d’Anvin"
    assert french.of("Équirre") == "d’Équirre"
    assert french.of("Heuchin") == "d’Heuchin"


def test_running_text_gets_its_no_break_spaces_once():
    raw = "« Construire et rénover » : 12 000 € ; l'artisan ? 3,8 % !"
    fine = french.typeset(raw)
    assert fine == (
        f"«{FIXED}Construire et rénover{FIXED}»{FIXED}: 12{NARROW}000{FIXED}€{NARROW}; "
        f"l’artisan{NARROW}? 3,8{FIXED}%{NARROW}!"
    )
    assert french.typeset(fine) == fine


def test_addresses_and_times_in_running_text_are_left_alone():
    assert (
        french.typeset("voir https://www.insee.fr/fr/a?b=c") == "voir https://www.insee.fr/fr/a?b=c"
    )


def test_plain_text_opens_ligatures_and_drops_accents():
    assert french.plain("Œuf-en-Ternois") == "oeuf en ternois"
    assert french.plain("  ÉCOIVRES ") == "ecoivres"
    assert french.plain("ST POL S/ TERNOISE") == "st pol s ternoise"


def test_listing_joins_with_et():
    assert french.listing([]) == ""
    assert french.listing(["a"]) == "a"
    assert french.listing(["a", "b", "c"]) == "a, b et c"
