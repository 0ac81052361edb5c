"""Files as received → tidy tables, each checked against its entry in `data/sources.yml`."""

from ternois_analysis.sources.check import check_all
from ternois_analysis.sources.read import newest, read, visible

__all__ = ["check_all", "newest", "read", "visible"]
