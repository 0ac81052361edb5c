import pytest
from mini import house, pages
from nbformat import v4

from ternois_analysis.errors import ReportError
from ternois_analysis.publish import evidence
from ternois_analysis.publish.cited import cited


def notebook(*blocks):
    cells = [
        v4.new_code_cell(outputs=[v4.new_output("display_data", data=b._repr_mimebundle_())])
        for b in blocks
    ]
    return v4.new_notebook(cells=cells)


def figure(*given, **options):
    return pages.page("pays", "2026Q2", "public").figure(*given, **options)


def test_each_value_is_written_once_in_a_fixed_order_with_all_its_digits(tmp_path):
    one = evidence.rows(notebook(figure("b_pct", 0.1 + 0.2), figure("a_pct", 7)))
    two = evidence.rows(notebook(figure("a_pct", 7)))
    evidence.write({"02": two, "01": one}, tmp_path)
    start = '2026Q2,public,pays,"Le pays, dit « mini »",'
    assert (tmp_path / "values.csv").read_bytes().decode() == (
        "quarter,audience,territory,territory_label,indicator,category,period,"
        "value,low,high,n,status,note,source,millesime,synthetic\n"
        f"{start}a_pct,,2023,7.0,,,120.0,ok,,mini,2023,false\n"
        f"{start}a_pct,petits,2023,,,,,s,,mini,2023,false\n"
        f"{start}b_pct,,2023,0.30000000000000004,,,120.0,ok,,mini,2023,false\n"
        f"{start}b_pct,petits,2023,,,,,s,,mini,2023,false\n"
    )


def test_pages_that_print_the_same_agree():
    rows = evidence.rows(notebook(figure("a_pct", 7)))
    assert evidence.stale({"01": rows, "02": rows}, ["02"]) == []


def test_an_earlier_page_that_prints_another_figure_is_stale():
    new, old = (evidence.rows(notebook(figure("a_pct", n))) for n in (7, 8))
    assert evidence.stale({"01": old, "02": new}, ["02"]) == ["01"]


def test_two_new_pages_that_disagree_are_refused():
    new, old = (evidence.rows(notebook(figure("a_pct", n))) for n in (7, 8))
    with pytest.raises(ReportError, match=r"a_pct .*printed by 01 and by 02"):
        evidence.stale({"01": old, "02": new}, ["01", "02"])


def test_one_invented_value_makes_a_page_synthetic():
    assert not evidence.is_synthetic(notebook(figure("a_pct")))
    assert evidence.is_synthetic(notebook(figure("a_pct"), figure("b_pct", synthetic=True)))


def test_the_sources_of_a_value_made_of_two_are_both_named():
    made = notebook(figure("a_pct"))
    bundle = made.cells[0].outputs[0].data[pages.MIME]
    bundle["values"][0]["source"] = "recensement+areas"
    assert evidence.sources_of(made) == {"recensement", "areas", "mini"}


def test_the_files_of_a_source_are_cited_together():
    files = house.FakeObservatory("2026Q2", "public").sources_used()
    older = files[0] | {"millesime": "2022", "sha256": "0123456789abcdef"}
    second = files[0] | {"sha256": "ef" * 32, "synthetic": True}
    (made,) = cited([*files, older, second], {"mini"})
    assert made.millesimes == "2022 et 2023"
    assert made.fingerprints == (("2022", "0123456789ab"), ("2023", "2 fichiers"))
    assert made.synthetic
