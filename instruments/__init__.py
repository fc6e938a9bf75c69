"""Drivers, sessions and dialects of the bench's instruments; ``simulated`` holds their twins.

A leaf: it imports nothing of the rig. Values are floats in base units with the unit in the name.
"""
