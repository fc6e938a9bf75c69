"""Dialogs: the two lines stay on top of each, and F12 works in each."""
