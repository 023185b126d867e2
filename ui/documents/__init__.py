"""The page of documents: what is indexed and how well it was read, each document's text and facts beside its pages."""
