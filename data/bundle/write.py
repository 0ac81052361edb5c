"""Writing tables the same way every time, and stamping `sources.yml` with their hashes."""

import hashlib
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pins import require

_TYPES = {"O": pa.string(), "i": pa.int32(), "f": pa.float64()}


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet with plain text and number columns, and no index or metadata.

    The same rows give the same bytes with the same version of pyarrow.
    """
    fields = []
    for name, dtype in table.dtypes.items():
        kind = "O" if pd.api.types.is_string_dtype(dtype) else dtype.kind
        fields.append(pa.field(str(name), _TYPES[kind]))
    arrow = pa.Table.from_pandas(table, schema=pa.schema(fields), preserve_index=False)
    write_arrow(arrow.replace_schema_metadata(None), path)


def write_arrow(table: pa.Table, path: Path) -> None:
    """Write an Arrow table in one row group, compressed hard."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        row_group_size=1 << 20,
    )


def sha256(path: Path) -> str:
    """Hash of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def declared(sources: Path) -> dict[str, tuple[int, str]]:
    """Rows and hash of each file that carries a stamp in `sources.yml`, by its path."""
    pattern = r'path: "([^"]+)", rows: (\d+), sha256: "([0-9a-f]*)"'
    found = re.findall(pattern, sources.read_text(encoding="utf-8"))
    return {path: (int(rows), digest) for path, rows, digest in found}


def stamp(sources: Path, stamps: dict[str, tuple[int, str]]) -> None:
    """Put rows and hashes into `sources.yml`, leaving every other character as it is.

    Raises
    ------
    BundleError
        If a file that was built has no entry.
    """
    text = sources.read_text(encoding="utf-8")
    for path, (rows, digest) in stamps.items():
        entry = rf'(path: "{re.escape(path)}", rows: )\d+(, sha256: ")[0-9a-f]*(")'
        text, times = re.subn(entry, rf"\g<1>{rows}\g<2>{digest}\g<3>", text)
        require(times == 1, f"Entries of {path} in {sources.name}", 1, times)
    sources.write_text(text, encoding="utf-8")
