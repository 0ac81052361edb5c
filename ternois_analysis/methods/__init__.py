"""Statistics: arrays in, arrays out. Nothing here knows a file, a territory or an indicator.

One rule for missing values holds everywhere: missing in, missing out, never an infinity. What is
impossible (more vacant dwellings than dwellings) is an error, not a missing value.
"""
