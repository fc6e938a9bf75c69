"""Twins of the instruments: they are spoken to in the real instruments' bytes, in process or over TCP."""
