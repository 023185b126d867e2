"""Budget figures out of lines, prose and tables."""
