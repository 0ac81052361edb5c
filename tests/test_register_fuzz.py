"""Damaged files: refused in our words, or accounted for to the last row; never anything else."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_register_checks import planted_rows
from test_register_formats import formality
from test_register_rows import COMMUNES, KEY, PASSAGE, SOUND, csv_text, workbook, zipped

from ternois_analysis.errors import TernoisError
from ternois_analysis.sources import register

_CSV = csv_text(planted_rows()[:12]).encode("cp1252")
_ROWS = [["EXTRACTION DU 10/07/2026"], list(SOUND), list(SOUND.values())]
FILES = {
    "registre_2026-07-10.csv": _CSV,
    "registre_2026-07-10.xlsx": workbook(_ROWS),
    "registre_2026-07-10.zip": zipped({"a.csv": _CSV, "b.csv": _CSV}),
    "registre_2026-07-10.json": json.dumps([formality(), formality()]).encode(),
}


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_accounted_for(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["replace", "remove", "insert"]))
        if kind == "replace":
            content[place] = data.draw(st.integers(0, 255))
        elif kind == "remove":
            del content[place : place + data.draw(st.integers(1, 40))]
        else:
            content[place:place] = data.draw(
                st.sampled_from([b'"', b";", b"\r\n", b"\0", b"\xff", b"=1+1"])
            )
        content = content or bytearray(b" ")
    path = tmp_path / name
    path.write_bytes(bytes(content))
    try:
        intake = register.accept(path, COMMUNES, PASSAGE, key=KEY)
    except TernoisError:
        return
    assert intake.facts["rows_in"] == len(intake.accepted) + intake.rejects["line"].nunique()
