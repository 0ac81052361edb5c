"""Writes the demonstration files again: `python -m ternois_analysis.sources.synthetic`."""

from ternois_analysis.sources.synthetic import consents, programmes, shipped

if __name__ == "__main__":
    shipped.write()
    programmes.write()
    consents.write()
