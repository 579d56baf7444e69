"""Communes and countries of the Code officiel géographique, and how they are found by what people type."""
