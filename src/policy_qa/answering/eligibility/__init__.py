"""Answers on eligibility: verdicts, terms by case, deadlines, and how a verdict is worded."""
