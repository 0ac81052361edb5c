"""What the writers of formats use is loaded before processes are forked, and starts nothing."""

import subprocess
import sys

_FORKED = """
import os, signal, sys
from ternois_analysis.publish import formats, pdf
formats.load()
assert not pdf.started()
loaded = {"typst", "pptx", "xlsxwriter", "ternois_analysis.publish.workbook"}
assert loaded <= set(sys.modules), loaded - set(sys.modules)
child = os.fork()
if not child:
    signal.alarm(60)
    from ternois_analysis.publish import raster
    square = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"/>'
    os._exit(0 if raster.picture(square, "square").ratio == 2 else 3)
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_process_forked_after_the_formats_are_loaded_can_make_them() -> None:
    done = subprocess.run([sys.executable, "-c", _FORKED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
