"""An exception as the calm line a user reads; what was not foreseen is logged under a reference number."""

from __future__ import annotations

import logging
import secrets

from policy_qa.errors import PolicyQAError
from ui.wording import Words

_logger = logging.getLogger("policy_qa.ui")


def explain(error: Exception, words: Words) -> str:
    """One line for the user: the error's own, or a reference number under which the log has the rest."""
    if isinstance(error, PolicyQAError):
        return str(error)
    reference = secrets.token_hex(4)
    _logger.error("unexpected error, reference %s", reference, exc_info=error)
    return words.unexpected.format(reference=reference)
