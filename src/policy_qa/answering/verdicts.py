"""Whether something is covered, read off the terms of a programme: 「大学は対象になりますか」, 「中古車にも使えますか」, 「要介護２でも受けられますか」.

Owns the verdict from eligibility facts. Invariant: what shuts out is heard before what lets in; 対象 needs a term that has everything the
question names, its figures within the bounds; where no term has it, there is no verdict here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.bounds import Figure, figures_in, meets_bounds
from policy_qa.answering.draft import Draft
from policy_qa.answering.eligibility import asks_whether_not, place_of_fact, verdict_on_terms
from policy_qa.answering.library import Library
from policy_qa.answering.owners import longest_shared, terms_of, title_and_programmes, words_of
from policy_qa.answering.wording import abstain
from policy_qa.facts.aspects import shuts_out, without_number
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.synonyms import synonym_phrases
from policy_qa.retrieval.words import Word, content_words, informativeness
from policy_qa.types import Fact

_ASKS_WHETHER = re.compile(
    r"(?:です|ます|ません|でしょう|の|ない|え?る|だめ|ダメ)(?:か(?:ね|な)?)?[?？。]*$|対象(?:外)?[?？]$"
)
_ASKS_WHAT = re.compile(r"いくら|いくつ|いつ|誰|だれ|どこ|(?<!な)どの|どれ|どんな|どう|なぜ|何|なに|教え|一覧")
_SPEAKS_OF_COVER = re.compile(
    r"対象|(?:申請|応募|利用|活用|参加|登録|購入|受給|支給)(?:は|が|する(?:こと)?(?:は|が|も)?|して)?(?:でき|可能|され|も?らえ|OK|いい|よい)|もら(?:え|う)|受け(?:ら|る(?:こと)?が?でき|取)"
    r"|使(?:え|って)|買(?:え|って)|借り(?:ら|る)|申し込(?:め|み(?:は|が)?でき)|該当|資格|出せ|当たり|満たし|含(?:ま|め)|認め(?:ら|て)|(?:補助|助成|支給|交付)(?:され|して|が出|は出)|でき(?:ます|る)か|だめ|ダメ|不可"
)
# Words that only ask, or stand for the programme's own things.
_FRAME = re.compile(
    r"対象外?|申請|応募|利用|活用|参加|補助金?|助成金?|支給|交付金?|支援金?|給付金?|事業|制度|場合|購入|経費|費用|資格|該当|可能|方|者|人|等|場|資金|こと|契約|登録|申込み?|[0-9]+|年|月|歳|円|%|割|級|以上|以下|未満|後|目|間|代|条件|要件|ほか|他|購入費|機会|今回|日本|内|外"
)
_RUN = re.compile(r"[一-鿿々ァ-ヴー]{2,}")
_ADVERB = re.compile(r"直接|実際|現在|今後|今回|全部|一部|結局|普段|時々|毎[日週月年]|多少|本当|大丈夫|別途|一応|既に")
_CASE = re.compile(r"[一-鿿ァ-ヴーA-Za-z0-9]{1,12}(?:枠|型|類型|コース)")
_EXAMPLE = re.compile(r"[^、。]{1,12}(?:など|等|とか)の(?=[一-鿿ァ-ヴ])")
_BRACKET = re.compile(r"\([^()]*\)|（[^（）]*）")
_LEFT_OUT = re.compile(r"を除(?:く|き|いた)|は除(?:く|き)|以外")
_BUT = re.compile(r"(?<=[すたるい])が、|ものの、?|(?<=り)、(?=[^、]*対象)")
_LIFTS = re.compile(r"この限りで(?:は)?(?:ない|ありません)")
_ANNOUNCES = re.compile(r"次[のに]|各号|以下の|下記")
_DENIED_BEHIND = r"[^、。]{0,10}?(?:ない|なく|ません|いず|なかった)"
_SUFFIX = re.compile(r"(?<=[一-鿿ァ-ヴー]{2})(?:費|代|料|金|者|員|品)$")
_COSTS = re.compile(r"費|料|代|経費|金")
_REFUSES = re.compile(r"(?:受け付け|受付し|でき|認め(?:られ)?|可能ではあり)(?:ない|ません)|不可")
_GAP = 4  # characters that may stand between the parts of a compound
_LETS_IN = re.compile(r"対象と(?:する|し|なり)(?:こと)?|認め(?:る|ます)|できま?す|ことができ")
_INCLUDES = ("applicant", "project", "cost")
_STATED = (*_INCLUDES, "requirement")
# What makes a term more than a list of names: then all that it says has to be asked.
_HAS_A_VERB = re.compile(
    r"[ぁ-ん]を|[一-鿿ァ-ヴ]を|[うくすつむるた](?:者|もの|経費|費用|場合|方|人|子|とき)|より前|から"
)
_ALTERNATIVES = re.compile(r"、|及び|又は|または|並びに|若しくは|もしくは|・|その他の?|や")
_SAYS_NOTHING = re.compile(
    r"もの|こと|者|方|人|場合|経費|費用|購入費?|対象外?|補助|助成|支給|交付|申請|事業|係る|要する|等|費|料|品|受ける|該当|次|各号|上記|本"
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
_SHARED = 4
_MOST_NEAREST = 2


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question asks about: phrases, each as the parts it is written with, and figures."""

    phrases: tuple[tuple[str, ...], ...]
    figures: tuple[Figure, ...]
    is_denied: bool
    text: str = ""
    cases: tuple[str, ...] = ()


