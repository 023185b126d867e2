"""Calculations from what the asker gives: a cost, a count, a duration, against the prices, rates and steps that a document states."""
