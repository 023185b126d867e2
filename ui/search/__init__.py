"""The search page: what was found, by what it can be narrowed, and each place in its document."""
