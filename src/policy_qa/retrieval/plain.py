"""A question as it is put plainly: one way of writing for what politeness, haste and the keyboard write in many.

Owns the wordings that ask the same. Invariant: what is asked stays, and a plain question is left as it is; a text of words set side by side, as
one types them into a search box, keeps its blanks, which part the words.
"""

from __future__ import annotations

import re

from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import analyze

# What a question is put politely with, before it and behind it.
_COURTESY = re.compile(
    r"^(?:(?:すみません|すいません|恐れ入ります|恐縮です|失礼します|お忙しいところ|お世話になって(?:おり|い)ます|こんにちは|こんばんは|おはようございます|初めまして|"
    r"質問です|お尋ねします|お聞きします|教えて(?:ください|ほしいのですが)|(?:ちょっと|少し)?(?:聞き|伺い|お聞きし|お伺いし|お尋ねし)たいの?ですが|あの(?:う|ー)?|えっと|えーと|ねえ)(?:が|けど|けれど)?[、。,!!\s]+)+"
    r"|(?:[、。\s]*(?:よろしく)?(?:お願い(?:します|いたします|致します)|お願い申し上げます|ありがとうございます))[。!]*$"
)
_JAPANESE = "ぁ-んァ-ヴー一-鿿々"
# A blank that parts no words: behind a particle, before one, between a number and what it counts.
_LOOSE_BLANK = re.compile(
    rf"(?<=[{_JAPANESE}0-9][のはをがにへともや])[ ]+(?=[{_JAPANESE}0-9「])"
    rf"|(?<=[{_JAPANESE}0-9])[ ]+(?=(?:[はをがにのへもで]|から|まで)[{_JAPANESE}0-9、?？])"
    rf"|(?:(?<=[{_JAPANESE}、。][0-9])|(?<=[{_JAPANESE}、。][0-9]{{2}})|(?<=^[0-9])|(?<=^[0-9]{{2}}))[ ]+(?=[{_JAPANESE}])"
)
_COMMA_BEFORE_ASKING = re.compile(
    r"(?<=は)、(?=(?:いつ|いくら|いくつ|どこ|どの|どれ|どう|どんな|何|誰|だれ|なぜ)[^、]*$)"
)
_SHORT_ERA = re.compile(r"(?<![A-Za-z0-9])R([0-9]{1,2})年度")
_BEFORE_REIWA = 2018
# The endings, each as the plainest that asks the same.
_ENDINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?<=ます|した|せん)でしょうか(?=[。?？!]*$)", "か"),
        (r"(?:(?<=[^るいただうくすつぬむぐぶ])|(?<=[いく]つ))でしょうか(?=[。?？!]*$)", "ですか"),
        (r"を(?:知りたい(?:の?です)?|(?:お聞かせ|お教え|お示し|示して|教えて)(?:ください|下さい|ほしい(?:の?です)?|くれますか|いただけますか|もらえますか)?)(?=[。?？!]*$)", "を教えてください"),
        (r"(?<=[るたいうなだ])の$", "の?"),
        (r"お(?=いくら(?:です)?か?[。?？!]*$)", ""),
        (r"(?:どのくらい|どれくらい|どの程度)の金額(?=(?:です)?か?[。?？!]*$)", "いくら"),
    )
)  # fmt: skip


def plainly(text: str) -> str:
    """A question normalised, without what is courtesy or chance in its wording."""
    normal = _COURTESY.sub("", normalize(text).text.strip())
    if " " in normal and not is_keywords(normal):
        normal = _LOOSE_BLANK.sub("", normal)
    normal = _COMMA_BEFORE_ASKING.sub("", normal)
    for pattern, plain in _ENDINGS:
        normal = pattern.sub(plain, normal)
    return _in_one_era(normal)


def is_keywords(normal: str) -> bool:
    """Whether a question is words set side by side, as one types them into a search box."""
    return " " in normal and not any(
        token.part_of_speech.startswith(("助動詞", "助詞-係", "助詞-終")) for token in analyze(normal)
    )


def _in_one_era(normal: str) -> str:
    """A normalised question with its fiscal years as 「令和8年度」, however it writes them (R8, 2026年度, 令和八年度)."""
    normal = _SHORT_ERA.sub(r"令和\1年度", normal)
    for time in reversed(find_times(normal)):
        if time.precision == "fiscal_year" and len(time.fiscal_years) == 1 and time.fiscal_years[0] > _BEFORE_REIWA:
            normal = f"{normal[: time.start]}令和{time.fiscal_years[0] - _BEFORE_REIWA}年度{normal[time.end :]}"
    return normal
