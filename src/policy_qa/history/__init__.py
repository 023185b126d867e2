"""``answers.sqlite`` in the index folder: what was answered, what people thought of it, what they decided, and how answers were measured.

One module for each subject, one database for all. Invariant: it only grows, but for the lists of conversations and the questions and runs of
the evaluation, which people delete as they like; what only grows is a chain (``chain``) whose end stands in ``answers.head`` too. No sync and no rebuild touches it.
"""

from policy_qa.history.conversations import Conversations
from policy_qa.history.database import HISTORY_NAME
from policy_qa.history.log import History

__all__ = ["HISTORY_NAME", "Conversations", "History"]
