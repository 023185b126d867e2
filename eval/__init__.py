"""Evaluation: questions, runs of the program over them, and scores of those runs.

``run`` asks the program and writes a run file; ``score`` reads run files and never a live system. What is
measured (``metrics``, ``judge``) stays apart from how it was asked.
"""
