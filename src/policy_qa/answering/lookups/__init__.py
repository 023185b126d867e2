"""Answers from facts that are looked up by name: decisions, targets, programmes and their offices."""
