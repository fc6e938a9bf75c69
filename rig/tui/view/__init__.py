"""What is shown of a lane, folded from the lines of its run file; no widget in it."""
