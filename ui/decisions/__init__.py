"""The page of past decisions: what documents say was decided, what officials decided and replied, and writing that down."""
