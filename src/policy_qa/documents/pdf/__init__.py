"""PDF -> text with its structure, tables and places: ``glyphs`` what stands on a page, ``tables`` the tables among it."""
