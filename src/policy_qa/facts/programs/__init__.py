"""Names of programmes, their other names and offices."""
