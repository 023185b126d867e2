"""Things put together pair by pair: what touches what touches it is one group.

Owns that bookkeeping (union-find with path halving, Tarjan 1975). Invariant: groups come in the order of their first members, members in their own.
"""

from __future__ import annotations


class Groups:
    """``count`` things by their numbers, at first each by itself."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Makes one group of the groups of two things."""
        self._parents[self._root(other)] = self._root(one)

    def members(self) -> list[list[int]]:
        """The numbers of each group."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._parents)):
            found.setdefault(self._root(number), []).append(number)
        return list(found.values())

    def _root(self, number: int) -> int:
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number
