"""`ternois`, without the formats beside HTML: `bare.py run …`."""

from ternois_analysis.batch import threads

threads.limit_libraries()

from ternois_analysis.cli import main  # noqa: E402
from ternois_analysis.publish import formats  # noqa: E402

if __name__ == "__main__":
    formats.FORMATS.clear()
    main()
