"""Territories: who they are on a day, what they add up to, where they lie, whom they resemble.

A `Gazetteer` is made once from the tables of the bundle and the facts of `territories.yml`; this
room opens no file. Then::

    gazetteer = Gazetteer(communes, passage, memberships, catalog.territories())
    pays = gazetteer.resolve("Pays du Ternois", "2026-06-30")
    population = to_cog(table, passage, communes, cog_from="2025", kinds=kinds)
    total(population, [pays, *gazetteer.references(pays)], kinds)

| name | what it does |
|---|---|
| `Gazetteer` | `resolve`, `epcis`, `listing`, `references`, `check_communes`, `names` |
| `Territory` | the frozen answer: identifier, names, communes of the canonical geography |
| `to_cog` | a commune table of any COG year in the canonical geography, totals conserved |
| `total` | a commune table summed over territories |
| `shapes` | `complete`, `select`, `outlines`, `touching`, `neighbours`, `projection` |
| `similar` | `structure`, `nearest`, `mahalanobis` |

Three rules hold everywhere. The canonical geography is that of the communes table: a territory of
any date is made of its codes. A missing commune makes a total missing. What could be two things is
refused, with both.
"""

from ternois_analysis.territory.gazetteer import Gazetteer
from ternois_analysis.territory.passage import to_cog
from ternois_analysis.territory.place import Territory
from ternois_analysis.territory.totals import total

__all__ = ["Gazetteer", "Territory", "to_cog", "total"]
