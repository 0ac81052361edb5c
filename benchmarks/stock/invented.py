"""An invented Sirene stock, of any number of rows, in SIREN order and in the genuine header."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

CHUNK = 250_000
STOCK_DAY = dt.date(2026, 9, 30)
#: Bytes a row takes in the invented stock, measured: to know beforehand whether the disk has room.
PARQUET_BYTES, CSV_BYTES = 70, 260
#: The 54 columns of 2026; « - » stands for the « Etablissement » that ends most of their names.
_NAMES = """
    siren nic siret statutDiffusion- dateCreation- trancheEffectifs- anneeEffectifs-
    activitePrincipaleRegistreMetiers- dateDernierTraitement- etablissementSiege nombrePeriodes-
    complementAdresse- numeroVoie- indiceRepetition- dernierNumeroVoie-
    indiceRepetitionDernierNumeroVoie- typeVoie- libelleVoie- codePostal- libelleCommune-
    libelleCommuneEtranger- distributionSpeciale- codeCommune- codeCedex- libelleCedex-
    codePaysEtranger- libellePaysEtranger- identifiantAdresse- coordonneeLambertAbscisse-
    coordonneeLambertOrdonnee- complementAdresse2- numeroVoie2- indiceRepetition2- typeVoie2-
    libelleVoie2- codePostal2- libelleCommune2- libelleCommuneEtranger2- distributionSpeciale2-
    codeCommune2- codeCedex2- libelleCedex2- codePaysEtranger2- libellePaysEtranger2- dateDebut
    etatAdministratif- enseigne1- enseigne2- enseigne3- denominationUsuelle- activitePrincipale-
    nomenclatureActivitePrincipale- caractereEmployeur- activitePrincipaleNAF25-
"""
HEADER = tuple(name.replace("-", "Etablissement") for name in _NAMES.split())


def communes() -> tuple[np.ndarray, np.ndarray]:
    """Codes of the communes of France and their share of its population."""
    from ternois_analysis.sources.read import read

    table = read("populations", "2023")
    people = table["population"].to_numpy(dtype=float, na_value=0.0)
    return table["commune"].to_numpy(dtype=object), people / people.sum()


def naf() -> list[str]:
    """The subclasses of NAF rév. 2, with their dot."""
    from ternois_analysis.sources.read import read

    codes = read("naf", "2008")["naf"]
    return list(codes[codes.str.len() == len("24.52Z")])


def chunks(rows: int, seed: int = 20261123) -> Iterator[pa.Table]:
    """The stock, piece by piece."""
    random = np.random.default_rng(seed)
    codes, shares = communes()
    activities = naf()
    first, start = 0, 5_000_000
    while first < rows:
        size = min(CHUNK, rows - first)
        siren = start + np.cumsum(random.choice([0, 20, 60, 90], size, p=[0.3, 0.3, 0.2, 0.2]))
        start = int(siren[-1]) + 10
        yield _chunk(random, siren, (codes, shares), activities)
        first += size


def _chunk(
    random: np.random.Generator,
    siren: np.ndarray,
    places: tuple[np.ndarray, np.ndarray],
    activities: list[str],
) -> pa.Table:
    size = len(siren)

    def drawn(values: list[str | None], p: list[float] | None = None) -> pa.Array:
        return _taken(values, random.choice(len(values), size, p=p))

    def numbers(top: int) -> pa.Array:
        return _taken([str(number) for number in range(top)], random.integers(0, top, size))

    where = random.choice(len(places[0]), size, p=places[1])
    rank = np.arange(size) - np.searchsorted(siren, siren)
    nic = np.char.add("0", np.char.zfill(np.char.mod("%d", 11 + 7 * rank), 4))
    text = np.char.zfill(np.char.mod("%d", siren % 1_000_000_000), 9)
    last = (STOCK_DAY - dt.date(1970, 1, 1)).days
    created = random.integers(4_000, last, size)
    closed = random.random(size) < 0.6
    lived = np.where(closed, random.random(size) * (last - created), 0)
    debut = created + lived.astype(int)
    days = pa.date32()
    filled = {
        "siren": pa.array(text),
        "nic": pa.array(nic),
        "siret": pa.array(np.char.add(text, nic)),
        "statutDiffusion": drawn(["O", "P"], [0.88, 0.12]),
        "dateCreation": pa.array(created.astype("int32"), days),
        "trancheEffectifs": drawn([None, "NN", "00", "01", "02", "03", "11", "12", "21"],
                                  [0.35, 0.45, 0.03, 0.08, 0.04, 0.02, 0.015, 0.01, 0.005]),
        "anneeEffectifs": drawn([None, "2023"], [0.8, 0.2]),
        "activitePrincipaleRegistreMetiers": drawn([None, "4322AA", "9602AA", "1071CA"],
                                                   [0.9, 0.04, 0.03, 0.03]),
        "dateDernierTraitement": drawn(["2024-03-22T14:13:29", "2025-11-02T08:51:07"]),
        "etablissementSiege": pa.array(rank == 0),
        "nombrePeriodes": numbers(9),
        "numeroVoie": numbers(400),
        "typeVoie": drawn(["RUE", "AV", "PL", "CHE", None]),
        "libelleVoie": _taken([f"DE LA VOIE {n}" for n in range(50_000)],
                              random.integers(0, 50_000, size)),
        "codePostal": _taken([code[:2] + "000" for code in places[0]], where),
        "libelleCommune": _taken([f"COMMUNE {code}" for code in places[0]], where),
        "codeCommune": _taken(list(places[0]), where),
        "identifiantAdresse": numbers(900_000),
        "coordonneeLambertAbscisse": pa.array(np.char.mod("%.2f", random.random(size) * 9e5)),
        "coordonneeLambertOrdonnee": pa.array(np.char.mod("%.2f", random.random(size) * 9e5)),
        "dateDebut": pa.array(debut.astype("int32"), days),
        "etatAdministratif": _taken(["A", "F"], closed.astype(int)),
        "activitePrincipale": drawn(activities),
        "nomenclatureActivitePrincipale": drawn(["NAFRev2", "NAF1993", "NAP"], [0.9, 0.06, 0.04]),
        "caractereEmployeur": drawn(["N", "O", None], [0.83, 0.12, 0.05]),
        "activitePrincipaleNAF25": drawn([*activities[:700], None]),
    }  # fmt: skip
    empty = pa.nulls(size, pa.string())
    return pa.table({name: filled.get(short(name), empty) for name in HEADER})


def short(name: str) -> str:
    return name if name == "etablissementSiege" else name.removesuffix("Etablissement")


def _taken(values: list[str | None], positions: np.ndarray) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(positions))


def write_parquet(path: Path, rows: int) -> Path:
    """The stock as Parquet, one row group a chunk."""
    writer = None
    for chunk in chunks(rows):
        writer = writer or pa.parquet.ParquetWriter(path, chunk.schema, compression="snappy")
        writer.write_table(chunk)
    if writer:
        writer.close()
    return path


def write_csv(path: Path, rows: int) -> Path:
    """The stock as its producer writes the CSV: no quotes but where a comma asks for them."""
    options = pa.csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as out:
        out.write(f"{','.join(HEADER)}\n".encode())
        for chunk in chunks(rows):
            siege = chunk.schema.get_field_index("etablissementSiege")
            text = chunk.set_column(siege, "etablissementSiege", chunk[siege].cast("string"))
            pa.csv.write_csv(text, out, options)
    return path
