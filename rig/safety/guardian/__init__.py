"""The guardian: a second process that switches the bench off where the engine no longer can."""
