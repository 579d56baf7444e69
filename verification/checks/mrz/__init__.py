"""Machine-readable zones (ICAO Doc 9303): formats, writing, parsing, and finding one in a picture."""
