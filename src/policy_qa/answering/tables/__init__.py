"""Answers from the cells of one table, or of one list of figures: looked up, compared, added up."""
