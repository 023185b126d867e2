"""What a term of a programme says of what a question asks: that it is shut out, left out, let in, or nothing.

Owns the comparison. Invariant: to be let in, a term has to have all that the question names; to be shut out, the question may say more than
the term, but has to say all that the term does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policy_qa.answering.eligibility.asked import Asked
from policy_qa.answering.eligibility.bounds import figures_in, meets_bounds
from policy_qa.facts.eligibility.aspects import ANNOUNCES, CASE_NAME, IN_BRACKETS, LIFTS, shuts_out, without_number
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.synonyms import synonym_phrases
from policy_qa.retrieval.words import Word, content_words, informativeness
from policy_qa.types import Fact

_LEFT_OUT = re.compile(r"を除(?:く|き|いた)|は除(?:く|き)|以外")
_BUT = re.compile(r"(?<=[すたるい])が、|ものの、?|(?<=り)、(?=[^、]*対象)")
_DENIED_BEHIND = r"[^、。]{0,10}?(?:ない|なく|ません|いず|なかった)"
_SUFFIX = re.compile(r"(?<=[一-鿿ァ-ヴー]{2})(?:費|代|料|金|者|員|品)$")
_GAP = 4  # characters that may stand between the parts of a compound
_LETS_IN = re.compile(r"対象と(?:する|し|なり)(?:こと)?|認め(?:る|ます)|できま?す|ことができ")
# What makes a term more than a list of names: then all that it says has to be asked.
_HAS_A_VERB = re.compile(
    r"[ぁ-ん]を|[一-鿿ァ-ヴ]を|[うくすつむるた](?:者|もの|経費|費用|場合|方|人|子|とき)|より前|から"
)
_ALTERNATIVES = re.compile(r"、|及び|又は|または|並びに|若しくは|もしくは|・|その他の?|や")
_SAYS_NOTHING = re.compile(
    r"もの|こと|者|方|人|場合|経費|費用|購入費?|対象外?|補助|助成|支給|交付|申請|事業|係る|要する|等|費|料|品|受ける|該当|次|各号|上記|本|お?申し?込み|利用|使用|受付|参加|区分|工事|額|金額|機械|設備|機器|装置|物品|製品|備品|日|前|後|日前|決定"
)
# A kind and what official text calls the wider kind; the right side covers the left.
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(kind), wider)
    for kind, wider in (
        (r"(?:株式|有限|合同|合名|合資)会社", "会社|企業|法人|事業者"), (r"会社|企業", "企業|会社|事業者|中小企業者"),
        (r"農業|林業|漁業|水産業", "農林漁業|農林水産業|農林水産|第一次産業"), (r"市町村|市|町|村|都道府県|県|府|自治体", "地方公共団体|自治体|市町村|都道府県"),
        (r"NPO(?:法人)?", "NPO|特定非営利活動法人"), (r"中古.+", "中古品|中古"), (r"(?:自動|乗用|軽自動|トラ)?車", "車両|自動車"),
        (r"パソコン|PC|タブレット", "パソコン|パーソナルコンピュータ|汎用"), (r"エアコン|冷蔵庫|テレビ|洗濯機", "家電"), (r"(?:食事|飲食|弁当|飲み会)代?|食費", "飲食|食糧費|食事"),
        (r"(?:交通|出張|電車|タクシー)代?費?", "旅費|交通費"), (r"給料|給与|賃金", "人件費|給与|賃金"), (r"家賃", "賃料|賃借料|家賃"),
        (r"始め(?:た|る)|着工|取りかか", "着手"), (r"買(?:った|う)", "購入|売買"), (r"借り(?:た|る)", "賃借|賃貸借"), (r"(?:父|母|兄|弟|姉|妹|息子|娘|親|祖父|祖母)親?", "親族"),
    )
)  # fmt: skip
# The kinds by which a question may name what a term names more widely; 会社 for 事業者 is too wide to shut out.
_NARROW = tuple((kind, wider) for kind, wider in _KINDS if not kind.search("会社") and not kind.search("市町村"))
_TAIL = re.compile(
    r"(?:は|も)?、?(?:補助|助成|交付|支給)?(?:金)?(?:の)?(?:対象|交付)?(?:外|と(?:し|なり|なら)|に(?:なり|なら)|から除).{0,8}$"
)
_OR = re.compile(r"\s*(?:又は|または|若しくは|もしくは|及び|や|、|・)\s*")
_DENIED = re.compile(
    r"[^、。]{0,8}?(?:ていない|ていません|でいない|がない|がなく|はない|もない|がありません|はありません|されない|持っていない|持っていません)"
)
_TELLING = 5.0


def is_lifted(asked: Asked, text: str) -> bool:
    """Whether the exception that a term itself makes is of what is asked: its case, or all that it names."""
    exceptions = [
        bracket for bracket in IN_BRACKETS.findall(text) if _LEFT_OUT.search(bracket) or _LETS_IN.search(bracket)
    ]
    exceptions += [part for part in re.split(r"(?=ただし)", text)[1:] if LIFTS.search(part) or _LETS_IN.search(part)]
    for exception in exceptions:
        cases = [match[0].lstrip("①②③④⑤⑥⑦⑧⑨") for match in CASE_NAME.finditer(exception)]
        if cases:
            if any(name in case or case in name for case in cases for name in asked.cases):
                return True
            continue
        if _is_entailed(asked, _LEFT_OUT.sub("", exception)):
            return True
    return False


def text_of(fact: Fact) -> str:
    """A term as it is compared: normalised, on one line, a cost with its name."""
    own = normalize(fact.printed).text.replace("\n", "").replace("**", "").replace("障がい", "障害")
    return f"{fact.subject}:{own}" if fact.subject and fact.aspect == "cost" else own


def is_shut_out(asked: Asked, text: str) -> bool:
    """Whether a term that shuts out has what is asked, outside what it leaves out itself."""
    if ANNOUNCES.search(text):
        return False
    text = re.split(r"(?<=.)ただし", text)[0]
    parts = list(_clauses(text))
    if shuts_out(text) and len(parts) > 1:
        parts = [part for part in parts if shuts_out(part)]
    main = " ".join(_without_left_out(part) for part in parts)
    if any(_touches(asked, part) for part in _left_out(IN_BRACKETS.sub("", text))):
        return False
    if _is_entailed(asked, IN_BRACKETS.sub("", main)):
        return True
    if asked.phrases and not has_all(asked, main):
        return False
    if _is_denied(asked, main) != asked.is_denied:
        return False
    if asked.figures:
        return meets_bounds(asked.figures, main) is True
    return bool(asked.phrases)


def _touches(asked: Asked, exception: str) -> bool:
    """Whether the question speaks of something that an exception names."""
    return any(
        word.is_noun and not _SAYS_NOTHING.fullmatch(word.surface) and _is_asked(word, exception, asked)
        for word in content_words(exception.replace("障がい", "障害"))
    )


def _is_entailed(asked: Asked, text: str) -> bool:
    """Whether the question says all that a term, or one of the names it lists, requires; it may say more besides.

    「中古品の購入費」 is entailed by 「中古の機械を買う」, 「県税に未納がある者」 by 「県税に未納がある会社」.
    """
    text = _TAIL.sub("", without_number(text.strip(" 　-・*※")))
    alternatives = [text] if _HAS_A_VERB.search(text) else _ALTERNATIVES.split(text)
    for alternative in alternatives:
        figures = list(figures_in(alternative))
        words = [
            word
            for word in content_words(alternative)
            if word.is_noun
            and not _SAYS_NOTHING.fullmatch(word.surface)
            and not any(figure.start <= word.start < figure.end for figure in figures)
        ]
        says = sum(informativeness(word.lemma) for word in words)
        if says < _TELLING and not (figures and asked.figures):
            continue
        if figures and meets_bounds(asked.figures, alternative) is not True:
            continue
        groups = _any_of(words, alternative)
        if all(any(_is_asked(word, alternative, asked) for word in group) for group in groups):
            return True
    return False


def _any_of(words: Sequence[Word], text: str) -> list[list[Word]]:
    """The words of a term, those joined by 「又は」 together: one of them is enough."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and _OR.fullmatch(text[groups[-1][-1].end : word.start]):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _is_asked(word: Word, text: str, asked: Asked) -> bool:
    """Whether the question says a word of a term, and denies it only where the term does."""
    ways = [word.surface, _SUFFIX.sub("", word.surface)]
    ways += [kind.pattern for kind, wider in _NARROW if re.search(wider, word.surface)]
    found = re.search("|".join(map(re.escape, ways[:2])) + "".join(f"|{way}" for way in ways[2:]), asked.text)
    if found is None:
        return False
    return bool(_DENIED.match(asked.text, found.end())) == bool(_DENIED.match(text, word.end))


