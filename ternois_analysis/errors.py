"""The exceptions of the project: each message says what, expected, found, and what to do."""


class TernoisError(Exception):
    """Base of all errors that a user can mend; the command line prints it without a traceback."""


class SourceError(TernoisError):
    """A data file is missing, altered, or of another vintage than declared."""


class SchemaError(TernoisError):
    """A table or a catalogue entry does not have the columns, types or values it must have."""


class TerritoryError(TernoisError):
    """A territory, a commune or a date of membership is unknown or ambiguous."""


class SecrecyError(TernoisError):
    """A value that must stay hidden could be found from what is published."""


class ReportError(TernoisError):
    """A report cannot be planned, run or written."""


def explain(what: str, *, expected: object, found: object, do: str) -> str:
    """Sentence for an error message in the project's fixed order.

    Parameters
    ----------
    what : str
        The thing that is wrong, with its place.
    expected, found : object
        Shown as text; a sequence is listed.
    do : str
        What the reader should do next.
    """

    def text(value: object) -> str:
        if isinstance(value, (list, tuple, set, frozenset)):
            items = sorted(map(str, value)) if isinstance(value, (set, frozenset)) else value
            return ", ".join(map(str, items)) or "nothing"
        return str(value)

    return f"{what}. Expected: {text(expected)}. Found: {text(found)}. {do}"
