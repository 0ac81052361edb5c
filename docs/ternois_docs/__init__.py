"""Pages of the documentation that are made from the catalogue, the commands and the code."""
