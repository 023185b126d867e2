"""The checks that every draft passes: numbers, names, restricting words, arithmetic."""
