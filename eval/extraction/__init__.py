"""How much of what stands in a file its reader gives: characters, headings, cells of tables, and what is answered from them.

Files of the shared data are measured where they lie; documents laid out in other formats are made anew for each run. Nothing here is used by the
program.

    python -m eval.extraction.pairs      # the same text in two formats
    python -m eval.extraction.formats    # the same document laid out in every format: facts and answers
    python -m eval.extraction.tables     # the cells of drawn tables
    python -m eval.extraction.odd        # damaged, encrypted and odd files, by outcome
"""
