"""An exception as the calm line a user reads; what was not foreseen is logged under a reference number."""

from __future__ import annotations

import logging
import secrets

from policy_qa.errors import PolicyQAError
from ui.language import Language
from ui.shell.wording import shell_words

_logger = logging.getLogger("policy_qa.ui")


def explain(error: Exception, language: Language) -> str:
    """One line for the user: the error's own, or a reference number under which the log has the rest."""
    if isinstance(error, PolicyQAError):
        return str(error)
    reference = secrets.token_hex(4)
    _logger.error("unexpected error, reference %s", reference, exc_info=error)
    return shell_words(language).unexpected.format(reference=reference)
