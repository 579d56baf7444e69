"""Measures the automatic checks over real material of others and over generated specimens: rows of results, tables, plots."""
