"""Questions and replies in minutes: what one speaker asks heads what others reply.

Owns where an exchange begins and ends. A reply rarely repeats what it is about («全１２区画のうち、７区画が分譲済みである»): the question above it says that, as a
heading would. Invariant: only a remark that asks, and is followed by another speaker's, opens an exchange; a question of the same speaker that
names no subject of its own stands inside the one before.
"""

from __future__ import annotations

import re

from policy_qa.documents.outline import Outline
from policy_qa.japanese.vocabulary import SPEAKER_TITLE

_NAME = r"(?:[一-鿿々ァ-ヴーヶ][一-鿿々ぁ-んァ-ヴーヶ・]{0,15}?)?"
# 「宇津木委員：…」, 「○野々垣委員　…」, 「（事務局）…」, 「○　…」 of 「○：委員　●：事務局」.
_NAMED = re.compile(
    rf"(?:[○●◯◎◇◆□■]?[\s　]*(?P<called>{_NAME}{SPEAKER_TITLE})[：:]|[○●◯◎◇◆□■][\s　]*(?P<marked>{_NAME}{SPEAKER_TITLE})[\s　]"
    rf"|[（(【［](?P<framed>{_NAME}{SPEAKER_TITLE})[）)】］])(?=.{{8,}})"
)
_MARK = re.compile(r"(?P<mark>[○●◯◎◇◆□■])[\s　]*(?=\S)")
_ASKS = re.compile(
    r"(?:か|か。[^。]{0,20}|[^、。]{3,}[はも]|(?:を|に|と|も|て)?(?:お?伺(?:う|い(?:たい|ます))|お?尋ねする|お?聞き(?:したい|します)|聞きたい|問う|確認したい|説明(?:して(?:ほしい|いただきたい)|を求める)|教えて(?:ほしい|いただきたい|ください)))[。？?]?$"
)
_HAS_SUBJECT = re.compile(r"について|に関して|^[^。、]{9,}(?:は|が)")
_POINTS_BACK = re.compile(r"^(?:その|それ|これ|この|同|また|では|ほかに|どの|どう|なぜ|いつ|何|今後|来年)")
_ANYBODY = re.compile(rf".|{SPEAKER_TITLE}")
_CHAIR = re.compile(r"(?<!副)(?:委員長|議長|座長|会長|部会長)$")
_LONGEST = 120


def speaker_of(line: str) -> str | None:
    """Who speaks from the beginning of a line: a name with its title, or the mark that stands for one; ``None`` for other lines."""
    named = _NAMED.match(line)
    if named is not None:
        return re.sub(r"[\s　]", "", named["called"] or named["marked"] or named["framed"])
    mark = _MARK.match(line)
    return mark["mark"] if mark else None


class Exchanges:
    """Follows the remarks of a document, and keeps the question that is being replied to in its outline."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._asker: str | None = None

    def before(self, speaker: str | None, remark: str) -> None:
        """Closes what a remark ends, before it is placed: the exchange of another speaker, or the speaker's own question before."""
        if self._asker is None or speaker is None:
            return
        if speaker == self._asker:
            self._outline.leave("follow_up" if _goes_on(speaker, remark) else "exchange")
        elif _CHAIR.search(speaker) or (_is_member(speaker) and _is_member(self._asker)):
            self._outline.leave("exchange")
            self._asker = None

    def after(self, speaker: str | None, remark: str, following: str | None) -> None:
        """Opens an exchange where a remark asks and another speaker's follows."""
        if speaker is None or following is None or following == speaker or not _ASKS.search(remark):
            return
        if (len(speaker) == 1) != (len(following) == 1) or _CHAIR.search(speaker):
            return
        is_further = speaker == self._asker and _goes_on(speaker, remark)
        self._outline.enter("follow_up" if is_further else "exchange", _said(remark)[-_LONGEST:])
        self._asker = speaker


def _is_member(speaker: str) -> bool:
    return bool(re.search(r"(?:委員|議員|構成員)$", speaker))


def _said(remark: str) -> str:
    """A remark on one line, without its speaker."""
    text = re.sub(r"\s*\n[\s　]*", "", remark)
    named = _NAMED.match(text) or _MARK.match(text)
    return text[named.end() :].strip(" 　") if named else text


def _goes_on(speaker: str, remark: str) -> bool:
    """Whether a remark goes on with the subject of the same speaker's question before; a mark or a bare 委員 may be anybody."""
    text = _said(remark)
    has_subject = bool(_HAS_SUBJECT.search(text)) and not _POINTS_BACK.match(text)
    return not has_subject and not _ANYBODY.fullmatch(speaker)
