"""Which reports to make, how their pages run, and what a territory's folder holds."""
