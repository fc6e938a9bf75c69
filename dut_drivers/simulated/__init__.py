"""The simulated belt: its thermal network, its firmware with defects, and its serial line.

It knows nothing of the rig: it is given a drive that pushes current through its units, a source of
uniform numbers and of noise, and, for its serial line, a clock.
"""
