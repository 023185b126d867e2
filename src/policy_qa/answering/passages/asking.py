"""The noun phrase a question asks for: 「審査の観点」 in 「審査の観点は何ですか」, 「講座」 in 「どんな講座がありますか」.

Owns the reading of that phrase, its head and what narrows it. Invariant: everything given stands in the question as it was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import analyze
from policy_qa.retrieval.question import Question

_EACH = "それぞれ|すべて|全て|全部|全員"
_ASKING = re.compile(
    rf"(?:とは|って|には|では|は|が|を|に)?[、 ]*(?:{_EACH}|残らず)?(?:の名前|の氏名)?(?:を)?(?:何|なに|なん|どこ|誰|だれ|どなた|どれ|どう|いくつ|教え|挙げ|あげ|列挙|示し|知り|説明|[?？。]*$)"
)
_KIND = re.compile(
    r"(?:どんな|どのような|どういう|どういった|何の)(?P<kind>[一-鿿々ァ-ヴーA-Za-z0-9]+れ?|もの|ひと|こと|とき)"
)
_NEEDS = re.compile(r"(?:は|に)?何(?:が|を)(?:必要|要[りるら]|い(?:り|る)(?:ま|[?？。]|か)|持って|用意|準備)")
_AMONG = re.compile(r"(?P<whole>.+?)(?:のうち|の中)(?:で|に)?、?(?P<part>.+)")
_TAIL = re.compile(
    rf"(?:(?:の|、|を|が|は)?(?:一覧|名前|氏名|名称|{_EACH}|[0-9一二三四五六七八九]つ))?(?:を|は|が|と|(?<!も)の|について)?$"
)
_HEAD = re.compile(r"[一-鿿々ァ-ヴーA-Za-z0-9]+$")
# Heads that say of no kind of thing: what is asked for is what stands before them (収集しないもの, 交付を受けられない人).
_GENERAL = re.compile(r"(?:もの|ひと|こと|とき|ところ|の|人|方|者|物|場合|事項|項目|種類|内容|例|名前|どんな)$")
_MEASURE = re.compile(r"条件|要件|基準|範囲|対象|資格|区分|分類")
# Heads that offices write one for the other.
_SAME_HEADS = (
    ("メンバー", "委員", "構成員", "名簿"), ("条件", "要件", "基準"), ("役割", "責務", "分担"), ("意見", "指摘", "所見"), ("観点", "基準", "審査項目", "評価項目"),
    ("書類", "添付書類", "提出書類", "必要書類", "申請書類", "提出物", "必要なもの", "持ち物"), ("スケジュール", "日程", "予定", "流れ"), ("費用", "経費"), ("問題", "課題"), ("議題", "議事", "次第"), ("柱", "基本方針", "方針"),
)  # fmt: skip
_SAID_BEHIND = re.compile(r"(?:から|に|を|で|が)[一-鿿]")
# A reason or a meaning is no list, whatever stands under its name.
_NO_LIST = re.compile(r"なぜ|何故|どうして|なんで|とは(?!別)|の意味|の定義|どういうこと")
_DENIES = re.compile(
    r"対象外|(?<!なければなら)(?<!なければいけ)(?<!かもしれ)(?:ない|ません)|できず|除[くき外]|以外|不可|禁止|×"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """``phrase`` is the whole noun phrase, ``head`` its last noun or empty, ``part`` what narrows it (…のうち、◯◯)."""

    phrase: str
    head: str
    part: str = ""

    @property
    def is_denied(self) -> bool:
        """Whether what is excluded is asked for."""
        return denies(f"{self.phrase} {self.part}")

    @property
    def heads(self) -> tuple[str, ...]:
        """The head, then the nouns that offices write for it; empty where there is none."""
        beside = re.search(rf"(?P<one>[一-鿿ァ-ヴー]{{2,6}})[と・]{re.escape(self.head)}$", self.phrase)
        heads = (self.head, beside["one"]) if beside else (self.head,)  # 「日程と会場」
        same = (other for head in heads for group in _SAME_HEADS if head in group for other in group)
        return tuple(dict.fromkeys((*heads, *same))) if self.head else ()

    @property
    def of_people(self) -> bool:
        """Whether the members of a body are asked for."""
        return self.head.endswith(_SAME_HEADS[0])

    def readings(self) -> Iterator[Asked]:
        """The phrase as asked; then, where its head only says that there are conditions or kinds, without that head."""
        yield self
        if _MEASURE.fullmatch(self.head) and self.phrase.endswith(f"の{self.head}"):
            phrase = self.phrase.removesuffix(f"の{self.head}")
            yield Asked(phrase, _head(phrase), self.part)


def denies(text: str) -> bool:
    """Whether a heading, a lead-in or a question speaks of what is excluded."""
    return bool(_DENIES.search(text))


def asked_phrase(question: Question) -> Asked | None:
    """The noun phrase that the question asks for; ``None`` where it does not put it before its interrogative or behind 「どんな」."""
    text = normalize(question.search_text).text.strip().replace("「", "").replace("」", "")
    if _NO_LIST.search(text):
        return None
    kind = _KIND.search(text)
    if kind is not None:
        before = text[: kind.start()] or text[kind.end() :]
        general = bool(_GENERAL.fullmatch(kind["kind"]))
        if general and kind.start() and _SAID_BEHIND.match(text, kind.end()):
            return None  # どのような人から選ばれますか: a sentence says it, no name of a list
        phrase = _TAIL.sub("", re.sub(r"(?:のは|には|では|は|が|に|で|、)+$", "", before))
        return Asked(phrase, _head(phrase) if general else kind["kind"])
    needs = _NEEDS.search(text)
    if needs is not None:
        return Asked(
            _TAIL.sub("", re.sub(r"(?:のに|には|とき(?:に|は)?|際に?|で|、)+$", "", text[: needs.start()])),
            "必要なもの",
        )
    asking = _ASKING.search(text)
    if asking is None or not asking.start():
        return None
    phrase, part = text[: asking.start()], ""
    among = _AMONG.fullmatch(phrase)
    if among is not None:
        phrase, part = among["whole"], among["part"]
    phrase = _TAIL.sub("", phrase)
    return Asked(phrase, _head(phrase), part) if phrase else None


def _head(phrase: str) -> str:
    while general := _GENERAL.search(phrase):
        phrase = phrase[: general.start()]
    head = _HEAD.search(phrase)
    return head[0] if head else ""


def asks_by_nouns(question: Question) -> bool:
    """Whether nothing but nouns leads to what is asked, and that is no value: 「骨盤体操の持ち物」. Each of them names a thing that has to be said."""
    return question.attribute is None and question.asks in {"text", "definition"} and is_noun_chain(question)


def is_noun_chain(question: Question) -> bool:
    """Whether the phrase is nouns joined by 「の」 alone, so that each names a thing: 「西部エリアの運行時間」, not 「診てもらえる方法」."""
    asked = asked_phrase(question)
    return asked is not None and _is_chain(asked.phrase)


@lru_cache(maxsize=256)  # asked for with every passage
def _is_chain(phrase: str) -> bool:
    return not any(token.part_of_speech.startswith(("動詞", "形容詞", "助動詞", "代名詞")) for token in analyze(phrase))
