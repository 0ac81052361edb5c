"""An invented Sirene stock and its readers, for `benchmarks/sirene.py`."""
