"""Yes/no questions: what a question puts forward, held against what the documents state."""
