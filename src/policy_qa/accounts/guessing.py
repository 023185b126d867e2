"""How often somebody may try a password.

Invariant: a try counts before the password is looked at, so that tries at the same time count too. Signing in takes the count of a user back.
"""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from policy_qa.accounts.errors import TooManyGuesses

_MINUTES = 15
# A user from one address, a user from anywhere, an address for any users: behind one address may be a whole office.
_HERE = RateLimitItemPerMinute(10, _MINUTES)
_ANYWHERE = RateLimitItemPerMinute(50, _MINUTES)
_ADDRESS = RateLimitItemPerMinute(100, _MINUTES)


class Guessing:
    """The tries of the last minutes. Safe to use from several threads."""

    def __init__(self) -> None:
        self._tries = MovingWindowRateLimiter(MemoryStorage())

    def count(self, name: str, address: str) -> None:
        """Counts a try. Raises ``TooManyGuesses``, for users that there are not as well."""
        if not (
            self._tries.hit(_ADDRESS, "address", address)
            and self._tries.hit(_HERE, "user", name, address)
            and self._tries.hit(_ANYWHERE, "user", name)
        ):
            raise TooManyGuesses(_MINUTES)

    def right(self, name: str, address: str) -> None:
        """Takes the tries of a user back, who knew the password after all."""
        self._tries.clear(_HERE, "user", name, address)
