"""Curves in text: braille dots from bounded envelopes, with axes, limits, targets, marks and labels."""
