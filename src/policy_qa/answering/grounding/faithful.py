"""Whether an answer's own words are true to the words it cites: names, negations, exceptions, and figures inside a quotation.

Owns the comparison of wordings; values are compared in ``grounds``. Invariant: what is repeated from a source word by word needs no check;
what is said in other words may name nothing that is not cited and may leave out no word that turns or limits the sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby

from policy_qa.answering.grounding.grounds import Grounds
from policy_qa.answering.passages.passages import plain
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import analyze
from policy_qa.japanese.vocabulary import LABELS, PROGRAM_ENDINGS

# Repeated words of this length are a quotation; shorter ones are vocabulary that everybody shares.
_SHORTEST_CLAUSE = 6
_SHORTEST_HOST = 4
_FEWEST_WORDS = 5
_USED = 0.6
_SHORT_BRACKET = 6
_DONE = "\ue000"

# Words that turn or limit the sense, each with the forms it may take in a sentence of our own.
RESTRICTIONS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (name, re.compile(written), re.compile(kept or written))
    for name, written, kept in (
        ("除く", r"(?<![排削解免掃控])除(?:く|き|い|か|外)", r"除|対象外|以外|対象と(?:し|なら|なり)(?:な|ま)"),
        ("対象外", r"対象外", r"対象外|対象(?:に|と)(?:は)?(?:し|なら|なり)(?:な|ま)|除"),
        (
            "ない",
            r"(?<![少危切])な(?:い(?!し|外)|く(?!と?も)|かっ)|ません|(?:[せさらわかなれ])ず(?=[、。に）)]|$)",
            r"な(?:い|く|かっ)|ません|ず|対象外|不可|除|禁",
        ),
        ("ただし", r"ただし|但し", ""),
        ("限る", r"限(?:る|り(?!なく|無く)|っ|定|ら)|のみ|だけに", r"限|のみ|だけ"),
        ("未満", r"未満", ""),
        ("以内", r"以内", ""),
        ("以上", r"(?<![^0-9a-z人件円割%日月年回つ社名歳])以上", ""),
        ("予定", r"予定", ""),
        ("見込み", r"見込", r"見込|見通し|予定"),
    )
)
_LIMITING = frozenset({"除く", "対象外", "ない", "ただし", "限る"})
_IN_BRACKETS = frozenset({"除く", "対象外", "限る"})
_DRAFT = re.compile(
    r"(?P<what>[^\s、。|()（）「」<>＜＞:：\ue000]{6,40}?)[（(]?案[)）]?(?=[\s、。|()（）「」<>＜＞:：のはがをにで]|$)"
)
_GAP = re.compile(r"(?<=\S)(?:[ \u3000]{2,}|\t)[ \u3000]*(?=\S)")  # two of them in a line set its cells apart
_NOT_THE_END = re.compile(r"[提立発起答議法原考]$")
_PERIOD = re.compile(r"年度|予算|補正|要求|r#")
_BRACKET = re.compile(r"[（(][^（）()]*[)）]")
_VALUE = re.compile(r"[0-9][0-9,.]*|(?<![一-鿿])[一二三四五六七八九十百]+(?=[人名年月日件回割分])")

_RUN = re.compile(r"[一-鿿々〆ヶァ-ヴーa-zａ-ｚ0-9・]{2,}")
_LETTER = re.compile(r"[一-鿿々〆ヶぁ-んァ-ヴーa-zａ-ｚ]")
_QUOTED = re.compile(r"[「『]([^「」『』]+)[」』]")
_ENDINGS = (
    *(ending for ending in PROGRAM_ENDINGS if ending != "経費"),
    *("法", "条例", "要綱", "要領", "計画", "戦略", "構想", "大綱", "指針", "方針", "プラン", "白書"),
    *("大臣", "長官", "知事", "市長", "町長", "村長", "区長", "氏", "会議", "協議会", "審議会", "委員会", "本部", "省", "庁", "機構", "センター", "法人", "大学", "協会", "財団", "局", "課", "室", "官房"),
)  # fmt: skip
_IS_NAME = re.compile(rf"(?:{'|'.join(sorted(map(re.escape, _ENDINGS), key=len, reverse=True))})(?:等)?$")
_KANA_NAME = re.compile(
    rf"[一-鿿々ァ-ヴーぁ-ん]+[ぁ-ん](?<![るたいなうすのはがをにでとや])(?:{'|'.join(sorted(PROGRAM_ENDINGS, key=len, reverse=True))})"
)
_NEAR_MISS = 4
_LONG = 8

# What answers say in words of their own; a run made of these names nothing.
ANSWER_WORDS = (
    *LABELS,
    *PROGRAM_ENDINGS,
    *"""
    資料 記載 年度 年 月 日 当初 補正 予算 案 概算 要求 決定 決算 執行 総額 合計 小計 計 全体 内訳 予備 金額 額 円 億 万 兆 千 百 率 割 件 人 者 名 社 数 分 増 減 増加 減少 差 差額 同額 増減 比
    最多 最少 最大 最小 上位 下位 最上位 以外 以内 以上 以下 未満 超 程度 約 第 号 次 回 等 申請 応募 公募 募集 受付 締切 開始 終了 期限 対象 対象外 補助 助成 交付 支援 委託 事業 施策 経費 費用 費目 上限 下限 限度 定額
    事業者 申請者 補助対象 補助事業 交付決定 条件 条件付 要件 例外 除外 不可 可能 必要 該当 適用 確認 判断 出典 文書 質問 回答 一覧 順 所管 担当 窓口 部署 課 室 局 本部 省庁 機関 主体 実施 決定 閣議 了解 告示 通知 改定
    改正 廃止 制定 施行 公布 版 新 旧 前 後 前年 前年度 今年度 翌年度 現在 時点 時期 期間 期日 日付 根拠 法律 政令 省令 条例 要綱 要領 計画 戦略 方針 目標 指標 値 実績 進捗 類型 種類 区分 項目 方法 手続 書類 様式
    提出 提出先 住所 連絡先 電話 番号 計上 再掲 内数 名称 別名 正式 略称 通称 旧称 記述 見出 表 注 単位 参照 部分 全部 一部 複数 各 両 他 最 多 少 高 低 大 小 初 終 上 下 中 内 外 先 元 主 次 本 同 当 的 化 性 用 別 毎 毎年 毎年度
    """.split(),  # noqa: SIM905  a table of words
)  # fmt: skip
_WORDS = frozenset(map(fold, ANSWER_WORDS))
_LONGEST_WORD = max(map(len, _WORDS))


def unfaithful(text: str, grounds: Grounds, allowed: Iterable[str] = ()) -> list[str]:
    """What a statement says that its sources do not, or leaves out of what they say; ``allowed`` are names from elsewhere."""
    said = _one_line(text)
    rest, unused, changed = _consume(said, _clauses(grounds))
    wrong = [f"«{clause}» was changed" for clause in changed]
    wrong += [f"«{word}» of «{clause}» is missing" for word, clause in _dropped(rest, unused)]
    wrong += [f"«{clause}» is a draft" for clause in _not_called_draft(said, grounds)]
    wrong += [f"the name «{name}» is not cited" for name in foreign_names(text, grounds, allowed, rest=rest)]
    return wrong


def excludes(text: str) -> bool:
    """Whether a text says of something that it is left out."""
    return any(kept.search(fold(text)) for name, _, kept in RESTRICTIONS if name in {"除く", "対象外", "ない"})


def restricts(text: str) -> bool:
    """Whether a text says what is left out or only holds under a condition."""
    return any(written.search(fold(text)) for name, written, _ in RESTRICTIONS if name in _LIMITING)


# -- what is repeated word by word ----------------------------------------------------------------------------------------


def _clauses(grounds: Grounds) -> dict[str, bool]:
    """What an answer may repeat: the clauses of the quotes, and (``False``) the headings above them."""
    found = {fold(plain(heading)): False for heading in grounds.headings}
    for quote in grounds.quotes:
        found[fold(plain(quote)).rstrip("。:：")] = True
        found |= {fold(plain(part)): True for part in _parts(quote)}
    return {clause: is_quote for clause, is_quote in found.items() if len(clause) >= _SHORTEST_CLAUSE}


def _parts(quote: str) -> Iterator[str]:
    """A quote cut at its ends of sentences, lines, cells and commas, none of them inside brackets."""
    quote = "\n".join(_GAP.sub("|", line) if len(_GAP.findall(line)) > 1 else line for line in quote.split("\n"))
    depth = 0
    start = 0
    for place, character in enumerate(quote):
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth = max(0, depth - 1)
        elif character == "、" and place - start < _SHORTEST_CLAUSE:
            continue  # 「ただし、」 belongs to what follows
        elif character in "\n|" or (depth == 0 and character in "。、；;\t"):
            yield quote[start:place]
            start = place + 1
            depth = 0 if character in "\n|" else depth
    yield quote[start:]


def _one_line(text: str) -> str:
    """A folded text in which the ends of lines still part words."""
    return fold(re.sub(r"\n・?", "。", text))


def _consume(said: str, clauses: Mapping[str, bool]) -> tuple[str, list[str], list[str]]:
    """What is left of a text without what it repeats, the clauses of quotes it does not repeat, and those it repeats with a change.

    Longer ones go first, and all that are alike but for their figures before any of them is called changed: 「令和7年度は12団体」 beside
    「令和8年度は20団体」 is a brother, no misquotation.
    """
    rest = said
    unused: list[str] = []
    changed: list[str] = []
    skeletons = {clause: _VALUE.sub("#", clause) for clause in clauses}
    for _, group in groupby(
        sorted(clauses, key=lambda clause: -len(skeletons[clause])), lambda clause: len(skeletons[clause])
    ):
        left = []
        for clause in group:
            if clause in rest:
                rest = rest.replace(clause, _DONE)
            elif clause not in said:
                left.append(clause)
        changed += [clause for clause in left if _is_misquoted(clause, skeletons[clause], rest)]
        unused += [clause for clause in left if clauses[clause]]
    repeated = [clause for clause in clauses if clause in said]
    return rest, [_without_parts(clause, repeated) for clause in unused], changed


def _without_parts(clause: str, repeated: Sequence[str]) -> str:
    """A clause that is not repeated whole, without those of its parts that are: what they restrict is said."""
    for part in repeated:
        clause = clause.replace(part, "")
    return clause


def _is_misquoted(clause: str, skeleton: str, rest: str) -> bool:
    """Whether a clause is repeated but for a figure or a character in it; labels of years and stages are everybody's."""
    words = re.sub(r"(?:令和|平成|昭和|20|r|h)?[#元]+年?度?|[#円万億千兆百月日人件%]|\W", "", skeleton)
    is_label = bool(_PERIOD.search(skeleton)) and _is_wording(re.sub("[ぁ-ん]", "", words))
    if len(words) < _FEWEST_WORDS or is_label:
        return False
    # A bare number whose unit stands in a caption is said with a unit: 「国庫補助金57,000」 as 「国庫補助金 5,700万円」.
    repeated = re.escape(skeleton) + (r"(?![円万億千兆百])" if skeleton.endswith("#") else "")
    changed = "#" in skeleton and re.search(repeated, _VALUE.sub("#", rest)) is not None
    return changed or (len(clause) >= _LONG and _nearly(clause, rest))


