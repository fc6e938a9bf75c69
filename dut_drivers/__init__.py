"""Drivers for devices under test: protocol, link, one device class a file, profiles as YAML.

A leaf package: it imports neither ``rig`` nor ``instruments``. All numbers are floats in base units with
the unit in the name; nothing here reads the time, starts a thread or knows whether a device is simulated.
"""
