"""Japanese text as policy documents write it: pure functions, no files, no settings, no network."""
