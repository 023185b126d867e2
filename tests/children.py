"""Processes that may be killed: forks of a small server that has imported everything, at work within milliseconds."""

from __future__ import annotations

import multiprocessing

children = multiprocessing.get_context("forkserver")
# What any of them needs; set here only, because one server serves them all.
children.set_forkserver_preload(
    [
        "faiss",
        "tantivy",
        "policy_qa.wiring",
        "policy_qa.models.embedding",
        "tests.storage.storage_library",
        "tests.torture.shelf",
    ]
)
