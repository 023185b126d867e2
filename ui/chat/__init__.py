"""The page 相談: questions, answers that can be checked, and what people do with them."""
