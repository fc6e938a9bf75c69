"""Records of other loggers: a CSV file and a mapping become the lines that the judge reads."""
