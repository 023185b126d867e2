"""Public fakes: real values from small, exact parts, for tests of whatever stands on them.

Invariant: a fake keeps the contract of what it stands for (signatures, viewers, spans) and does no hidden work.
"""

from policy_qa.testing.service import FakePolicyQA
from policy_qa.testing.sources import HashingEncoder, LineSource

__all__ = ["FakePolicyQA", "HashingEncoder", "LineSource"]
