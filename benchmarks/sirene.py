"""Establishments of the Pays out of a national Sirene stock: our extract beside bare readers.

Run as `python benchmarks/sirene.py [--parquet-rows N] [--csv-rows N] [--runs N]`. The stock is
invented, in SIREN order, made before the clock starts in a temporary folder (TMPDIR says where).
Each reading runs in a process of its own; imports are not counted in the seconds but are in the
memory, so the peak is also given above that of the same imports alone.
"""

import argparse
import datetime as dt
import gzip
import importlib.util
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from stock import invented
from stock.readers import READERS, columns, communes

GOAL_RATIO, GOAL_MIB, GOAL_SECOND_USE = 1.2, 200, 0.1
#: Reading everything before filtering takes some 250 bytes of memory a row.
WHOLE_BYTES = 250


def once(name: str, path: Path) -> dict[str, float]:
    """One reading, here and now: seconds, peak memory, the same above the imports alone, rows."""
    needs, function = READERS[name]
    for module in needs:
        importlib.import_module(module)
    codes, _ = communes(), columns()
    if name.startswith("ours"):
        importlib.import_module("ternois_analysis.sources.sirene")
    before = peak_mib()
    start = time.perf_counter()
    rows = len(function(path, codes))  # type: ignore[arg-type]
    seconds = time.perf_counter() - start
    peak = peak_mib()
    return {"seconds": seconds, "peak": peak, "above": peak - before, "rows": rows}


def peak_mib() -> float:
    """Peak memory of this process; `getrusage` would give that of its parent when larger."""
    said = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    return int(said.split()[0]) / 1024


def compare(path: Path, names: list[str], runs: int) -> dict[str, float]:
    """Medians of fresh processes, printed; the first reading warms the disk's cache, uncounted."""
    rounds: dict[str, list[dict[str, float]]] = {}
    for number in range(runs + 1):
        for name in names:  # in turn, so that a busy moment of the machine spares nobody
            said = subprocess.run(
                [sys.executable, __file__, "--once", name, str(path)],
                check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
            if number:
                rounds.setdefault(name, []).append(json.loads(said))
    medians = {}
    for name, done in rounds.items():
        least = min(run["seconds"] for run in done)
        middle = {key: statistics.median(run[key] for run in done) for key in done[0]}
        medians[name] = middle["seconds"]
        print(f"  {name:18} median {middle['seconds']:7.3f} s  min {least:7.3f}   peak "
              f"{middle['peak']:6.0f} MiB, {middle['above']:5.0f} above its imports   "
              f"{middle['rows']:.0f} rows", flush=True)  # fmt: skip
    return medians


def available(names: list[str], rows: int) -> list[str]:
    """The readers that are installed and that the memory of the machine allows."""
    free = int(Path("/proc/meminfo").read_text().split("MemAvailable:")[1].split()[0]) * 1024
    kept = []
    for name in names:
        missing = [n for n in READERS[name][0] if not importlib.util.find_spec(n.split(".")[0])]
        if missing:
            print(f"  {name:18} skipped: {', '.join(missing)} is not installed")
        elif name == "pandas, whole" and rows * WHOLE_BYTES > free:
            print(f"  {name:18} skipped: it would not fit in memory")
        else:
            kept.append(name)
    return kept


def within_disk(folder: Path, parquet_rows: int, csv_rows: int) -> tuple[int, int]:
    """The rows that half of the free disk can hold, the CSV plain and packed twice."""
    needed = parquet_rows * invented.PARQUET_BYTES + csv_rows * invented.CSV_BYTES * 2
    share = min(1.0, shutil.disk_usage(folder).free / 2 / needed)
    if share < 1:
        print(f"Little room in {folder}: {share:.0%} of the rows asked for.")
    return int(parquet_rows * share), int(csv_rows * share)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parquet-rows", type=int, default=20_000_000)
    parser.add_argument("--csv-rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--once", nargs=2, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.once:
        print(json.dumps(once(said.once[0], Path(said.once[1]))))
        return
    with tempfile.TemporaryDirectory(prefix="ternois-bench-") as name:
        folder = Path(name)
        parquet_rows, csv_rows = within_disk(folder, said.parquet_rows, said.csv_rows)
        for measure, rows in ((parquet, parquet_rows), (delimited, csv_rows)):
            if rows:
                measure(folder, rows, said.runs)


def parquet(folder: Path, rows: int, runs: int) -> None:
    path = invented.write_parquet(folder / "stock.parquet", rows)
    print(f"Parquet, {rows:,} rows, {path.stat().st_size / 2**20:,.0f} MiB")
    names = ["polars scan", "ours", "duckdb", "pyarrow", "pandas, filters", "pandas, whole"]
    medians = compare(path, available(names, rows), runs)
    print(f"  ours / polars scan = {medians['ours'] / medians['polars scan']:.2f} "
          f"(goal: {GOAL_RATIO}, {GOAL_MIB} MiB above its imports)")  # fmt: skip
    from ternois_analysis.sources import sirene

    table = sirene.extract(path, communes(), as_of=invented.STOCK_DAY)
    sirene.counts(table, communes(), invented.STOCK_DAY).to_parquet(folder / "counts.parquet")
    compare(path, ["ours, second use"], runs)
    print(f"  (goal: {GOAL_SECOND_USE} s)")
    start = time.perf_counter()
    sirene.counts(table, communes(), dt.date(2026, 6, 30))
    print(f"  counts of {len(table)} establishments: {time.perf_counter() - start:.3f} s")
    path.unlink()


def delimited(folder: Path, rows: int, runs: int) -> None:
    path = invented.write_csv(folder / "stock.csv", rows)
    print(f"CSV, {rows:,} rows, {path.stat().st_size / 2**20:,.0f} MiB")
    names = ["polars scan", "ours", "duckdb", "pyarrow", "pandas, chunks", "pandas, whole"]
    medians = compare(path, available(names, rows), runs)
    fastest = min((name for name in medians if name != "ours"), key=medians.__getitem__)
    print(f"  ours / {fastest} = {medians['ours'] / medians[fastest]:.2f} (goal: {GOAL_RATIO})")
    zipped, gzipped = folder / "stock.zip", folder / "stock.csv.gz"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "StockEtablissement_utf8.csv")
    with path.open("rb") as source, gzip.open(gzipped, "wb", 6) as target:
        shutil.copyfileobj(source, target, 2**20)
    for packed, beside in ((zipped, ["pandas, chunks"]), (gzipped, ["polars scan"])):
        print(f"{packed.suffix}, {packed.stat().st_size / 2**20:,.0f} MiB")
        compare(packed, ["ours", *beside], runs)


if __name__ == "__main__":
    main()
