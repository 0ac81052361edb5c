"""Diagnoses, recognised businesses, dossiers and contacts: counted, reweighted, kept from eyes."""

import pandas as pd
import pytest
from energy_files import (
    DPE_HEAD,
    EIE_HEAD,
    FREVENT,
    MARKED,
    OPAH_HEAD,
    POL,
    RGE_HEAD,
    VITZ,
    dossier,
    dpe,
    rge,
    write,
)

from ternois_analysis import sources
from ternois_analysis.display.energy import Energy
from ternois_analysis.display.material import material
from ternois_analysis.display.renovation import Renovation
from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.observatory import energy, installing, renovation
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse
from ternois_analysis.sources import installed
from ternois_analysis.sources.install import install

SIRETS = ("00000000100008", "00000000200006", "00000000300004")


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture(scope="module")
def ground():
    """The communes of the bundle."""
    return installing.ground()


def door(audience="public"):
    return Observatory(parse("2026Q3"), audience)


def table(source, level="commune"):
    (file,) = (f for f in installed.files(source) if f.level == level)
    return sources.read(source, file.millesime, part=file.part)


def texts_of(store):
    return b"".join(path.read_bytes() for path in store.rglob("*") if path.is_file())


# --- Diagnoses ------------------------------------------------------------------------------------


def diagnoses(folder, rows, separator=",", head=DPE_HEAD):
    return write(folder / "dpe.csv", head, rows, separator)


def test_the_newest_diagnosis_of_a_number_is_counted_once(store, ground, tmp_path):
    rows = [
        dpe("A", day="2026-10-02"), dpe("B", day="2023-01-01", label="G"), dpe("B", label="E"),
        dpe("C", label="F"), dpe("D", label=""), dpe("E", day="2021-06-30"),
        dpe("F", kind="immeuble"), dpe("G", commune=""), dpe("H", label="B", kind="appartement",
                                                             period="2013-2021"),
    ]  # fmt: skip
    receipt = install("dpe", [diagnoses(tmp_path, rows)], ground).receipt
    assert receipt.millesime == "2026Q3"
    own = table("dpe").loc[POL]
    # B once and with its newest label, C and H; A is of the next quarter.
    assert (own["dpe_dwellings"], own["dpe_fg"], own["dpe_by_label#e"]) == (3, 1, 1)
    assert own["dpe_by_stratum#house_pre_1946"] == 2
    assert own["dpe_by_stratum#flat_2006_on"] == 1
    assert len(receipt.left_aside) == 6


def test_a_page_of_the_answer_alone_is_refused(store, ground, tmp_path):
    rows = [dpe(str(i)) for i in range(10_000)]
    with pytest.raises(SourceError, match="one page"):
        install("dpe", [diagnoses(tmp_path, rows)], ground)
    assert installed.receipts() == []


def test_diagnoses_with_a_missing_column_or_codes_as_numbers_are_refused(store, ground, tmp_path):
    head = [name.replace("etiquette_dpe", "etiquette_ges") for name in DPE_HEAD]
    with pytest.raises(SchemaError, match="etiquette_dpe"):
        install("dpe", [diagnoses(tmp_path, [dpe("A")], head=head)], ground)
    with pytest.raises(SchemaError, match="01001"):
        install("dpe", [diagnoses(tmp_path, [dpe("A"), dpe("B", commune="1001")])], ground)


def test_the_share_of_poor_labels_is_unknown_under_a_tenth_of_the_dwellings(
    store, ground, tmp_path
):
    def share(count):
        rows = [dpe("Z", day="2026-10-02"),
                *(dpe(str(i), label="G" if i % 4 == 0 else "C") for i in range(count))]  # fmt: skip
        install("dpe", [diagnoses(tmp_path, rows)], ground)
        found = door().values([f"commune-{POL}"], ["dpe_fg_share_pct"])
        installed.remove("dpe")
        return found.iloc[0]

    # Saint-Pol has some 2 200 main residences.
    assert share(120)["status"] == "n.d."
    assert share(400)["value"] == pytest.approx(25)


def test_strata_are_put_together_until_each_has_enough_diagnoses():
    counts = pd.DataFrame({"dpe": [4, 3, 12, 30, 2], "fg": [4, 2, 6, 3, 0],
                           "weight": [10, 20, 30, 40, 50]})  # fmt: skip
    found = energy.merged(counts, 10)
    assert found["dpe"].tolist() == [19, 32]
    assert found["weight"].tolist() == [60, 90]


