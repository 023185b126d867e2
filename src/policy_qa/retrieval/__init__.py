"""From a question to ranked chunks: what is asked, what the corpus calls it, and where it stands."""
