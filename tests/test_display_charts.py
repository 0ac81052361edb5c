"""Charts: what they write, in which order, and what they leave out."""

import re

import numpy as np
import pandas as pd
import pytest
from display_samples import CAPTION, communes, indicator, row, table, texts

from ternois_analysis.display import charts
from ternois_analysis.display.charts import frame
from ternois_analysis.display.verdicts import verdict
from ternois_analysis.errors import ReportError

COUNT = indicator(nature="count", unit="", decimals=0, short="Habitants", breaks=(), interval=None)


def a_series(labels=("Pays du Ternois", "France"), hidden=()) -> pd.DataFrame:
    rows = [
        row(label, label, 36000.0 + 100 * rank + int(period), period=period)
        for rank, label in enumerate(labels)
        for period in ("2016", "2018", "2020", "2022")
    ]
    for line in rows:
        if (line["territory"], line["period"]) in hidden:
            line.update(value=None, status="s")
    return table(rows)


def structure(**changes) -> pd.DataFrame:
    parts = {"Moins de 20 ans": 25.0, "De 20 à 64 ans": 53.5, "65 ans ou plus": 21.5} | changes
    return table(
        [
            row(label, label, value, category=name)
            for label in ("Pays du Ternois", "France")
            for name, value in parts.items()
        ]
    )


def spread(value=10.5, low=9.9, high=11.1, status="ok", reference=8.0) -> pd.DataFrame:
    others = [row(f"epci-{k}", f"EPCI {k}", 5.0 + k) for k in range(6)]
    shown = status == "ok"
    own = row(
        "pays",
        "Pays du Ternois",
        value if shown else None,
        low=low if shown else None,
        high=high if shown else None,
        status=status,
    )
    return table([own, row("region", "Hauts-de-France", reference), *others])


def a_spine(values=None, **changes):
    return charts.spine(
        spread() if values is None else values,
        {"vacancy_rate_pct": indicator(**changes)},
        CAPTION,
        territory="pays",
        reference="region",
    )


def limits() -> pd.DataFrame:
    sizes = np.array([10.0, 100.0, 1000.0])
    return pd.DataFrame({
        "n": sizes, "low_95": [0.0, 4.0, 7.0], "high_95": [30.0, 15.0, 11.0],
        "low_998": [0.0, 1.0, 6.0], "high_998": [45.0, 20.0, 12.0],
    })  # fmt: skip


def a_funnel(numbers=(9.0, 17.0, 25.0, 5.0), statuses=None):
    values = communes(list(numbers), statuses)
    values.loc[values["status"] == "ok", "n"] = 100.0
    return charts.funnel(values, limits(), indicator(), CAPTION, target=9.0, base="logements")


def a_survival(hidden=()):
    return charts.survival(
        table(
            [
                row("pays", "Pays du Ternois", None if hide else 100.0 - m, category=str(m),
                    low=None if hide else 95.0 - m, high=None if hide else 100.0,
                    n=None if hide else 500.0 - m, status="s" if hide else "ok")
                for m in (0, 6, 12, 24)
                for hide in [m in hidden]
            ]
        ),
        indicator(decimals=0), CAPTION,
    )  # fmt: skip


ALL = {
    "series": lambda: charts.series(a_series(), COUNT, CAPTION),
    "bars": lambda: charts.bars(communes([5.0, 7.0, 9.0, 20.0]), indicator(), CAPTION),
    "ages": lambda: charts.ages(structure(), indicator(), CAPTION),
    "spine": a_spine,
    "funnel": a_funnel,
    "survival": a_survival,
}


@pytest.mark.parametrize("name", ALL)
def test_chart_gives_the_same_bytes_twice(name):
    assert ALL[name]().to_html() == ALL[name]().to_html()


@pytest.mark.parametrize("name", ALL)
def test_chart_has_alternative_text_table_and_values(name):
    block = ALL[name]()
    assert block.kind == "chart"
    assert len(block.alt) > 40
    assert len(block.table) > 0
    assert len(block.values) > 0
    assert "<desc id=" in block.svg


@pytest.mark.parametrize("name", ALL)
def test_numbers_of_a_chart_are_french(name):
    written = texts(ALL[name]().svg)
    assert not [text for text in written if re.search(r"\d\.\d|\d \d{3}", text)]


@pytest.mark.parametrize("name", ALL)
def test_texts_of_a_chart_stay_on_the_sheet(name):
    svg = ALL[name]().svg
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    shifts = {"start": 0.0, "middle": 0.5, "end": 1.0}
    pattern = r'<text style="([^"]*)" x="([-\d.]+)" y="([-\d.]+)" textLength="([\d.]+)"'
    found = re.findall(pattern, svg)
    assert len(found) > 4
    for style, x, y, length in found:
        anchor = re.search(r"text-anchor: (\w+)", style)
        left = float(x) - shifts[anchor[1] if anchor else "start"] * float(length)
        assert -0.6 <= left <= left + float(length) <= width + 0.6
        assert 6 <= float(y) <= height


