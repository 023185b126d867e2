"""Whether search finds the passage that answers: our hybrid, its parts and other people's searches, over the same passages and questions.

    python -m eval.retrieval                              # every set and every system: eval/results/retrieval.md and .json
    python -m eval.retrieval --set jsquad --system ours   # some of it, printed only

``corpora`` lays out folders of documents, ``sets`` holds questions and the passages that are right, ``making`` derives them by rule,
``systems`` asks ours, ``baselines`` the others, ``measuring`` knows the arithmetic, ``report`` the table. Nothing here is used by the program.
"""
