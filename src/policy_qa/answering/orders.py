"""Sentences of a document that tell whoever answers what to say.

Owns what such a sentence looks like. Invariant: it is no evidence: no answer rests on it, and no fact is taken from it. It stays in the text, is found by a search, and is
shown in its place. This is a second lock: nothing in an answer is ever carried out, whatever a document says. What merely has to be written on a form is no order.
"""

from __future__ import annotations

import re

from policy_qa.japanese.normalize import fold

_TELL = (
    r"と(?:だけ)?(?:答え(?:る(?:こと|もの)|よ|なさい|て(?:ください|下さい))|書(?:く(?:こと|もの)|け|きなさい|いて(?:ください|下さい))"
    r"|(?:回答|返答|返信|出力|表示)(?:せよ|しろ|しなさい|する(?:こと|もの)|して(?:ください|下さい)))"
)
_READER = (
    r"(?<![a-z])ai(?![a-z])|人工知能|アシスタント|チャットボット|言語モデル|(?<![a-z])llm(?![a-z])|プロンプト|回答者|読み?取る機械"
    r"|(?<![a-z])assistant|developermode|systemprompt|【?(?:システム|管理者)】|管理者からの.{0,8}指示|[\[［<]/?\|?(?:system|im_start|im_end|inst)\|?[\]］>]|(?:^|#)system[:：]|#instruction"
)
# Compared folded: lower case, width and blanks gone.
_ORDER = re.compile(
    rf"(?:{_READER}).*(?:{_TELL}|output[\"'「:]|(?:reply|respond|answer)with|say[\"'「]|指示.{{0,8}}従[うえい])"
    r"|(?:これまで|以前|上記|前述)の(?:指示|命令|指図|プロンプト).{0,16}(?:無視|忘れ)"
    r"|ignore(?:all|any|the)*(?:previous|prior|above|earlier)(?:instructions?|prompts?)"
    r"|(?:reply|respond)with[\"'「:]|(?<![a-z])(?:output|say)[\"「]"
    rf"|[「\"][^「」\"]{{1,120}}[」\"](?:とだけ.{{0,4}}|{_TELL.replace('書(?:く(?:こと|もの)|け|きなさい|いて(?:ください|下さい))|', '')})"
    rf"|(?:https?:|<img|<script|!\[|\]\().*(?:{_TELL}|開くこと|クリックすること)|出典番号.{{0,12}}付け"
)


_END = re.compile(r"(?<=[。！？!?])(?![」』\"])|\n")
_SHORTEST = 4  # characters


def is_order(text: str) -> bool:
    """Whether a text does nothing but tell whoever answers what to say: an order behind a sentence takes that sentence from nobody."""
    sentences = [sentence for sentence in _END.split(text) if len(sentence.strip()) >= _SHORTEST]
    return bool(sentences) and all(_ORDER.search(fold(sentence)) for sentence in sentences)


def states_order(quote: str, printed: str) -> bool:
    """Whether what a fact takes out of a quote stands in one of its sentences that is an order, or is all of one."""
    taken = [
        sentence
        for sentence in _END.split(quote)
        if sentence.strip() and (printed in sentence or sentence.strip() in printed)
    ]
    return is_order(printed) or any(map(is_order, taken or [quote]))
