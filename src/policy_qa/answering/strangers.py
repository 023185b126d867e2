"""What a question is about that no document knows: a place, a programme by a full name, or a thing that aid is asked for.

Owns the refusal before any step answers. Invariant: a stranger is a proper name that is nowhere written; where somebody lives or comes from is a
circumstance, and a name whose words the documents all have may be another way to say what they do name.
"""

from __future__ import annotations

import re

from policy_qa.answering.library import Library
from policy_qa.answering.scope import names_of_places
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.everyday import official_terms
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words

# Where the asker lives, comes from or goes to is a circumstance: 「大阪市に住んでいますが…」.
OF_ASKER = re.compile(
    r"[都道府県市区町村島郡内]*(?:に|へ|から|で|の)?(?:住|在住|在勤|在学|引っ?越|移住|転入|転出|通[っいう勤学]|勤め|働|出身)"
)
# 「補聴器の助成」, 「家賃補助」: what aid is for.
_AID = re.compile(
    r"(?P<thing>[一-鿿々ァ-ヴー]{2,10}?)の?(?:補助|助成|給付|手当|奨励|支援)金?(?=[のはをがにで、。?？ ]|$)"
)


def stranger_of(question: Question, library: Library) -> str | None:
    """The first name in a question that no document writes; ``None`` where the documents know them all."""
    for name in question.unknown_programs:
        if not library.writes(name) and not all(
            _is_known(word.surface, library) for word in content_words(_plain(name))
        ):
            return name
    for match in _AID.finditer(question.search_text):
        words = content_words(match["thing"])
        if (
            words
            and not any(_is_known(word.surface, library) for word in words)
            and not _is_said_otherwise(match["thing"], library)
        ):
            return match["thing"]
    for name, end in names_of_places(question.search_text):
        if not OF_ASKER.match(question.search_text, end):
            _, writing = library.documents_with(name)
            if writing is not None and not writing:
                return name
    return None


def _is_known(word: str, library: Library) -> bool:
    return any(library.knows(term) for term in index_terms(word))


def _is_said_otherwise(thing: str, library: Library) -> bool:
    return any(library.knows(term) for term in official_terms(thing))


def _plain(name: str) -> str:
    return normalize(name).text
