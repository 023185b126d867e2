"""One published generation while it is being read: its catalog, its search indexes, and what each viewer searches of it.

Invariant: whatever is asked of it belongs to the generation; the search indexes are loaded, and views are made, when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from policy_qa.storage.access import Allowed
from policy_qa.storage.catalog import Catalog, Published
from policy_qa.storage.derived import Derived
from policy_qa.storage.keywords import KeywordIndex
from policy_qa.storage.views import View, Views
from policy_qa.types import Filters, Viewer


class Snapshot:
    """What one ``reading`` reads from."""

    def __init__(
        self, catalog: Catalog, published: Published, views: Views, load: Callable[[Snapshot], Derived]
    ) -> None:
        self.catalog = catalog
        self.published = published
        self._views = views
        self._load = load

    @cached_property
    def derived(self) -> Derived:
        """Both search indexes of this generation, over everything there is."""
        return self._load(self)

    def view(self, viewer: Viewer) -> View:
        """What this viewer searches."""
        return self._views.of(self.published.generation, self.catalog, viewer)

    def keywords(self, viewer: Viewer) -> KeywordIndex:
        """The keyword search of this viewer."""
        return self.view(viewer).keywords(self.catalog.connection, self.derived)

    def allowed(self, viewer: Viewer, filters: Filters) -> Allowed | None:
        """The chunks inside the filters that this viewer may see; ``None`` when that is all."""
        return self._views.allowed(self.published.generation, self.catalog, viewer, filters)

    def opened(self, viewer: Viewer) -> Allowed | None:
        """The chunks that the catalog opens for this viewer; ``None`` when that is all."""
        return self._views.opened(self.published.generation, self.catalog, viewer)

    def state(self, viewer: Viewer) -> str:
        """The name of what is served to this viewer."""
        view = self.view(viewer)
        if view.visible is None:
            return self.published.state
        return view.state(self.catalog.connection, self.published.fingerprint)