def test_reweighting_gives_each_stratum_its_weight_in_the_census():
    counts = pd.DataFrame({"dpe": [100, 50], "fg": [80, 10], "weight": [200, 600]})
    value, error = energy.poststratified(counts)
    # A fourth at 0.8 and three fourths at 0.2; variance 0.0625 × 0.16/100 + 0.5625 × 0.16/50.
    assert value == pytest.approx(0.35)
    assert error == pytest.approx(0.0019**0.5)


def test_without_the_census_the_labels_are_raw_and_the_page_says_what_to_install(
    store, ground, tmp_path
):
    rows = [dpe("Z", day="2026-10-02"), *(dpe(str(i)) for i in range(300))]
    install("dpe", [diagnoses(tmp_path, rows)], ground)
    observatory = door()
    made = Energy(material(observatory, observatory.territory(f"commune-{POL}"))).labels()
    assert "ternois sources install rp_logement" in made.note
    assert "vendre ou louer" in made.note
    assert set(made.values["indicator"]) == {"dpe_coverage_pct", "dpe_fg_share_pct"}


def test_no_address_and_no_number_of_a_diagnosis_is_kept(store, ground, tmp_path):
    rows = [dpe("NUMEROMARQUE", day="2026-10-02"), dpe("NUMEROMARQUE2")]
    install("dpe", [diagnoses(tmp_path, rows)], ground)
    content = texts_of(store)
    assert MARKED[0].encode() not in content
    assert b"NUMEROMARQUE" not in content


# --- Businesses recognised for energy works -------------------------------------------------------


def test_a_business_with_several_qualifications_is_counted_once_on_the_last_day(
    store, ground, tmp_path
):
    rows = [
        rge(SIRETS[0]), rge(SIRETS[0], field="Installations d'énergies renouvelables"),
        rge(SIRETS[1], end="2026-09-29"), rge(SIRETS[2], start="2026-10-05"),
        rge("12345678901234"),
    ]  # fmt: skip
    receipt = install("rge", [write(tmp_path / "rge.csv", RGE_HEAD, rows)], ground).receipt
    assert receipt.millesime == "2026Q3"
    own = table("rge").loc[POL]
    assert (own["rge_businesses"], own["rge_by_field#renewables"]) == (1, 1)
    assert any("SIRET" in told for told in receipt.left_aside)


def test_a_commune_that_stays_in_doubt_is_left_aside_and_counted(store, ground, tmp_path):
    rows = [rge(SIRETS[0], name="VILLE INCONNUE"), rge(SIRETS[1], start="2026-10-01"),
            rge(SIRETS[2], "62270", "FREVENT")]  # fmt: skip
    receipt = install("rge", [write(tmp_path / "rge.csv", RGE_HEAD, rows)], ground).receipt
    assert table("rge").index.tolist() == [FREVENT]
    assert any("commune reste incertaine" in told for told in receipt.left_aside)


def test_with_the_demonstration_register_the_share_of_craft_is_unknown(store, ground, tmp_path):
    rows = [rge(SIRETS[0]), rge(SIRETS[1], start="2026-10-01")]
    install("rge", [write(tmp_path / "rge.csv", RGE_HEAD, rows)], ground)
    observatory = door()
    place = observatory.territory("cc-saint-polois")
    (row,) = energy.rge_share(observatory, [place]).to_dict("records")
    assert (row["status"], row["note"]) == (
        "n.d.", "registre de démonstration : entreprises fictives",
    )  # fmt: skip


def test_neither_name_telephone_nor_number_of_a_business_is_kept(store, ground, tmp_path):
    rows = [rge(SIRETS[0]), rge(SIRETS[1], start="2026-10-01")]
    install("rge", [write(tmp_path / "rge.csv", RGE_HEAD, rows)], ground)
    content = texts_of(store)
    for text in (*MARKED, SIRETS[0], SIRETS[0][:9]):
        assert text.encode() not in content, text
    for level in ("commune", "pairs"):
        assert not table("rge", level).astype(str).isin([SIRETS[0], SIRETS[0][:9]]).any(axis=None)


# --- Dossiers and contacts ------------------------------------------------------------------------


def opah(folder, rows):
    return write(folder / "opah.csv", OPAH_HEAD, rows, ";")


def pays_of_dossiers(observatory):
    """Two dossiers in one CC, many in each of the others."""
    gazetteer = observatory.gazetteer
    parts = gazetteer.facts.territories[gazetteer.facts.pays].parts
    rows = []
    for rank, part in enumerate(parts):
        first = observatory.territory(part).communes[0]
        rows += [dossier(first, settled="10/09/2026")] * (2 if rank == 0 else 20 + rank)
    return parts, rows


