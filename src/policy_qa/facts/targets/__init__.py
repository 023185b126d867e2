"""Indicators with their figures and years."""
