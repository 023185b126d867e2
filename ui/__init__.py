"""The chat screens: a Gradio app that shows what the service answers, and nothing it does not.

Invariant: text that comes from a document, a file name or a user becomes markup only through ``markupsafe``.
"""
