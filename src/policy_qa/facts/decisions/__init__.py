"""What was decided, by whom, in which form and when."""