def is_left_out(asked: Asked, text: str) -> bool:
    """Whether a term that lets in leaves out what is asked: 「設備資金（土地の取得資金を除く。）」."""
    return bool(asked.phrases) and not asked.figures and any(has_all(asked, part) for part in _left_out(text))


def holds(asked: Asked, text: str) -> bool | None:
    """Whether what is asked meets a term that has it; ``None`` where the term is about something else."""
    main = _without_left_out(text)
    if ANNOUNCES.search(text) and asked.figures and meets_bounds(asked.figures, main) is None:
        return None
    if asked.phrases and not has_all(asked, main):
        return None
    if asked.figures:
        return meets_bounds(asked.figures, main)
    if _is_denied(asked, main) != asked.is_denied:
        return False
    return True if asked.phrases else None


def _is_denied(asked: Asked, text: str) -> bool:
    """Whether a text denies the last of the phrases: 市税を滞納していない者."""
    if not asked.phrases:
        return False
    found = pattern_of(asked.phrases[-1]).search(text)
    return bool(
        found and re.match(_DENIED_BEHIND + r"(?:者|方|こと|人|団体|世帯|法人|もの|[。)）]|$)", text[found.end() :])
    )


def _clauses(text: str) -> Iterator[str]:
    yield from (part for part in _BUT.split(text) if part)


