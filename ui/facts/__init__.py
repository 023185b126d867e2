"""The page of facts that were read from the documents as data."""