def verdict_from_terms(question: Question, library: Library) -> Draft | None:
    """The verdict on what a question asks about, with the term that decides it; ``None`` where no term does."""
    text = normalize(question.text).text
    if (
        _ASKS_WHAT.search(text)
        or not (question.is_check or _ASKS_WHETHER.search(text))
        or not _SPEAKS_OF_COVER.search(text)
    ):
        return None
    facts = terms_of(question, library)
    if not facts or len({fact.path for fact in facts}) > 1:
        return None
    asked = _asked_of(question, text, facts, library)
    if not asked.phrases and not asked.figures:
        return None
    decided = _decide(asked, facts)
    if decided is None:
        return None
    is_covered, fact = decided
    return verdict_on_terms(
        question, fact, facts, library, is_covered=is_covered, is_negative=asks_whether_not(question)
    )


def undecided_by_terms(question: Question, library: Library) -> Draft | None:
    """That the documents do not say whether something is covered: they never speak of it, only of who and what is."""
    text = normalize(question.text).text.replace("障がい", "障害")
    if _ASKS_WHAT.search(text) or not question.is_check or not _SPEAKS_OF_COVER.search(text):
        return None
    facts = terms_of(question, library)
    stated = [fact for fact in facts if fact.aspect in _INCLUDES and not fact.subject][:_MOST_NEAREST]
    if not stated or len({fact.path for fact in facts}) > 1:
        return None
    asked = _asked_of(question, text, facts, library)
    document = normalize(library.document(facts[0].path).text).text
    unknown = [phrase for phrase in asked.phrases if not _pattern(phrase).search(document)]
    if len(asked.phrases) != 1 or not unknown or asked.figures:
        return None
    message = f"「{''.join(unknown[0])}」が対象になるかは、資料からは判断できません。"
    return abstain("attribute_missing", message, question, nearest=tuple(map(place_of_fact, stated)))


def _decide(asked: _Asked, facts: Sequence[Fact]) -> tuple[bool, Fact] | None:
    """Whether it is covered, and the fact that says so."""
    terms = [fact for fact in facts if not _is_only_exception(fact) and _is_of_case(fact, asked)]
    for fact in terms:
        if fact.aspect == "excluded" and _is_shut_out(asked, _text(fact)):
            lifted = _is_lifted(asked, _text(fact))
            return lifted, fact
    for fact in terms:
        if fact.aspect in _STATED and _is_left_out(asked, _text(fact)):
            return False, fact
    held = [
        (fact, meets) for fact in terms if fact.aspect in _STATED and (meets := _holds(asked, _text(fact))) is not None
    ]
    for fact, meets in held:
        if meets and (fact.aspect in _INCLUDES or asked.figures):
            return True, fact
    if held and not any(meets for _, meets in held):
        return False, held[0][0]
    if not asked.figures and asked.phrases:
        for fact in terms:
            if fact.aspect == "application" and _has_all(asked, _text(fact)) and not _ANNOUNCES.search(fact.quote):
                return not _REFUSES.search(_text(fact)), fact
    return None


