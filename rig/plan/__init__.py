"""Plans: read, modelled, linked against device, bench and limits into a ``Program``, and analysed."""
