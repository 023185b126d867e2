"""What was decided: the name of a plan, law or measure in front of a place in a text.

Owns the reading of names backwards. Invariant: a name is a stretch of the normalised text itself; where its beginning cannot be told, there
is no name.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policy_qa.facts.programs.names import clean_name
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import analyze

_LONGEST = 70
_QUOTED = re.compile(r"[「『](?P<name>[^「」『』]{2,80}(?:[「『][^「」『』]{1,40}[」』][^「」『』]{0,40})?)[」』]$")
_VERSION = re.compile(
    r"[(〔](?:第?[0-9〇一二三四五六七八九十]+[次期版回](?:[^()]{0,6})?|[^()]{0,8}年度?(?:版|改定|改訂)?|案|仮称|改[定訂]版?|[^()]{0,8}版)[)〕]$"
)
_STOP = re.compile(r"[。、，,「」『』()\[\]〔〕【】<>《》:;|\n※◆■●○→⇒…]")
_DRAFT_BEHIND = re.compile(r"(?<=[)」』〕])の?(?:素|原|骨子)?案$")
_GENERIC = re.compile(r"(?:法律|告示|条例|要綱|規則|政令|省令|計画|規定)の(?:一部|全部)?(?:改正|変更|改定)")
_LAW_ENDING = re.compile(r"(?:法|法律|政令|[府省]令|条例|規則|規程|告示|要綱|要領|憲法)$")
# Hiragana that stands inside the titles of laws and plans; any other run is grammar and ends the name.
_INSIDE_TITLE = re.compile(
    r"(?:の|と|や|及び|並びに|又は|に関する|等に関する|に係る|のための|に対する|における|ための|による|等の|を推進するための|を確保するための|を改正する|の一部を改正する|を促進するための|を図るための|"
    r"こども|ども|まち|ひと|しごと|ふるさと|みどり|くらし|もの|づくり|いじめ|がん|むし|あん|きゅう|はり|ろう|て|み|り|き|れ|わ|め|を)+"
)
_AMENDING = re.compile(r"(?:等)?の(?:一部|全部)を改正する(?:法律|条例|政令|[府省]令|規則|告示|要綱)案?$")
_NUMBER_BEFORE = re.compile(
    r"^(?:第[0-9〇一二三四五六七八九十百]+条(?:の[0-9一二三四五六七八九十]+)*|[0-9一二三四五六七八九十]{1,3}|[イロハニホヘトチリヌ]|[(][0-9一二三四五六七八九十]+[)])[ 　、.]+"
)
_OFFICIAL = re.compile(
    r"(?:計画|戦略|方針|構想|大綱|プラン|ビジョン|法|法律|法案|条例|規則|規程|要綱|要領|政令|[府省]令|告示|指針|ガイドライン|基準|綱領|宣言|プログラム|パッケージ|アジェンダ|ロードマップ|対策|予算|制度|提言|答申|憲章|協定|条約|議定書|マニュアル|方策|報告書?|白書|工程表|について|要望書|決議|意見書|規約|会則|(?<![提思考懸])案)(?:の?(?:素|原|骨子)?案)?(?:[(〔][^()〔〕]*[)〕])?(?:の?案)?$"
)
_TORN = re.compile(r"(?:特別|臨時)措置法|施行[法令]|基本法|施行規則|.{0,2}法律")
_LEADING = re.compile(
    r"^(?:及び|並びに|又は|若しくは|その他|ただし|同|当該|この|その|これらの|新たな|新しい|今後の|次の|国の|政府の|県の|市の|町の|村の|本市の|本県の|先の|の|と|や|等|なお|また)+"
)
# A name that only points: 「本計画」, 「同法」, 「この要綱」.
POINTS = re.compile(
    r"(?:本|同|この|当該|その|これら|それ|今回の|第[0-9]+次の?)?(?:計画|戦略|方針|法|法律|要綱|条例|規則|基準|指針|案|会議|構想|大綱|事業|制度|改正|日|規定|もの|こと|ため|命令|省令|政令)?(?:の?案)?"
)
_OWN_TEXT = re.compile(
    r"(?:計画|戦略|方針|構想|大綱|プラン|ビジョン|要綱|要領|条例|規則|規程|法|法律|政令|省令|府令|告示|指針|ガイドライン|基準|綱領|宣言|プログラム|対策|パッケージ|アジェンダ|ロードマップ|について)$"
)
_TITLE_TAIL = re.compile(
    r"[\s]*(?:[(〔【](?:概要|概要版|本文|案|抄|全文|要旨|ポイント)[^()〔〕【】]{0,4}[)〕】]|の?概要|の?ポイント|本文)$"
)
_DRAFT_TAIL = re.compile(r"(?:の?(?:素|原|骨子)?案|\((?:素|原|骨子)?案\))$")
_CONTENT = ("名詞", "接頭辞", "接尾辞", "形状詞", "記号")


def name_before(text: str, end: int) -> str | None:
    """The name that ends at ``end`` of a normalised text: quoted, or the noun phrase there; ``None`` when none is sure."""
    head = text[max(0, end - _LONGEST - 20) : end].rstrip()
    draft = _DRAFT_BEHIND.search(head)
    head = head[: draft.start()] if draft else head
    version = _VERSION.search(head)
    behind = version[0] if version else ""
    head = head[: len(head) - len(behind)].rstrip()
    if not behind:  # a remark behind a name is none of it: 「○○法（令和5年法律第61号）が成立し」
        head = re.sub(r"[(〔][^()〔〕]*[)〕]$", "", head).rstrip()
    behind += draft[0] if draft else ""
    quoted = _QUOTED.search(head)
    amending = _AMENDING.search(head)
    name: str | None
    if quoted:
        name = quoted["name"]
    elif amending:
        base = law_before(head[: amending.start()])
        name = base + amending[0] if base else None
    else:
        pieces = _STOP.split(head)
        name = _phrase(pieces[-1][-_LONGEST:])
    if name is None:
        return None
    name = _NUMBER_BEFORE.sub("", name.strip())
    whole = name + behind
    if len(name) < 2 or _GENERIC.fullmatch(whole) or _is_time(whole):
        return None
    return whole


def _is_time(name: str) -> bool:
    """Whether a name is only a day or a period, which may be written before the same particles."""
    times = find_times(name) if re.search("[年月]", name) else []
    return bool(times) and len(name) - (times[-1].end - times[0].start) <= 3


def law_before(text: str) -> str | None:
    """The title of a law at the end of a normalised text, without a look into the dictionary: laws cite hundreds."""
    quoted = _QUOTED.search(text)
    if quoted:
        return quoted["name"]
    piece = _STOP.split(text[-_LONGEST:])[-1]
    runs = list(
        re.finditer(r"(?:及|並|又)?[ぁ-ゖ]+(?:[関係対][ぁ-ゖ]+)*", piece)
    )  # 「に関する」, 「及び」 are one each
    start = 0
    for run in reversed(runs):
        if not _INSIDE_TITLE.fullmatch(run[0]):
            start = run.end()
            break
    name = _LEADING.sub("", _NUMBER_BEFORE.sub("", piece[start:].strip()))
    if _TORN.fullmatch(name) or not _LAW_ENDING.search(name) or POINTS.fullmatch(name) or len(name) < 3:
        return None
    return name if re.match(r"[一-鿿々ァ-ヴーA-Za-zこまひがいふも]", name) else None


def whole_before(text: str) -> str | None:
    """All that stands between the last punctuation and the end of a text, when that is an official name and no sentence."""
    piece = _LEADING.sub("", _STOP.split(text[-_LONGEST:])[-1].strip())
    if not 5 <= len(piece) <= 40 or not _LAW_ENDING.search(piece) or re.search(r"[はがをに]|より|から", piece[3:]):
        return None
    return piece


def _phrase(piece: str) -> str | None:
    """The noun phrase at the end of a piece without punctuation."""
    tokens = analyze(piece)
    start: int | None = None
    for token in reversed(tokens):
        inside = (
            token.part_of_speech.startswith(_CONTENT)
            or token.surface in {"の", "・", "〜", "~", "～", "及び", "並びに", "-", "2.0"}
            or re.fullmatch(r"[0-9.]+", token.surface) is not None
        )
        if not inside and not re.search(
            r"に関する|に係る|における|に対する|のための|ための|づくり|まち|ひと|しごと|こども|くらし",
            piece[max(0, token.start - 4) : token.end + 4],
        ):
            break
        start = token.start
    before = [token for token in tokens if start is not None and token.end <= start]
    if start is None or (
        before and before[-1].end == start and before[-1].part_of_speech.startswith(("副詞", "感動詞"))
    ):
        return None
    name = _LEADING.sub("", piece[start:].strip()).strip()
    if len(name) < 3 or re.match(r"[をがはにでともへ、]|する|した|れる|に関|に係|に対|における", name):
        return None
    return name if analyze(name) and analyze(name)[-1].part_of_speech.startswith(_CONTENT) else None


def is_official(name: str) -> bool:
    """Whether a name ends as texts and plans do that are decided: 計画, 法律, 条例, 指針, …案, whatever version stands behind it."""
    return bool(_OFFICIAL.search(name))


def own_title(title: str) -> str | None:
    """The title of a document that is itself a plan, law or guideline, as what was decided; ``None`` for any other document."""
    name = re.sub(r"^(?:(?:令和|平成)[0-9元]+年度?|[0-9]{4}年度?)\s*の?\s*", "", normalize(title).text.strip())
    while (shorter := _TITLE_TAIL.sub("", name).strip()) != name:
        name = shorter
    return name if _OWN_TEXT.search(re.sub(r"[～〜~].*$|\([^()]*\)$", "", name).strip()) else None


def without_draft(name: str) -> tuple[str, bool]:
    """A name without 「案」 behind it, and whether it had one."""
    shorter = _DRAFT_TAIL.sub("", name).strip()
    if shorter == name or re.search(r"[提議立答思考]$", shorter):
        return name, False
    return shorter, True


def title_name(line: str) -> str:
    """A heading or title line as the name of what it heads."""
    name = clean_name(line)
    while (shorter := _TITLE_TAIL.sub("", name).strip()) != name:
        name = shorter
    return name


@lru_cache(maxsize=4096)
def title_of_path(path: tuple[str, ...]) -> str | None:
    """The outermost heading that is itself the title of a plan, law or guideline."""
    return next((name for title in path if (name := own_title(title_name(title)))), None)
