"""The national Sirene stock: the establishments of some communes, and their counts by commune."""

from ternois_analysis.sources.sirene.counts import counts
from ternois_analysis.sources.sirene.extract import absent, extract

__all__ = ["absent", "counts", "extract"]