def test_years_have_no_separator():
    written = texts(charts.series(a_series(), COUNT, CAPTION).svg)
    assert {"2016", "2018", "2020", "2022"} <= set(written)
    assert "38\u202f022" in " ".join(written)


def test_line_with_a_hidden_value_is_broken_and_its_sign_stands_below():
    values = a_series(hidden={("France", "2018")})
    block = charts.series(values, COUNT, CAPTION)
    orange = r'd="([^"]*)" style="fill: none; stroke-dasharray[^"]*stroke: #d55e00'
    line = re.search(orange, block.svg)
    assert line[1].upper().count("M") == 2
    assert texts(block.svg).count("s") == 1
    assert len(block.table) == 4


def test_axis_that_does_not_start_at_zero_says_so():
    assert "ne commence pas à zéro" in charts.series(a_series(), COUNT, CAPTION).note
    low = a_series().assign(value=[0.0, 1, 2, 3, 4, 5, 6, 7])
    assert "zéro" not in charts.series(low, COUNT, CAPTION).note


def test_first_line_has_its_interval_as_a_band():
    values = a_series().assign(low=36000.0, high=39000.0)
    assert "opacity: 0.16" in charts.series(values, COUNT, CAPTION).svg
    assert "opacity: 0.16" not in charts.series(a_series(), COUNT, CAPTION).svg


def test_a_seventh_line_is_refused():
    with pytest.raises(ReportError, match="at most 6"):
        charts.series(a_series(labels=tuple("abcdefg")), COUNT, CAPTION)


def test_quarters_are_written_as_the_french_do():
    values = a_series(labels=("Pays",)).assign(period=["2025Q3", "2025Q4", "2026Q1", "2026Q2"])
    assert "T2\u00a02026" in texts(charts.series(values, COUNT, CAPTION).svg)


def test_ticks_are_named_from_the_last_and_never_touch():
    assert frame.thinned([0, 10, 20, 30, 40], ["2016"] * 5) == [1, 4]
    assert frame.thinned([0, 100, 200], ["2016"] * 3) == [0, 1, 2]
    assert frame.thinned([0, 5, 100], ["2016", "2017", "2023"]) == [1, 2]


def test_bars_are_alphabetical_unless_told():
    values = communes([5.0, 7.0, 9.0, 20.0])
    names = ["Anvin", "Croisette", "Écoivres", "Eps"]
    assert [t for t in texts(charts.bars(values, indicator(), CAPTION).svg) if t in names] == names
    given = texts(charts.bars(values, indicator(), CAPTION, order="given").svg)
    assert [t for t in given if t in names] == ["Écoivres", "Anvin", "Eps", "Croisette"]


def test_hidden_bar_is_a_sign_at_its_alphabetical_place():
    values = communes([5.0, None, 9.0, 20.0], ["ok", "s", "ok", "ok"])
    block = charts.bars(values, indicator(), CAPTION)
    assert texts(block.svg).count("s") == 1
    assert block.svg.count("stroke: #0072b2; stroke-width: 0.8") == 3
    assert list(block.table.iloc[0]) == ["Anvin", "s"]


def test_reference_of_bars_is_a_named_line_and_not_a_bar():
    values = pd.concat([communes([5.0, 7.0, 9.0, 20.0]), table([row("region-32", "Région", 8.1)])])
    block = charts.bars(values, indicator(), CAPTION, reference="region-32")
    assert "Région 8,1\u00a0%" in texts(block.svg)
    assert block.svg.count("stroke: #0072b2; stroke-width: 0.8") == 4
    assert len(block.table) == 5


def test_bars_refuse_a_territory_that_is_not_there():
    with pytest.raises(ReportError, match="nowhere"):
        charts.bars(communes([5.0, 7.0, 9.0, 20.0]), indicator(), CAPTION, highlight="nowhere")


def test_negative_bars_have_their_number_on_the_outer_side():
    change = indicator(nature="change", breaks=(0.0,), interval=None)
    written = texts(charts.bars(communes([-1.2, 0.4, -0.1, 0.0]), change, CAPTION).svg)
    assert {"\u22121,2", "+\u202f0,4", "\u22120,1", "0,0"} <= set(written)


def test_structure_keeps_the_order_of_its_parts():
    written = texts(charts.ages(structure(), indicator(), CAPTION).svg)
    assert written[:3] == ["Moins de 20 ans", "De 20 à 64 ans", "65 ans ou plus"]
    assert written[3:7] == ["Pays du Ternois", "25,0", "53,5", "21,5"]


def test_structure_with_a_hidden_part_has_no_bar_at_all():
    values = structure()
    values.loc[1, ["value", "status"]] = [np.nan, "s"]
    written = texts(charts.ages(values, indicator(), CAPTION).svg)
    place = written.index("Pays du Ternois")
    assert written[place : place + 3] == ["Pays du Ternois", "s", "France"]


