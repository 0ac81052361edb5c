"""Import of a register of the size of Hauts-de-France: seconds and peak memory.

Run as `python benchmarks/register.py [rows]`. The file is made before the clock starts; the import
runs in a process of its own so that its peak memory is its own.
"""

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 120_000
GOAL_SECONDS, GOAL_MIB = 15, 1024


def big_file(folder: Path, rows: int) -> Path:
    """A register of about `rows` rows, over the communes of Hauts-de-France."""
    from ternois_analysis.sources import synthetic
    from ternois_analysis.sources.read import read

    communes = read("communes", "2026").merge(read("populations", "2023"), on="commune")
    here = communes[communes["region"] == "32"].reset_index(drop=True)
    here = here.assign(postal_code=here["postal_codes"].str.split().str[0])
    base = synthetic.world(here, scale=18.0)
    one = synthetic.transfer(base, dt.date(2026, 7, 10))
    lines = one.content.split(b"\r\n")
    # The unattributed numbers suffice for some 25 000 businesses: beyond, other made-up valid ones.
    copies, body = [], [line for line in lines[2:] if line]
    for copy in range(-(-rows // len(body))):
        copies += body if copy == 0 else _renumbered(body, copy)
    path = folder / "registre_2026-07-10.csv"
    path.write_bytes(b"\r\n".join([*lines[:2], *copies[:rows], b""]))
    return path


def _renumbered(body: list[bytes], copy: int) -> list[bytes]:
    from ternois_analysis.sources.synthetic.numbers import luhn_digit, siret

    out = []
    for line in body:
        cells = line.split(b";")
        if len(cells) > 2 and cells[1].isdigit() and len(cells[1]) == 9:
            base = f"{int(cells[1][:8]) + copy * 40_000:08d}"
            siren = base + luhn_digit(base)
            cells[1], cells[2] = siren.encode(), siret(siren).encode()
        out.append(b";".join(cells))
    return out


def import_once(path: Path) -> dict[str, float]:
    """Import a file into an empty store, here and now."""
    from ternois_analysis.sources import register
    from ternois_analysis.sources.read import read

    communes, passage = read("communes", "2026"), read("passage", "2026")
    start = time.perf_counter()
    done = register.bring_in(path, communes, passage, received=dt.date(2026, 7, 12))
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "rows_in": done.entry.rows_in,
        "rows_accepted": done.entry.rows_accepted,
        "rows_set_aside": done.entry.rows_set_aside,
    }


def main(rows: int = ROWS, repeats: int = 3) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = big_file(Path(folder), rows)
        runs = []
        for number in range(repeats):
            said = subprocess.run(
                [sys.executable, __file__, "--import", str(path)],
                check=True,
                capture_output=True,
                text=True,
                env=os.environ | {"TERNOIS_STORE": str(Path(folder) / f"store-{number}")},
            ).stdout
            runs.append(json.loads(said))
        middle = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
        size = f"{path.stat().st_size / 2**20:.1f} MiB"
        print(size, middle, f"(goal: {GOAL_SECONDS} s, {GOAL_MIB} MiB)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--import"]:
        print(json.dumps(import_once(Path(sys.argv[2]))))
    else:
        main(*(int(argument) for argument in sys.argv[1:2]))
