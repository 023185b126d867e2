"""Answers from budget facts and tables of money: lookups, lists, parts, arithmetic."""
