"""What a long question sets out before it asks, and what it asks.

Owns the parting of a question into circumstances (「会社の転勤で3年だけ住む予定です。」) and the asking itself, and which sentence asks last. Invariant:
the two parts are the whole question in its order; a question of one sentence has no circumstances.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(?:[^。?？!！()（）]|[(（][^()（）]*[)）])+[。?？!！]*\s*|.")
_ASKS = re.compile(
    r"[?？]|か[。\s]*$|教え|知りたい|挙げ|列挙|示して|示しください|説明|ください|お願い|いくら|いくつ|いつ|誰|だれ|どこ|どの|どれ|どんな|どう(?!しても|やら|せ)|なぜ|何(?!でも|も|らか|度も)|どちら"
)
_ASKING_END = re.compile(r"(?:か(?:ね|な)?|[?？])[。?？!！\s]*$")


def asked_from(normal: str) -> int:
    """Where the asking begins in a normalised question: at its first sentence that asks, or at its last one; 0 for one sentence."""
    sentences = [match for match in _SENTENCE.finditer(normal) if match[0].strip()]
    if len(sentences) < 2:
        return 0
    asking = next((match for match in sentences if _ASKS.search(match[0])), sentences[-1])
    return asking.start()


def asking_sentence(text: str) -> str:
    """The last sentence that asks; what is said of the case may follow it: 「…受けられますか。公務員です。」"""
    parts = [part for part in re.split(r"(?<=[。!！?？])", text) if part.strip()]
    return next((part for part in reversed(parts) if _ASKING_END.search(part)), parts[-1] if parts else text)
