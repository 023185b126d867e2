"""A Japanese, document-grounded policy Q&A assistant.

    from policy_qa import Settings, Viewer, open_policy_qa

    with open_policy_qa(Settings()) as service:
        service.sync()
        answer = service.ask("令和8年度の地域未来交付金の予算額は？", viewer=Viewer.local_owner())

The names below are the public list; each is imported when it is first used, so that ``import policy_qa`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policy_qa.errors import PolicyQAError as PolicyQAError
    from policy_qa.service import PolicyQA as PolicyQA
    from policy_qa.settings import Settings as Settings
    from policy_qa.types import Answer as Answer
    from policy_qa.types import Citation as Citation
    from policy_qa.types import Fact as Fact
    from policy_qa.types import Filters as Filters
    from policy_qa.types import Hit as Hit
    from policy_qa.types import SyncReport as SyncReport
    from policy_qa.types import Viewer as Viewer
    from policy_qa.types import to_json as to_json
    from policy_qa.wiring import open_policy_qa as open_policy_qa

_HOME = {
    "Answer": "policy_qa.types",
    "Citation": "policy_qa.types",
    "Fact": "policy_qa.types",
    "Filters": "policy_qa.types",
    "Hit": "policy_qa.types",
    "PolicyQA": "policy_qa.service",
    "PolicyQAError": "policy_qa.errors",
    "Settings": "policy_qa.settings",
    "SyncReport": "policy_qa.types",
    "Viewer": "policy_qa.types",
    "open_policy_qa": "policy_qa.wiring",
    "to_json": "policy_qa.types",
}

__all__ = [
    "Answer",
    "Citation",
    "Fact",
    "Filters",
    "Hit",
    "PolicyQA",
    "PolicyQAError",
    "Settings",
    "SyncReport",
    "Viewer",
    "open_policy_qa",
    "to_json",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
