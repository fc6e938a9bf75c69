"""One metric a module: ``needs`` names the signals, ``measure`` computes the finding from a run."""
