"""What a yes/no question puts forward: the points of its case, their figures, the order of deeds.

Owns the reading of that. Invariant: the points are all that the question says but the name of the programme and the words of asking; a point
is said by a text only in its own words, in the words official text uses for it, or by a wider kind of thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.answering.verdicts.figures import Figure, figures_in
from policy_qa.answering.verdicts.kinds import KINDS, SUFFIX, patterns_alike
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.asking import asked_from
from policy_qa.retrieval.everyday import everyday_phrases
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.synonyms import Phrase, synonym_phrases
from policy_qa.retrieval.words import Word, content_words, informativeness

# Words that only ask, or stand for the programme's own things.
_FRAME = re.compile(
    r"対象(?:外|者|経費|事業)?|申請|応募|利用|活用|参加|補助(?:金|事業)?|助成(?:金)?|支給|交付(?:金)?|支援(?:金)?|給付(?:金)?|事業|制度|場合|経費|費用|資格|該当|可能|方|者|人|場|資金|こと|登録|申し?込み?|購入費?"
    r"|[0-9.]+|年|月|週|歳|円|%|割|級|以上|以下|未満|後|目|間|代|条件|要件|ほか|他|機会|今回|手|日本|内|外|面|共|度|数|一[度回]|予定|見込み|計|扱う|取り扱う|満たす|貰う|受ける|使う|出す|出る|要る|入る|当たる|認める|含む|含める"
    r"|(?:申請|応募|申し?込み?|提出|手続)?(?:書類?|用紙|手続き?)|代金|面倒|間に合う|受け付ける|受付|行う|為る|成る|済む|構う|大丈夫|不可|自分|私|国内|平気|規模|無理|早い|遅い|いう|つける|付ける|置く|住まい|先|関係|通り|合計"
)
# When something was, which is no part of the noun behind it: 去年免許を返した.
_WHEN = re.compile(r"去年|昨年|今年|来年|再来年|一昨年|先月|今月|来月|先週|今週|来週|昨日|今日|明日|最近|先日|今度")
_ADVERB = re.compile(
    r"直接|実際|現在|今後|今回|全部|一部|結局|普段|時々|毎[日週月年]|多少|本当|別途|一応|既に|直ぐ|直に|未だ|そもそも|特別|必ず|絶対|やはり|普通|今度|もともと|元々"
)
# Of who asks: covered by 者, 方, 世帯; a verdict need not name them where it names anything else.
ANYONE = re.compile(
    r"(?:夫婦|親子|兄弟|姉妹|二人|2人)(?:とも|暮らし|のみ|だけ)?|会社|企業|事業[者所]|業者|店|商店|団体|世帯|家庭|家族|家|父|母|父親|母親|夫|妻|息子|娘|祖父|祖母|兄|弟|姉|妹|本人|住民|市民|町民|県民|社員|職員|社長|町工場|工務店|息子さん|子|孫|二人|夫婦|みんな|お店|うち|友人|知人|学生|学生さん"
)
_EXAMPLE = re.compile(r"[^、。はがをの]{1,12}(?:など|等|とか)の(?=[一-鿿ァ-ヴ])")
_ALIAS = re.compile(r"(?P<name>[^\s、。「」()はがをにで]{2,20})\((?P<alias>[A-Za-z][A-Za-z0-9]{1,9}|[一-鿿]{2,6})\)")
# Behind a word: that it is not so, not had, not done.
DENIED = re.compile(
    r"(?!では(?:なく|あり))(?:証|書|状|金|費|こと)?(?:への?|は|が|も|を|に|で|の)?(?:そもそも|まだ|一切|全く|何も|1人も|一人も)?(?:[一-鿿]{2}(?:を|が)?|[一-鿿]{1,2}[まらわかさたちっ]{0,2})?(?:さ?れ|し|なら|至ら|受け|持っ|行わ|入っ|納め|つい|なっ|出|払っ|取っ)?(?:て|で)?(?:は|も)?(?:い)?(?:ない|なく(?!な)|なし|無し|ません|おりません|ありません|ず(?=に|、|と)|以外)"
    r"(?!と(?:いけ|だめ|なら))(?<!要しない)(?<!必要ない)(?<!問わない)"
)
_CONFIRMS = re.compile(
    r"(?:、?(?:という|との)(?:の|理解|認識|こと|話)(?:は|で|なの)?|、で|[、。]|(?<=[るたいすん])(?:の)?で)、?(?:合って(?:い)?(?:ます|る)(?:か|よね)?|間違い(?:は)?(?:あり)?(?:ません|ない(?:です)?)か|本当(?:です|でしょう)?か?|正しい(?:です|でしょう|の)?か?|よい(?:の)?(?:です|でしょう)か|よろしい(?:です|でしょう)か|いい(?:の)?(?:です|でしょう)か)[?？。]*$"
)
_ATTRIBUTE = re.compile(r"[たるむくいう](?:ための)?(?=[一-鿿ァ-ヴ0-9])")
_KANA = re.compile(r"(?!なし$)[ぁ-ん]{1,3}")  # 車いす is not 車, but 委任状なし is of 委任状
_BUT_IT = re.compile(r"以外$")
_DENIES_ITSELF = re.compile(r"なし$|ずに$|無断|黙って|断ら|(?:受け|得)ず")
_LONG_LOANWORD = re.compile(r"[ァ-ヴー]{6,}")
_VERB_SHARE = 0.5
TELLING = 3.5
_ENOUGH = 4.0
MOST = 10.0
_KIND_WORDS = 2
_SHORTEST_KIND = 4
_REVERSES = frozenset("非無未不準元旧前")
_NO_PREFIX = "(?<![準非未無不])(?<!努力)"  # 準半壊 is no 半壊, 努力義務 no 義務
_BODIES = frozenset({"会社", "企業"})
_OF_OTHERS = "(?<![子親大])"  # 子会社 is no 会社 that asks
_NARROW = 2  # official words for an everyday one: more of them only widen a search


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a question says at ``start``..``end`` of its text: how texts say it, whole or in parts, and how much it tells.

    ``is_required`` where a verdict that covers the question has to speak of it; ``is_denied`` where the question says that it is not so.
    """

    surface: str
    start: int
    end: int
    said: re.Pattern[str]
    weight: float
    is_required: bool = False
    is_denied: bool = False
    parts: tuple[re.Pattern[str], ...] = ()

    def is_in(self, text: str) -> bool:
        """Whether a text says it: in one, or all of its parts."""
        return bool(self.said.search(text)) or (bool(self.parts) and all(part.search(text) for part in self.parts))

    def is_written_in(self, text: str) -> bool:
        """Whether a text has it in its own words, or those official text has for a deed; not under a wider kind of thing."""
        return (
            self.surface in text
            or (not self.parts and self.weight == _ENOUGH)
            or all(p.search(text) for p in self.parts or (re.compile("(?!)"),))
        )

    def places_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a text says it, or parts of it."""
        for pattern in (self.said, *self.parts):
            yield from (match.span() for match in pattern.finditer(text))


@dataclass(frozen=True, slots=True)
class Claim:
    """What a question puts forward.

    ``text`` is the question with the names of its programme blanked, so that places stay; ``known`` are the words of those names and of
    the documents' titles and offices: to say them tells nothing.
    """

    text: str
    points: tuple[Point, ...]
    figures: tuple[Figure, ...]
    cases: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

    @property
    def weight(self) -> float:
        """How much all points tell together."""
        return sum(point.weight for point in self.points) or 1.0

    @property
    def required(self) -> tuple[Point, ...]:
        """The points that a statement has to say to decide the whole."""
        return tuple(point for point in self.points if point.is_required)


def claim_of(
    question: Question, names: Sequence[str], known: frozenset[str], cases: Sequence[str] = (), written: str = ""
) -> Claim:
    """What a question puts forward, where its programme is called one of ``names`` and ``known`` are words of its title and office.

    ``written`` is what the documents that may decide write: a word that they have is not looked for under another.
    """
    text = plain(asked_sentence(question))
    body = _EXAMPLE.sub(lambda match: " " * len(match[0]), _without(names, text))
    for case in cases:
        body = body.replace(case, " " * len(case))
    figures = tuple(figure for figure in figures_in(body) if re.match(r"[^一二三四五六七八九十]", body[figure.start :]))
    points = sorted(_points(body, figures, known, written), key=lambda point: point.start)
    points = _with_aliases(points, body)
    asking = asked_from(body)
    if sum(point.weight for point in points if point.is_required and point.start >= asking) >= _ENOUGH:
        points = [replace(point, is_required=point.is_required and point.start >= asking) for point in points]
    elif sum(point.weight for point in points if point.is_required) < _ENOUGH and not figures:
        # Where nothing else is asked about, whoever asks is what is asked about.
        points = [replace(point, is_required=point.weight >= TELLING) for point in points]
    return Claim(body, tuple(points), figures, tuple(cases), known)


def asked_sentence(question: Question) -> str:
    """A question normalised, without what only asks to confirm it: 「…という理解でよいですか」, 「…で合っていますか」."""
    return _CONFIRMS.sub("", normalize(question.text).text.strip())


def plain(text: str) -> str:
    """A normalised text with 障がい, 子ども and the like in one writing, without emphasis and line breaks."""
    text = text.replace("障がい", "障害").replace("障碍", "障害").replace("こども", "子ども").replace("子供", "子ども")
    return text.replace("**", "").replace("\n", "")


def _points(body: str, figures: Sequence[Figure], known: frozenset[str], written: str) -> Iterator[Point]:
    phrases = synonym_phrases(body) + [phrase for phrase in everyday_phrases(body) if len(phrase.terms) <= _NARROW]
    taken = [(figure.start, figure.end) for figure in figures]
    taken += [(time.start, time.end) for time in find_times(body) if time.precision != "range"]
    for (start, end), pattern in patterns_alike(body):
        if not any(first < end and start < last for first, last in taken):
            taken.append((start, end))
            is_attribute = bool(_ATTRIBUTE.match(body, end - 1))
            is_denied = _is_denied(body, end) or bool(_DENIES_ITSELF.search(body, start, end))
            yield Point(body[start:end], start, end, pattern, _ENOUGH, not is_attribute, is_denied)
    for words in _compounds(body, taken):
        surface = _BUT_IT.sub("", body[words[0].start : words[-1].end])
        telling = [word for word in words if not _says_nothing(word, known)]
        if not telling or _FRAME.fullmatch(surface):
            continue
        weights = [informativeness(word.lemma) * (1.0 if word.is_noun else _VERB_SHARE) for word in telling]
        said = pattern_of(surface, words[-1].is_noun, words[0].start, words[-1].end, phrases, written)
        said = _or_kind(said, words, body)
        parts = tuple(
            pattern_of(word.surface, word.is_noun, word.start, word.end, phrases, written) for word in telling
        )
        weight = min(sum(weights), MOST)
        is_other = bool(_BUT_IT.search(body[words[0].start : words[-1].end]))
        is_circumstance = ANYONE.fullmatch(surface) or _WHEN.fullmatch(surface)
        is_required = not is_other and telling[-1].is_noun and weight >= TELLING and not is_circumstance
        yield Point(
            surface, words[0].start, words[-1].end, said, weight, is_required, is_other or _is_denied(body, words[-1].end),
            parts if len(words) > 1 and not any(_KANA.fullmatch(word.surface) for word in words) else (),
        )  # fmt: skip


def _or_kind(said: re.Pattern[str], words: Sequence[Word], body: str) -> re.Pattern[str]:
    """A compound of three nouns or more is a kind of what its last two name: 店舗併用住宅 is a 併用住宅."""
    kind = body[words[-_KIND_WORDS].start : words[-1].end] if len(words) > _KIND_WORDS else ""
    is_kind = len(kind) >= _SHORTEST_KIND and not any(word.surface in _REVERSES for word in words)
    return re.compile(f"{said.pattern}|{re.escape(kind)}") if is_kind else said


def _compounds(body: str, taken: Sequence[tuple[int, int]]) -> Iterator[list[Word]]:
    """The content words of a question that are not taken yet, nouns written together as one."""
    group: list[Word] = []
    for word in content_words(body):
        if any(start < word.end and word.start < end for start, end in taken):
            continue
        between = body[group[-1].end : word.start] if group else ""
        if (
            group
            and between in {"", "者"}
            and group[-1].is_noun
            and word.is_noun
            and not _WHEN.fullmatch(group[-1].surface)
        ):
            group.append(word)
            continue
        if group:
            yield group
        group = [word]
    if group:
        yield group


def _says_nothing(word: Word, known: frozenset[str]) -> bool:
    return bool(
        _FRAME.fullmatch(word.surface)
        or _FRAME.fullmatch(word.lemma)
        or _ADVERB.match(word.surface)
        or (re.fullmatch("[ぁ-ん]{1,3}", word.surface) and not word.is_name)
        or word.lemma in known
        or word.surface in known
    )


def _is_denied(body: str, end: int) -> bool:
    """Whether a question says of what ends there that it is not so; the denial of the asking itself (使えませんか) is none."""
    match = DENIED.match(body, end)
    return match is not None and not re.fullmatch(
        r"(?:の|ん)?(?:です|でしょう)?(?:(?:よね|か|の|ね)[?？。]*|[?？。]*[?？]|)", body[match.end() :]
    )


def _with_aliases(points: list[Point], body: str) -> list[Point]:
    """Points with a name and its short form beside it as one: 「ハイブリッド車(HV)」."""
    for match in _ALIAS.finditer(body):
        inside = [point for point in points if match.start("name") <= point.start and point.end <= match.end("alias")]
        if len(inside) > 1:
            said = re.compile("|".join(f"(?:{point.said.pattern})" for point in inside))
            one = replace(inside[0], surface=match[0], end=inside[-1].end, said=said, is_required=True, parts=())
            points = sorted([one, *(point for point in points if point not in inside)], key=lambda point: point.start)
    return points


def pattern_of(
    surface: str, is_noun: bool, start: int, end: int, phrases: Sequence[Phrase] = (), written: str = ""
) -> re.Pattern[str]:
    """A word as a text may write it: itself, its stem, a wider kind of thing; an official word for it where texts do not write it itself."""
    ways = (
        [rf"{_NO_PREFIX}{_OF_OTHERS if surface in _BODIES else ''}{re.escape(surface)}"]
        if len(surface) > 1
        else [rf"(?<![一-鿿]){re.escape(surface)}(?![一-鿿])"]
    )
    stem = SUFFIX.sub("", surface) if is_noun else re.sub(r"[ぁ-ん]+$", "", surface)
    if len(stem) > 1 and stem != surface and (not is_noun or informativeness(stem) >= TELLING):
        ways.append(re.escape(stem))
    elif stem and not is_noun:
        ways.append(rf"{re.escape(stem)}(?=[ぁ-ん])")
    if _LONG_LOANWORD.fullmatch(surface):
        ways += [f"{surface[:cut]}[^、。]{{0,8}}{surface[cut:]}" for cut in range(3, len(surface) - 2)]
    ways += [wider for kind, wider in KINDS if kind.fullmatch(surface)]
    if not any(re.search(way, written) for way in ways):
        for phrase in phrases:
            if phrase.start <= start and end <= phrase.end:
                ways += [".{0,2}".join(map(re.escape, term.split("＋"))) for term in phrase.terms if len(term) > 1]
    return re.compile("|".join(dict.fromkeys(way for way in ways if way)))


def _without(names: Sequence[str], text: str) -> str:
    """A text without names, blanked so that places stay."""
    for name in sorted(dict.fromkeys(names), key=len, reverse=True):
        text = text.replace(name, " " * len(name))
    return text
