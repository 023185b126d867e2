"""Yes/no questions held against passages: what is claimed, and whether what is printed meets it."""
