"""The values that flow through the program, and how they become JSON.

    file -> Document -> Chunk, Fact -> Hit -> Evidence -> Draft -> Answer(citations)

Invariant: a ``Span`` counts characters of the *extracted text* of one document, and
``document.text[span.start:span.end]`` is the quote, always. Nothing here knows how a value is made.
All classes are frozen: a value that was checked stays as it was checked.
"""

from policy_qa.types.answers import (
    Answer,
    Citation,
    CitedFact,
    Filters,
    Hit,
    Status,
    Understood,
    Viewer,
)
from policy_qa.types.as_json import to_json
from policy_qa.types.documents import (
    Aspect,
    Block,
    BlockKind,
    Box,
    Chunk,
    Confidence,
    DecisionStatus,
    Document,
    Extraction,
    Fact,
    FactKind,
    Location,
    Metadata,
    Page,
    PageKind,
    PageTrouble,
    Place,
    Span,
    Stage,
    page_kind,
)
from policy_qa.types.index import (
    Check,
    DocumentSummary,
    IndexStatus,
    LoggedAnswer,
    Progress,
    SourceFailure,
    SyncReport,
)
from policy_qa.types.models import (
    KnownModel,
    ModelChange,
    ModelHome,
    ModelReport,
    Prompts,
    PromptSource,
    RerankerReport,
)
from policy_qa.types.records import (
    Decision,
    DecisionDraft,
    DecisionSource,
    RecordedDecision,
    RecordKind,
)

__all__ = [
    "Answer",
    "Aspect",
    "Block",
    "BlockKind",
    "Box",
    "Check",
    "Chunk",
    "Citation",
    "CitedFact",
    "Confidence",
    "Decision",
    "DecisionDraft",
    "DecisionSource",
    "DecisionStatus",
    "Document",
    "DocumentSummary",
    "Extraction",
    "Fact",
    "FactKind",
    "Filters",
    "Hit",
    "IndexStatus",
    "KnownModel",
    "Location",
    "LoggedAnswer",
    "Metadata",
    "ModelChange",
    "ModelHome",
    "ModelReport",
    "Page",
    "PageKind",
    "PageTrouble",
    "Place",
    "Progress",
    "PromptSource",
    "Prompts",
    "RecordKind",
    "RecordedDecision",
    "RerankerReport",
    "SourceFailure",
    "Span",
    "Stage",
    "Status",
    "SyncReport",
    "Understood",
    "Viewer",
    "page_kind",
    "to_json",
]
