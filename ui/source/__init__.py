"""The source panel: where an answer or a figure comes from, in its document. Every page may show it."""
