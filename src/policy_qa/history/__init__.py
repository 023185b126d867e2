"""``answers.sqlite`` in the index folder: what was answered, and what people decided. One module for each subject, one database for all.

Invariant: it only grows. No sync and no rebuild touches it.
"""

from policy_qa.history.database import HISTORY_NAME
from policy_qa.history.log import History

__all__ = ["HISTORY_NAME", "History"]
