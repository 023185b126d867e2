"""What Python runs first in every process that a test starts: the guard, and then what another one of this name would have done."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

_HERE = Path(__file__).parent


def _guarded() -> None:
    spec = importlib.util.spec_from_file_location("policy_qa_network_guard", _HERE / "guard.py")
    assert spec is not None
    assert spec.loader is not None
    guard = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(guard)
    guard.watch()


def _others() -> None:
    """The next module of this name on the path, as if this one were not there."""
    places = [place for place in sys.path if Path(place or ".").resolve() != _HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", places)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


_guarded()
_others()