def _is_only_exception(fact: Fact) -> bool:
    """Whether a term only lifts the one before it: 「ただし、…は、この限りでない。」"""
    return bool(_LIFTS.search(fact.printed)) and fact.printed.lstrip(" 　").startswith("ただし")


def _is_of_case(fact: Fact, asked: _Asked) -> bool:
    """Whether a term is not of another case (枠, 型) than the one that is asked about."""
    case = _CASE.search(normalize(fact.subject or "").text)
    return case is None or not asked.cases or any(name in case[0] or case[0] in name for name in asked.cases)


def _is_lifted(asked: _Asked, text: str) -> bool:
    """Whether the exception that a term itself makes is of what is asked: its case, or all that it names."""
    exceptions = [
        bracket for bracket in _BRACKET.findall(text) if _LEFT_OUT.search(bracket) or _LETS_IN.search(bracket)
    ]
    exceptions += [part for part in re.split(r"(?=ただし)", text)[1:] if _LIFTS.search(part) or _LETS_IN.search(part)]
    for exception in exceptions:
        cases = [match[0].lstrip("①②③④⑤⑥⑦⑧⑨") for match in _CASE.finditer(exception)]
        if cases:
            if any(name in case or case in name for case in cases for name in asked.cases):
                return True
            continue
        if _is_entailed(asked, _LEFT_OUT.sub("", exception)):
            return True
    return False


# -- what is asked --------------------------------------------------------------------------------------------------------


def _asked_of(question: Question, text: str, facts: Sequence[Fact], library: Library) -> _Asked:
    body = _EXAMPLE.sub(lambda match: " " * len(match[0]), _without_programme(question, text, facts))
    figures = tuple(figures_in(body))
    phrases: list[list[str]] = []
    end = -1
    named = words_of(" ".join(title_and_programmes(facts, library)))
    for word in content_words(body):
        is_in_figure = any(figure.start <= word.start < figure.end for figure in figures)
        if (
            not word.is_noun
            or is_in_figure
            or re.fullmatch("[ぁ-ん]{1,3}", word.surface)
            or _FRAME.fullmatch(word.surface)
            or word.lemma in named
        ):
            continue
        if word.start == end:
            phrases[-1].append(word.surface)
        else:
            phrases.append([word.surface])
        end = word.end
    phrases += [[match[0]] for match in _RUN.finditer(body) if not _is_read(match, body, figures)]
    phrases = [phrase for phrase in phrases if not any("".join(phrase) in name for name in _names(question, facts))]
    last = phrases[-1][-1] if phrases else ""
    denied = bool(last and re.search(re.escape(last) + _DENIED_BEHIND + r"(?![^、。]*[?？]?$)", body))
    written = " ".join(normalize(f"{fact.subject or ''} {fact.quote}").text for fact in facts)
    cases = tuple(dict.fromkeys(match[0] for match in _CASE.finditer(text) if match[0] in written))
    phrases = [phrase for phrase in phrases if not any("".join(phrase) in case for case in cases)]
    return _Asked(tuple(dict.fromkeys(map(tuple, phrases))), figures, denied, body, cases)


def _is_read(run: re.Match[str], body: str, figures: Sequence[Figure]) -> bool:
    """Whether a run of characters is a word, a figure or a word of asking already."""
    if _FRAME.match(run[0]) or _ADVERB.match(run[0]):
        return True
    if any(figure.start < run.end() and run.start() < figure.end for figure in figures):
        return True
    return any(run.start() <= word.start < run.end() for word in content_words(body))


def _names(question: Question, facts: Sequence[Fact]) -> set[str]:
    return {match.name for match in question.topics if match.is_program} | {
        fact.program for fact in facts if fact.program
    }


def _without_programme(question: Question, text: str, facts: Sequence[Fact]) -> str:
    """A question without the names of its programme, blanked so that places stay."""
    names = [name for match in question.topics for name in (match.written, match.name) if name]
    names += [fact.program for fact in facts if fact.program]
    for name in sorted(dict.fromkeys(names), key=len, reverse=True):
        text = text.replace(name, " " * len(name))
    for name in {fact.program for fact in facts if fact.program}:
        shared = longest_shared(name, text)
        if len(shared) >= _SHARED:
            text = text.replace(shared, " " * len(shared))
    return text


# -- what a term says -----------------------------------------------------------------------------------------------------


