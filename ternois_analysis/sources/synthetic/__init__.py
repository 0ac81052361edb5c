"""Invented registers in the genuine format, for the demonstration and the tests."""

from ternois_analysis.sources.synthetic.transfers import Plant, Transfer, demonstration, transfer
from ternois_analysis.sources.synthetic.world import World, world

__all__ = ["Plant", "Transfer", "World", "demonstration", "transfer", "world"]