def _left_out(text: str) -> Iterator[str]:
    """What a text leaves out: in brackets that say so, or before 「を除く」."""
    for bracket in IN_BRACKETS.findall(text):
        if _LEFT_OUT.search(bracket):
            yield bracket
    for piece in re.split(r"[、。]", IN_BRACKETS.sub("", text)):
        match = _LEFT_OUT.search(piece)
        if match:
            yield piece[: match.start()]


def _without_left_out(text: str) -> str:
    text = IN_BRACKETS.sub(lambda match: "" if _LEFT_OUT.search(match[0]) else match[0], text)
    return re.sub(r"[^、。]*(?:を除(?:く|いた)(?=[^、。])|を除き、?|以外の(?=[^、。]))", "", text)


def has_all(asked: Asked, text: str) -> bool:
    """Whether a text has all phrases that are asked about."""
    return all(pattern_of(phrase).search(text) for phrase in asked.phrases)


def pattern_of(phrase: tuple[str, ...]) -> re.Pattern[str]:
    """A phrase as a term may write it: whole, with something between its parts, by a wider kind or an official word."""
    whole = "".join(phrase)
    ways = [re.escape(whole), f"[^、。]{{0,{_GAP}}}".join(map(re.escape, phrase))]
    stem = _SUFFIX.sub("", whole)
    if stem != whole:
        ways.append(re.escape(stem))
    ways += [wider for kind, wider in _KINDS if kind.fullmatch(whole)]
    for synonym in synonym_phrases(whole):
        if synonym.start == 0 and synonym.end == len(whole):
            ways.append("".join(map(re.escape, synonym.terms)))
    return re.compile("|".join(ways))