def _text(fact: Fact) -> str:
    own = normalize(fact.printed).text.replace("\n", "").replace("**", "").replace("障がい", "障害")
    return f"{fact.subject}:{own}" if fact.subject and fact.aspect == "cost" else own


def _is_shut_out(asked: _Asked, text: str) -> bool:
    """Whether a term that shuts out has what is asked, outside what it leaves out itself."""
    if _ANNOUNCES.search(text):
        return False
    text = re.split(r"(?<=.)ただし", text)[0]
    parts = list(_clauses(text))
    if shuts_out(text) and len(parts) > 1:
        parts = [part for part in parts if shuts_out(part)]
    main = " ".join(_without_left_out(part) for part in parts)
    if any(_touches(asked, part) for part in _left_out(_BRACKET.sub("", text))):
        return False
    if _is_entailed(asked, _BRACKET.sub("", main)):
        return True
    if asked.phrases and not _has_all(asked, main):
        return False
    if _is_denied(asked, main) != asked.is_denied:
        return False
    if asked.figures:
        return meets_bounds(asked.figures, main) is True
    return bool(asked.phrases)


def _touches(asked: _Asked, exception: str) -> bool:
    """Whether the question speaks of something that an exception names."""
    return any(
        word.is_noun and not _SAYS_NOTHING.fullmatch(word.surface) and _is_asked(word, exception, asked)
        for word in content_words(exception.replace("障がい", "障害"))
    )


def _is_entailed(asked: _Asked, text: str) -> bool:
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


def _is_asked(word: Word, text: str, asked: _Asked) -> bool:
    """Whether the question says a word of a term, and denies it only where the term does."""
    ways = [word.surface, _SUFFIX.sub("", word.surface)]
    ways += [kind.pattern for kind, wider in _NARROW if re.search(wider, word.surface)]
    found = re.search("|".join(map(re.escape, ways[:2])) + "".join(f"|{way}" for way in ways[2:]), asked.text)
    if found is None:
        return False
    return bool(_DENIED.match(asked.text, found.end())) == bool(_DENIED.match(text, word.end))


def _is_left_out(asked: _Asked, text: str) -> bool:
    """Whether a term that lets in leaves out what is asked: 「設備資金（土地の取得資金を除く。）」."""
    return bool(asked.phrases) and not asked.figures and any(_has_all(asked, part) for part in _left_out(text))


def _holds(asked: _Asked, text: str) -> bool | None:
    """Whether what is asked meets a term that has it; ``None`` where the term is about something else."""
    main = _without_left_out(text)
    if _ANNOUNCES.search(text) and asked.figures and meets_bounds(asked.figures, main) is None:
        return None
    if asked.phrases and not _has_all(asked, main):
        return None
    if asked.figures:
        return meets_bounds(asked.figures, main)
    if _is_denied(asked, main) != asked.is_denied:
        return False
    return True if asked.phrases else None


def _is_denied(asked: _Asked, text: str) -> bool:
    """Whether a text denies the last of the phrases: 市税を滞納していない者."""
    if not asked.phrases:
        return False
    found = _pattern(asked.phrases[-1]).search(text)
    return bool(
        found and re.match(_DENIED_BEHIND + r"(?:者|方|こと|人|団体|世帯|法人|もの|[。)）]|$)", text[found.end() :])
    )


def _clauses(text: str) -> Iterator[str]:
    yield from (part for part in _BUT.split(text) if part)


def _left_out(text: str) -> Iterator[str]:
    """What a text leaves out: in brackets that say so, or before 「を除く」."""
    for bracket in _BRACKET.findall(text):
        if _LEFT_OUT.search(bracket):
            yield bracket
    for piece in re.split(r"[、。]", _BRACKET.sub("", text)):
        match = _LEFT_OUT.search(piece)
        if match:
            yield piece[: match.start()]


def _without_left_out(text: str) -> str:
    text = _BRACKET.sub(lambda match: "" if _LEFT_OUT.search(match[0]) else match[0], text)
    return re.sub(r"[^、。]*(?:を除(?:く|いた)(?=[^、。])|を除き、?|以外の(?=[^、。]))", "", text)


def _has_all(asked: _Asked, text: str) -> bool:
    return all(_pattern(phrase).search(text) for phrase in asked.phrases)


def _pattern(phrase: tuple[str, ...]) -> re.Pattern[str]:
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
