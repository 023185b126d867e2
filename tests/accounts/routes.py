"""The routes of an app, Gradio's own among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def routes_of(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and address of every route, through mounted apps and included routers."""
    for route in routes:
        if hasattr(route, "effective_candidates"):  # how FastAPI keeps a router that was included
            for candidate in route.effective_candidates():
                inner = candidate.starlette_route or candidate.original_route
                path = getattr(candidate, "path", None) or inner.path
                yield from ((method, prefix + path) for method in inner.methods)
        elif hasattr(route, "routes") and hasattr(route, "app"):
            yield from routes_of(route.routes, prefix + route.path)
        else:
            yield from ((method, prefix + route.path) for method in route.methods)
