"""Evaluation: questions, runs of the program over them, and scores of those runs.

``run`` asks the program and writes a run file; ``score`` reads run files and never a live system. What is
measured (``metrics``, ``errors``, and ``policy_qa.judging``, which says what is right here and on the page 評価) stays apart from how it was asked.
"""
