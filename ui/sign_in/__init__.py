"""The page on which people say who they are."""