def test_what_is_engaged_after_the_quarter_is_left_aside_and_engaged_is_not_settled(
    store, ground, tmp_path
):
    rows = [dossier(settled="10/09/2026"), dossier(), dossier(settled="02/10/2026"),
            dossier(engaged="05/10/2026"), dossier(kind="Adaptation"), dossier(kind="Piscine"),
            dossier(VITZ)]  # fmt: skip
    install("opah", [opah(tmp_path, rows)], ground)
    own = table("opah").loc[POL]
    assert (own["opah_engaged"], own["opah_settled"]) == (5, 1)
    assert (own["opah_engaged_by_kind#energy"], own["opah_engaged_by_kind#other"]) == (3, 1)
    assert table("opah").loc[VITZ, "opah_engaged"] == 1
    assert table("opah").loc[FREVENT, "opah_engaged"] == 0


def test_fewer_than_five_dossiers_are_hidden_and_cannot_be_worked_out(store, ground, tmp_path):
    observatory = door()
    parts, rows = pays_of_dossiers(observatory)
    install("opah", [opah(tmp_path, rows)], ground)
    observatory = door()
    places = [observatory.territory(name) for name in (*parts, "pays-ternois")]
    found = renovation.dossiers(observatory, places)
    for name in ("opah_engaged_dwellings", "opah_settled_dwellings", "opah_settled_per_1000"):
        own = found[found["indicator"] == name].set_index("territory")
        assert own.loc[parts[0], "status"] == "s"
        # One other at least: the hidden one is not the Pays less the four others.
        assert (own.loc[list(parts), "status"] == "s").sum() >= 2
        assert own.loc[own["status"] == "s", ["value", "low", "high", "n"]].isna().all(axis=None)


def test_dossiers_of_a_commune_are_never_shown(store, ground, tmp_path):
    observatory = door()
    _, rows = pays_of_dossiers(observatory)
    install("opah", [opah(tmp_path, rows)], ground)
    observatory = door()
    found = renovation.dossiers(observatory, [observatory.territory(f"commune-{POL}")])
    assert set(found["status"]) == {"s"}
    assert found["value"].isna().all()


def test_an_internal_output_shows_the_counts_and_marks_them(store, ground, tmp_path):
    parts, rows = pays_of_dossiers(door())
    install("opah", [opah(tmp_path, rows)], ground)
    observatory = door("internal")
    found = renovation.dossiers(observatory, [observatory.territory(parts[0])])
    row = found[found["indicator"] == "opah_engaged_dwellings"].iloc[0]
    assert (row["value"], row["status"]) == (2, "ok")
    assert "usage interne" in row["note"]


def test_neither_the_household_nor_the_business_of_a_dossier_is_kept(store, ground, tmp_path):
    rows = [dossier(settled="10/09/2026")] * 6
    install("opah", [opah(tmp_path, rows)], ground)
    content = texts_of(store)
    for text in (*MARKED, SIRETS[0], "000000001"):
        assert text.encode() not in content, text
    assert list(table("opah", "pairs").columns) == ["opah_business", "opah_amount_eur"]
    assert table("opah", "pairs")["opah_amount_eur"].tolist() == [12_500.5] * 6


def test_a_date_that_is_none_is_refused_without_being_printed(store, ground, tmp_path):
    with pytest.raises(SchemaError, match="dates such as") as refused:
        install("opah", [opah(tmp_path, [dossier(engaged="chez Marquet")])], ground)
    assert "Marquet" not in str(refused.value)


def test_contacts_of_four_quarters_are_counted_and_hidden_when_few(store, ground, tmp_path):
    rows = [[POL, "2026-09", "Conseil", "12"], [POL, "2025-10", "Visite", "7"],
            [POL, "2025-09", "Conseil", "90"], [FREVENT, "08/2026", "Info", "3"]]  # fmt: skip
    rows[3][1] = "2026-08"
    install("eie", [write(tmp_path / "eie.csv", EIE_HEAD, rows, ";")], ground)
    assert table("eie").loc[POL, "eie_contacts"] == 19
    observatory = door()
    made = Renovation(material(observatory, observatory.territory("cc-frevent"))).contacts()
    own = made.values[made.values["territory"] == "cc-frevent"].set_index("category")
    assert own.loc["", "status"] == "s"


def test_every_block_says_what_to_install_when_nothing_is(store):
    observatory = door()
    own = material(observatory, observatory.territory("cc-frevent"))
    for block in (Energy(own).labels(), Energy(own).rge(), Renovation(own).dossiers(),
                  Renovation(own).kinds(), Renovation(own).local_works(),
                  Renovation(own).contacts()):  # fmt: skip
        assert "ternois sources install" in block.html
