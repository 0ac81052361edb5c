"""Tables and alternative texts: what they say, in French, and what they keep."""

import pytest
from display_samples import CAPTION, communes, indicator, row, table

from ternois_analysis.display import alt, tables
from ternois_analysis.display.classes import classes
from ternois_analysis.errors import ReportError, SecrecyError

COUNT = indicator(nature="count", unit="", decimals=0, short="Habitants", breaks=(), interval=None)
ENTRIES = {"vacancy_rate_pct": indicator(), "population": COUNT}


def both() -> list[dict]:
    return [
        row("pays", "Pays du Ternois", 37150.0, indicator="population", period="2022"),
        row("cc", "CC de l'Auxilois", 4877.0, indicator="population", period="2022"),
        row("pays", "Pays du Ternois", 9.46, low=9.1, high=10.0),
        row("cc", "CC de l'Auxilois", None, status="n.s."),
    ]


def test_table_has_indicators_by_territories_with_intervals_and_signs():
    block = tables.table(table(both()), ENTRIES, CAPTION)
    assert list(block.table.columns) == ["Indicateur", "Pays du Ternois", "CC de l’Auxilois"]
    assert block.table.to_numpy().tolist() == [
        ["Habitants\n2022", "37\u202f150", "4\u202f877"],
        ["Logements vacants\u00a0(%)\n2021", "9,5\n[9,1\u202f; 10,0]", "n.s."],
    ]


def test_table_explains_intervals_and_signs_under_it():
    note = tables.table(table(both()), ENTRIES, CAPTION).note
    assert note == (
        "Entre crochets, intervalle à 95\u00a0% (variabilité de modèle). "
        "n.s.\u00a0: non significatif, effectif trop faible."
    )


def test_table_without_intervals_says_nothing_of_them():
    assert tables.table(table(both()[:2]), ENTRIES, CAPTION).note == ""


def test_categories_have_their_own_rows():
    rows = [row("pays", "Pays", 25.0, category=name) for name in ("hommes", "femmes")]
    made = tables.table(table(rows), ENTRIES, CAPTION).table
    assert list(made["Logements vacants\u00a0(%), 2021"]) == ["hommes", "femmes"]
    rows[1]["period"] = "2022"
    made = tables.table(table(rows), ENTRIES, CAPTION).table
    assert list(made["Logements vacants\u00a0(%)"]) == ["hommes\n2021", "femmes\n2022"]
    others = [row("pays", "Pays", 1.0, indicator="population", category="hommes")]
    heads = tables.table(table([*rows, *others]), ENTRIES, CAPTION).table["Indicateur"]
    assert list(heads) == [
        "Logements vacants\u00a0(%), hommes\n2021", "Logements vacants\u00a0(%), femmes\n2022",
        "Habitants, hommes\n2021",
    ]  # fmt: skip


def test_a_ninth_column_is_refused():
    rows = [row(f"t{k}", f"T{k}", 1.0) for k in range(8)]
    assert len(tables.table(table(rows[:7]), ENTRIES, CAPTION).table.columns) == 8
    with pytest.raises(ReportError, match="at most 7"):
        tables.table(table(rows), ENTRIES, CAPTION)


def test_two_periods_in_one_cell_are_refused():
    rows = [row("pays", "Pays", 1.0, period=p) for p in ("2020", "2021")]
    with pytest.raises(ReportError, match="one period"):
        tables.table(table(rows), ENTRIES, CAPTION)


def test_table_refuses_a_hidden_number():
    rows = both()
    rows[3]["value"] = 12.0
    with pytest.raises(SecrecyError):
        tables.table(table(rows), ENTRIES, CAPTION)


def test_listing_is_alphabetical_whatever_the_values():
    listed = tables.listing(communes([5.0, None, 9.0, 20.0], ["ok", "s", "ok", "ok"]), indicator())
    assert listed.to_numpy().tolist() == [
        ["Anvin", "s"], ["Croisette", "20,0"], ["Écoivres", "5,0"], ["Eps", "9,0"],
    ]  # fmt: skip


def test_listing_has_a_column_for_intervals_only_if_there_are_any():
    values = communes([5.0, 7.0, 9.0, 20.0])
    assert "Intervalle" not in tables.listing(values, indicator())
    values.loc[0, ["low", "high"]] = [4.0, 6.0]
    intervals = tables.listing(values, indicator())["Intervalle"]
    assert list(intervals) == ["", "", "[4,0\u202f; 6,0]", ""]


def test_crossed_table_has_periods_in_time_order_by_territories():
    rows = [row(t, t, 1.0, period=p) for t, p in (("A", "2022"), ("A", "2016"), ("B", "2022"))]
    crossed = tables.crossed(table(rows), indicator(), "period")
    assert crossed.to_numpy().tolist() == [["2016", "1,0", "–"], ["2022", "1,0", "1,0"]]
    assert list(crossed.columns) == ["Période", "A", "B"]


def test_alternative_text_of_a_map_has_range_median_classes_and_hidden_counts():
    values = communes([5.0, 7.0, None, 9.0], ["ok", "ok", "s", "ok"])
    assert alt.classed(values, indicator(), classes(indicator())) == (
        "Carte : Part des logements vacants, 2021, 4 territoires. "
        "Valeurs affichées : de 5,0\u00a0% à 9,0\u00a0%, médiane 7,0\u00a0%. "
        "Nombre de territoires par classe : moins de 6 : 1 ; de 6 à moins de 8 : 1 ; "
        "de 8 à moins de 10 : 1 ; de 10 à moins de 12 : 0 ; 12 ou plus : 0. "
        "Valeurs non affichées : 1 au titre du secret statistique."
    )


def test_alternative_text_never_names_what_is_hidden():
    values = communes([500.0, None, 90.0, 20.0], ["ok", "s", "ok", "ok"])
    text = alt.counted(values, COUNT)
    assert "Les plus grands cercles : Écoivres (500), Eps (90) et Croisette (20)." in text
    bars = alt.compared(values, COUNT, "Barres")
    classed = alt.classed(values, COUNT, classes(indicator()))
    assert not [written for written in (text, bars, classed) if "Anvin" in written]


def test_alternative_text_of_lines_gives_both_ends():
    rows = [row("p", "Pays", v, period=p) for v, p in ((38395.0, "2016"), (36913.0, "2023"))]
    rows.append(row("c", "CC", 4000.0, period="2016"))
    along = {"2016": "2016", "2023": "2023"}
    text = alt.lines(table(rows), COUNT, "period", along)
    assert "Pays : de 38\u202f395 (2016) à 36\u202f913 (2023) ; CC : 4\u202f000 (2016)." in text


def test_alternative_text_of_nothing_shown_gives_no_numbers():
    text = alt.classed(communes([None] * 4, ["n.d."] * 4), indicator(), classes(indicator()))
    assert "médiane" not in text
    assert "par classe" not in text
    assert "4 faute de données" in text
