"""The page of the evaluation: questions whose right answer is known, runs over them, and what differs between two runs."""
