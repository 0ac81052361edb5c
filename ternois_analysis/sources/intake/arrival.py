"""The day on which a file came, as a person types it."""

import datetime as dt

from ternois_analysis.errors import SchemaError, explain


def day(text: str, what: str, today: dt.date | None = None) -> dt.date | None:
    """The day that a text names, none for an empty text.

    Parameters
    ----------
    text : str
        An ISO day, `2026-10-12`, or nothing.
    what : str
        What the day is, such as `--received`: the message names it.
    today : date
        No file comes later; by default the day of the machine.

    Raises
    ------
    SchemaError
        For a text that is no ISO day, or a day that is still to come.
    """
    if not text:
        return None
    last = today or dt.date.today()
    try:
        found = dt.date.fromisoformat(text)
    except ValueError as error:
        raise SchemaError(
            explain(what, expected=f"a day as {last.isoformat()} (year, month, day)", found=text,
                    do="Write the day in this order.")
        ) from error  # fmt: skip
    # A file received in the future would be in force in quarters that it could not have known.
    if found > last:
        raise SchemaError(
            explain(what, expected=f"{last.isoformat()} at the latest: today", found=text,
                    do="Give the day on which the file came.")
        )  # fmt: skip
    return found