# -- what is said in other words ------------------------------------------------------------------------------------------


def _dropped(rest: str, clauses: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Restricting words of clauses that were used in part, without them: they have to stand there or behind, a verdict before is not enough."""
    for clause in clauses:
        found = list(_restrictions(clause))
        if not found:
            continue
        used = _used_from(clause, rest)
        missing = [name for name, kept in found if used is not None and not kept.search(rest, used)]
        if missing:
            yield missing[0], clause


def _restrictions(clause: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The restricting words of a clause. In brackets only those that restrict what stands before them, or stand there alone."""
    outside = _BRACKET.sub("", clause)
    inside = _BRACKET.findall(clause)
    for name, written, kept in RESTRICTIONS:
        if written.search(outside) or any(
            written.search(bracket) and (name in _IN_BRACKETS or len(bracket) <= _SHORT_BRACKET) for bracket in inside
        ):
            yield name, kept


def _used_from(clause: str, rest: str) -> int | None:
    """Where a text begins to say most of a clause, brackets and restricting words apart; ``None`` where it does not."""
    host = _BRACKET.sub("", clause)
    for _, written, _ in RESTRICTIONS:
        host = written.sub("", host)
    if len(host) < _SHORTEST_CLAUSE:
        place = rest.find(host)
        return place if len(host) >= _SHORTEST_HOST and place >= 0 else None
    start = 0
    for piece in rest.split(_DONE):
        if len(piece) >= _SHORTEST_CLAUSE:
            blocks = SequenceMatcher(None, host, piece, autojunk=False).get_matching_blocks()
            matched = [block for block in blocks if block.size >= 3]
            if sum(block.size for block in matched) >= _USED * len(host):
                return start + matched[0].b
        start += len(piece) + len(_DONE)
    return None


def _not_called_draft(said: str, grounds: Grounds) -> Iterator[str]:
    """「基本計画（案）」 that is spoken of as 「基本計画」. Budgets are drafts by their stage, which their facts carry."""
    for quote in grounds.quotes:
        for match in _DRAFT.finditer(fold(plain(quote))):
            what = match["what"]
            if "予算" in what or "決定" in what or _NOT_THE_END.search(what):
                continue
            if re.search(rf"{re.escape(what)}(?![（(]?案)", said):
                yield match[0]


# -- names ----------------------------------------------------------------------------------------------------------------


def foreign_names(text: str, grounds: Grounds, allowed: Iterable[str] = (), *, rest: str | None = None) -> list[str]:
    """The names in a text that neither its sources nor ``allowed`` have: programmes, offices, laws, people, quoted titles."""
    rest = _one_line(text) if rest is None else rest
    known = _known(grounds, allowed)
    found = [match[1] for match in _QUOTED.finditer(text) if not _is_title_of(fold(match[1]), known)]
    for match in _RUN.finditer(rest):
        run = match[0].strip("・")
        if run in known or not re.search(r"[一-鿿ァ-ヴ]", run):
            continue
        for part in dict.fromkeys(_own_parts(run)):
            if part in known or _is_wording(part) or _is_made_of(part, known):
                continue
            if _IS_NAME.search(part) or _nearly(part, known):
                found.append(part)
    found += [name for name in _names_with_kana(rest) if name not in known]
    found += [name for name in _proper_nouns(rest) if name not in known]
    return list(dict.fromkeys(found))


def _is_title_of(title: str, known: str) -> bool:
    """Whether a quoted title is cited, whole or (「同（第三次）」 spelt out) in the pieces around its brackets."""
    return title in known or all(piece in known or _is_wording(piece) for piece in re.split("[（()）]", title) if piece)


def names_something(text: str) -> bool:
    """Whether a text has words beside those that answers are worded with: a figure beside them is taken for theirs."""
    runs = [part for match in _RUN.finditer(fold(text)) for part in _own_parts(match[0])]
    return any(not _is_wording(run) for run in runs) or any(_names_with_kana(fold(text)))


def _names_with_kana(folded: str) -> Iterator[str]:
    """Programme names that are partly written in kana (居場所づくりプロジェクト), without what leads up to them."""
    for match in _KANA_NAME.finditer(folded):
        yield re.split("[のはがをにでとや、]", match[0])[-1]


def _known(grounds: Grounds, allowed: Iterable[str]) -> str:
    facts = [
        name
        for fact in grounds.facts
        for name in (fact.body, fact.form, *fact.other_names)
        if name
    ]  # fmt: skip
    return "\n".join((grounds.folded, *map(fold, facts), *map(fold, allowed)))


def _own_parts(run: str) -> list[str]:
    """A run without the figures and years before and behind a name."""
    parts = re.split(r"[0-9]+(?:年度?|月|日|億|万|円|号|次|%)*|(?:令和|平成|昭和)元?", run)
    return [part for part in (part.strip("・") for part in parts) if len(part) >= 2]


@lru_cache(maxsize=4096)
def _is_wording(run: str) -> bool:
    """Whether a run is made of the words that answers are worded with."""
    reachable = {0}
    for start in range(len(run)):
        if start in reachable:
            reachable |= {
                end for end in range(start + 1, min(len(run), start + _LONGEST_WORD) + 1) if run[start:end] in _WORDS
            }
    return len(run) in reachable


def _is_made_of(run: str, known: str) -> bool:
    """Whether a run is a cited name with wording before or behind it: 予算総額 and the like around a whole word of the source."""
    for start in range(len(run)):
        if start and not _is_wording(run[:start]):
            continue
        for end in range(len(run), start + 1, -1):
            if (end == len(run) or _is_wording(run[end:])) and _stands_alone(run[start:end], known):
                return True
    return False


def _stands_alone(part: str, known: str) -> bool:
    """Whether the source has a part as a run of its own, not as a piece of a longer one."""
    return any(
        not _RUN.match(known[match.end() : match.end() + 1] * 2)
        and not _RUN.match(known[max(0, match.start() - 1) : match.start()] * 2)
        for match in re.finditer(re.escape(part), known)
    )


def _nearly(run: str, known: str) -> bool:
    """Whether a text has a run that differs in one character (in two of a long one)."""
    if len(run) < _NEAR_MISS:
        return False
    allowed = 1 if len(run) < _LONG else 2
    half = len(run) // 2
    # One half of a near miss is whole (of a long one with two slips, a third).
    pieces = [(0, run[:half]), (half, run[half:])] if allowed == 1 else _thirds(run)
    for offset, piece in pieces:
        for match in re.finditer(re.escape(piece), known):
            start = match.start() - offset
            other = known[max(0, start) : start + len(run)]
            if start >= 0 and len(other) == len(run) and "\n" not in other:
                differing = [(ours, theirs) for ours, theirs in zip(run, other, strict=True) if ours != theirs]
                if 0 < len(differing) <= allowed and all(map(_is_slip, differing)):
                    return True
    return False


def _is_slip(pair: tuple[str, str]) -> bool:
    """Whether two characters that differ make another word: letters both, and not only another particle or ending."""
    return all(_LETTER.match(character) for character in pair) and not all(
        "ぁ" <= character <= "ん" for character in pair
    )


def _thirds(run: str) -> list[tuple[int, str]]:
    third = len(run) // 3
    return [(0, run[:third]), (third, run[third : 2 * third]), (2 * third, run[2 * third :])]


def _proper_nouns(rest: str) -> Iterator[str]:
    for piece in rest.split(_DONE):
        if len(piece) < 2:
            continue
        for token in analyze(normalize(piece).text):
            is_name = token.part_of_speech.startswith(("名詞-固有名詞-人名", "名詞-固有名詞-地名"))
            if is_name and len(token.surface) >= 2 and not _is_wording(fold(token.surface)):
                yield fold(token.surface)
