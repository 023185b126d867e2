"""What the program keeps: a catalog in SQLite that is the truth, and two search indexes derived from it.

    index/catalog.sqlite       documents, chunks, embeddings, terms, facts, labels, failures, fingerprint
    index/catalog.seal         the digest of the catalog's bytes, while nobody writes
    index/vectors-N.faiss      derived: the embeddings, for exact inner-product search
    index/keywords-N/          derived: the terms, for BM25
    index/answers.sqlite       the log (``policy_qa.history``), never rebuilt
    index/.lock                held by the one writer

Copies of catalog and log, and putting one in their place: ``copying``.

Embeddings stand apart from chunks, by model: another model's are made beside those in use (``reembedding``), and one transaction swaps them.

Invariant: readers see one published generation. A sync stages documents beside the published ones and makes all of them
visible in a single transaction, together with the names and checksums of the derived files made for them.
"""
