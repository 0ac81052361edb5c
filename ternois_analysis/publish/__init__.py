"""Executed notebooks and their values as files for people: pages, portal, tables of values."""
