"""The corpus folder as a sync sees it: files listed, and read in child processes on all cores.

    process.py    what a child does with its tasks
    workers.py    child processes that a file may crash, hang or fill without harm to anything else
    one_file.py   one file -> document, chunks, terms and facts: what a child does, importing nothing more than that takes
    drawing.py    one page -> its picture, in a child too
    corpus.py     the folder, and the embeddings, which the parent makes because it has the model open

Invariant: no library that reads a format runs in the process that answers questions.
"""
