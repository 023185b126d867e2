"""Which line of the documents is the answer, and how sure that is: measured, weighed by what was learned, answered or left."""