def test_parts_that_do_not_add_up_to_a_hundred_are_refused():
    with pytest.raises(ReportError, match="adding up to 100"):
        charts.ages(structure(**{"De 20 à 64 ans": 40.0}), indicator(), CAPTION)


@pytest.mark.parametrize(
    ("direction", "low", "high", "material", "word"),
    [
        ("unfavourable", 9.9, 11.1, 1.0, "défavorable"),
        ("favourable", 9.9, 11.1, 1.0, "favorable"),
        ("neutral", 9.9, 11.1, 1.0, "plus élevé"),
        ("unfavourable", 7.9, 13.0, 1.0, "non significatif"),
        ("unfavourable", 9.9, 11.1, 3.0, "écart faible"),
        ("unfavourable", np.nan, np.nan, 1.0, "non testé"),
    ],
)
def test_gap_counts_only_if_interval_and_material_gap_agree(direction, low, high, material, word):
    values = spread(low=low, high=high)
    entry = indicator(direction=direction, material=material)
    assert verdict(values.iloc[0], values.iloc[1], entry).word == word


def test_gap_to_a_hidden_reference_is_not_available():
    values = spread(reference=None)
    values.loc[1, "status"] = "n.d."
    assert verdict(values.iloc[0], values.iloc[1], indicator()).word == "non disponible"
    assert verdict(values.iloc[1], values.iloc[0], indicator()).word == "non disponible"


def test_verdicts_differ_by_shape_and_word_not_by_colour_alone():
    from ternois_analysis.display import verdicts as v

    found = [v.FAVOURABLE, v.UNFAVOURABLE, v.HIGHER, v.LOWER, v.NOT_SIGNIFICANT]
    assert len({verdict.word for verdict in found}) == 5
    assert len({verdict.glyph for verdict in found}) == 5


def test_spine_writes_value_interval_reference_and_word():
    written = texts(a_spine().svg)
    assert {"10,5", "[9,9\u202f; 11,1]", "8,0", "défavorable"} <= set(written)
    assert "■ défavorable" in a_spine().to_html()


def test_spine_turns_unfavourable_indicators_to_the_left():
    def marker(block, colour):
        return min(float(x) for x in re.findall(rf'x="([\d.]+)"[^>]*fill: {colour}', block.svg))

    centre = float(re.search(r"M([\d.]+) [\d.]+L\1 [\d.]+", a_spine().svg)[1])
    assert marker(a_spine(), "#b34700") < centre
    assert marker(a_spine(direction="favourable"), "#0072b2") > centre


def test_spine_without_the_territory_or_its_reference_is_refused():
    for missing in ("pays", "region"):
        values = spread()
        with pytest.raises(ReportError, match="one value of pays, region"):
            a_spine(values.loc[values["territory"] != missing])


def test_hidden_territory_has_no_marker_on_its_spine():
    block = a_spine(spread(status="s"))
    assert "non disponible" in texts(block.svg)
    assert block.svg.count("<use") == 1


def test_funnel_counts_those_within_and_beyond_the_limits():
    text = a_funnel().alt.replace("\u00a0", " ")
    assert "2 dans les limites à 95 %, 1 entre les limites à 95 % et à 99,8 %, 1 au-delà." in text


def test_funnel_names_only_those_beyond_the_outer_limits():
    written = texts(a_funnel().svg)
    assert "Eps" in written
    assert not {"Anvin", "Croisette", "Écoivres"} & set(written)


def test_funnel_leaves_out_what_is_hidden():
    block = a_funnel((9.0, 17.0, None, 5.0), ["ok", "ok", "s", "ok"])
    assert "3 territoires" in block.alt
    assert "Eps" not in block.alt + block.svg


def test_funnel_without_limits_or_sizes_is_refused():
    values = communes([9.0, 17.0, 25.0, 5.0])
    short = limits().drop(columns="low_95")
    for given, bounds in ((values, limits()), (values.assign(n=10.0), short)):
        with pytest.raises(ReportError, match="values with a size"):
            charts.funnel(given, bounds, indicator(), CAPTION, target=9.0, base="logements")


def test_survival_writes_how_many_are_followed():
    written = texts(a_survival().svg)
    assert {"500", "494", "488", "476"} <= set(written)
    assert "Pays du Ternois 76\u00a0%" in written


def test_survival_stops_at_the_first_hidden_value():
    block = a_survival(hidden=[12])
    assert "Pays du Ternois 94\u00a0%" in texts(block.svg)
    assert not {"488", "476"} & set(texts(block.svg))
    assert "(6 mois)" in block.alt


def test_a_fifth_survival_curve_is_refused():
    values = table([row(n, n, 100.0, category="0") for n in "abcde"])
    with pytest.raises(ReportError, match="at most 4"):
        charts.survival(values, indicator(), CAPTION)
