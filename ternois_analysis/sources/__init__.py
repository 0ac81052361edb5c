"""Files as received → tidy tables, each checked against its entry in `data/sources.yml`."""

from ternois_analysis.sources.check import check_all
from ternois_analysis.sources.installed import files
from ternois_analysis.sources.read import Millesimes, newest, read, signs, visible

__all__ = ["Millesimes", "check_all", "files", "newest", "read", "signs", "visible"]
