"""Published values → maps, charts, tables, sentences and widgets, in French."""
