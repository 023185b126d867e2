"""Answers quoted from passages: what can be quoted, how well it fits, and which form of answer it gives."""
