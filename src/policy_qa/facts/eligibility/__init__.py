"""For whom and what a programme is, on which terms."""
