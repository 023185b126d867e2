"""An encoder without a model, and a corpus of lines: what a sync needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from policy_qa.errors import CorpusMissing, DocumentError
from policy_qa.storage.source import Prepared, SourceFile, Terms, Wanted
from policy_qa.types import (
    Block,
    Chunk,
    Document,
    Fact,
    Metadata,
    Page,
    Place,
    Span,
    Stage,
)


class HashingEncoder:
    """An encoder without a model: a text becomes counts of its hashed character pairs, scaled to length 1.

    Texts that share pairs of characters lie near each other. The same text has the same vector in every process.
    """

    name = "hashing-pairs"

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text."""
        return np.array([self.encode_query(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of one text."""
        vector = np.zeros(self.dimension, dtype=np.float32)
        for pair in zip(f" {text}", f"{text} ", strict=True):
            vector[crc32("".join(pair).encode("utf-8", "surrogatepass")) % self.dimension] += 1
        scaled: NDArray[np.float32] = vector / np.linalg.norm(vector)
        return scaled


@dataclass(frozen=True)
class LineSource:
    """A corpus of UTF-8 text files for a sync: each line that is not blank is a block and a chunk.

    A form feed begins a page; a line lies in a box of 12 points on it. The terms of a line are its words. A line with 円 states a budget; years are read as in 2026年度, 当初 means the
    initial budget. ``metadata`` says more about files by path; the others have the label ``public``.
    """

    folder: Path
    metadata: Mapping[str, Metadata] = field(default_factory=dict)
    encoder: HashingEncoder = field(default_factory=HashingEncoder)
    limits: str = "none"

    def list(self) -> Sequence[SourceFile]:
        """Every ``.txt`` file below the folder, by path."""
        if not self.folder.is_dir():
            raise CorpusMissing(str(self.folder))
        files = {path.relative_to(self.folder).as_posix(): path for path in self.folder.rglob("*.txt")}
        return [SourceFile(path, files[path], self._metadata(path), "lines") for path in sorted(files)]

    def digest(self, file: SourceFile) -> str | None:
        """The SHA-256 of a file."""
        return sha256(file.absolute.read_bytes()).hexdigest()

    def prepare(
        self, wanted: Iterable[Wanted], page: Callable[[SourceFile, int], None]
    ) -> Generator[tuple[SourceFile, Prepared | DocumentError]]:
        """Each file in turn, with ``DocumentError`` for one that is no UTF-8 or has no line. All are opened, also what is known."""
        for item in wanted:
            try:
                prepared = self.read(item.file)
            except DocumentError as error:
                yield item.file, error
                continue
            page(item.file, max(1, len(prepared.document.pages)))
            yield item.file, prepared

    def read(self, file: SourceFile) -> Prepared:
        """The document in this file. Raises ``DocumentError``."""
        data = file.absolute.read_bytes()
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise DocumentError(file.path, "damaged", "UTF-8 ではない", "UTF-8 で保存してください。") from error
        lines = [Span(*match.span()) for match in re.finditer(r"[^\n\f]*\S[^\n\f]*", text)]
        if not lines:
            raise DocumentError(file.path, "empty", "文字がない", "内容を確かめてください。")
        breaks = [match.end() for match in re.finditer("\f", text)]
        pages = tuple(Page(number, start) for number, start in enumerate([0, *breaks], start=1)) if breaks else ()
        unplaced = Document(file.path, sha256(data).hexdigest(), text, (), file.metadata, pages)
        blocks = tuple(Block("paragraph", span, page=unplaced.page_number(span.start)) for span in lines)
        chunks = tuple(self._chunk(file.path, block, block.span.of(text)) for block in blocks)
        title = tuple(file.metadata.title.split())
        return Prepared(
            document=replace(unplaced, blocks=blocks),
            chunks=chunks,
            terms=tuple(Terms(title, (), tuple(chunk.text.split())) for chunk in chunks),
            embeddings=self.encoder.encode_documents([chunk.text for chunk in chunks]),
            facts=tuple(
                Fact("budget", chunk.path, chunk.span.start, chunk.span.end, chunk.text, chunk.text)
                for chunk in chunks
                if "円" in chunk.text
            ),
            places=tuple(
                Place(block.span, block.page, (0.0, 12.0 * line, 12.5 * len(block.span), 12.0 * line + 12))
                for line, block in enumerate(blocks)
            ),
        )

    def _chunk(self, path: str, block: Block, text: str) -> Chunk:
        years = tuple(int(year) for year in re.findall(r"(\d{4})年度", text))
        stages: tuple[Stage, ...] = ("initial",) if "当初" in text else ()
        return Chunk(path, block.span, text, page=block.page, years=years, stages=stages)

    def _metadata(self, path: str) -> Metadata:
        return self.metadata.get(path, Metadata(title=path.removesuffix(".txt"), labels=frozenset({"public"})))
