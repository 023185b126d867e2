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
from policy_qa.retrieval.words import content_words, informativeness

# Where the asker lives, comes from or goes to is a circumstance: 「大阪市に住んでいますが…」.
OF_ASKER = re.compile(
    r"[都道府県市区町村島郡内]*(?:に|へ|から|で|の)?(?:住|在住|在勤|在学|引っ?越|移住|転入|転出|通[っいう勤学]|勤め|働|出身|の(?:病院|会社|大学|学校|業者|店|工場|親|実家|友人|業者)|です(?:が|けれ?ど)|だ(?:が|けど))|に(?:い(?:る|て|ます)|居|単身赴任|出張)"
)
_WANTED = r"[^はをがにでも、。「」]{2,24}?"
# What aid is for, or what somebody wants to get: 「補聴器の助成」, 「生ごみの機械の補助」, 「おでかけパスは使えますか」.
_THINGS = (
    re.compile(rf"(?P<thing>{_WANTED})の?(?:補助|助成|給付|手当|奨励|支援)金?(?=[のはをがにで、。?？ ]|$)"),
    re.compile(
        rf"(?P<thing>{_WANTED})(?:は|を|が|も)(?:使え|買え|もらえ|貰え|借りられ|申し込め|受けられ|受け取れ|利用でき|受給でき|出(?:ます|る)(?:か|の))(?!(?:ない|ません)(?:ので|ため|から|のですが))"
    ),
)
# A case of a programme: 「活用枠」, 「共同実施型」.
_CASE = re.compile(r"(?P<case>[一-鿿ァ-ヴー]{2,8}(?:枠|コース)|[一-鿿ァ-ヴー]{3,8}型)(?![一-鿿])")
_NO_NAME = re.compile(
    r"(?:申請|補助|公募|応募|予算|対象|募集|各|同|他の?|両|全)(?:枠|コース)|.*(?:大型|小型|中型|新型|旧型|普通型|一般型)"
)
# What does not say which thing.
_FRAME = re.compile(
    r"別|両方|どちら|いずれ|全部|特典|優待|恩恵|お祝い|サービス|券|お得|お?金|補助金?|助成金?|支援金?|給付金?|手当|制度|事業|費用|経費|代金?|対象|申請|もの|こと|場合|人|方|者|家|年|[今来去昨]年|今回|前回|度|市|県|町|村|国|[父母]親?|夫|妻|息子|娘|親|[ぁ-ん]{1,2}|[0-9]+.{0,2}"
)

_TELLING = 6.5
_WRITTEN_SO = re.compile(r"[一-鿿々]{2,}|[ァ-ヴー]{3,}")  # documents may write kana words otherwise


def stranger_of(question: Question, library: Library) -> str | None:
    """The first proper name in a question that no document writes; ``None`` where the documents know them all."""
    for match in _CASE.finditer(question.search_text):
        if not _NO_NAME.fullmatch(match["case"]) and not library.writes(match["case"]):
            return match["case"]
    for name, end in names_of_places(question.search_text):
        if not OF_ASKER.match(question.search_text, end):
            _, writing = library.documents_with(name)
            if writing is not None and not writing:
                return name
    return None


def unknown_of(question: Question, library: Library) -> str | None:
    """A programme or a thing that aid is wanted for, called by a word that no document has; they may well call it by another."""
    for name in question.unknown_programs:
        if not library.writes(name) and not all(
            _is_known(word.surface, library) for word in content_words(_plain(name))
        ):
            return name
    return _unknown_thing(question, library)


def _unknown_thing(question: Question, library: Library) -> str | None:
    """What is wanted, where the documents have none of its words, and none of the official words for it."""
    text = question.search_text
    for name in (
        *(name for name, _ in names_of_places(text)),
        *question.scope_names,
        *(topic.written or topic.name for topic in question.topics),
    ):
        text = text.replace(name, "、")
    for match in (match for pattern in _THINGS for match in pattern.finditer(text)):
        words = [word for word in content_words(match["thing"]) if word.is_noun and not _FRAME.fullmatch(word.surface)]
        unknown = [word for word in words if not _is_said(word.surface, library)]
        telling = [
            word for word in unknown if _WRITTEN_SO.fullmatch(word.surface) and informativeness(word.lemma) >= _TELLING
        ]
        head = words[-1] if words else None  # 家賃 in 移住者向け家賃補助: what the aid is for
        if (
            not telling
            and head in unknown
            and _WRITTEN_SO.fullmatch(head.surface)
            and match["thing"].endswith(head.surface)
        ):
            telling = [head]
        if telling or (words and len(unknown) == len(words)):
            return "」「".join(dict.fromkeys(word.surface for word in telling or unknown))
    return None


def _is_said(word: str, library: Library) -> bool:
    return _is_known(word, library) or any(library.knows(term) for term in official_terms(word)) or library.writes(word)


def _is_known(word: str, library: Library) -> bool:
    return any(library.knows(term) for term in index_terms(word))


def _plain(name: str) -> str:
    return normalize(name).text
