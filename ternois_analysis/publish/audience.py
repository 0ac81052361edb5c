"""The French words for the audiences of a report."""

#: What readers see for each audience of the observatory, in the order of what each may see.
AUDIENCES = {
    "internal": "usage interne",
    "partners": "partenaires",
    "public": "public",
}
