"""One thread a process: pages run side by side, and threads of one would wait for another's."""

import os
import sys

#: Read by libraries when they are loaded; a process that is forked keeps what its parent had.
_LOADED_WITH = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                "VECLIB_MAXIMUM_THREADS", "NUMEXPR_MAX_THREADS", "RAYON_NUM_THREADS")  # fmt: skip
#: Read when the pool starts: the parent, alone while it computes values, keeps all its threads.
_STARTED_WITH = ("POLARS_MAX_THREADS",)


def limit_libraries() -> None:
    """For a process about to load numpy and fork pages: linear algebra takes one thread."""
    os.environ.update(dict.fromkeys(_LOADED_WITH, "1"))


def limit_all() -> None:
    """For the process of one page, and for the kernel that it starts."""
    os.environ.update(dict.fromkeys((*_LOADED_WITH, *_STARTED_WITH), "1"))
    if "pyarrow" in sys.modules:
        import pyarrow as pa

        pa.set_cpu_count(1)
