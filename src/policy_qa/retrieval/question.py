"""A question -> its slots: what kind of answer, which programmes, years, stages, which attribute.

Owns the reading of one question by itself (``follow_up`` reads conversations). Invariant: a slot is filled only by what the question says;
what has to be assumed to answer is the answerer's business, and disclosed there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from policy_qa.japanese import counters
from policy_qa.japanese.amounts import AmountMention, find_amounts
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.stages import find_stages
from policy_qa.retrieval.asking import asking_sentence
from policy_qa.retrieval.attributes import attribute_of
from policy_qa.retrieval.audience import audiences
from policy_qa.retrieval.plain import is_keywords, plainly
from policy_qa.retrieval.topics import Match, Topics, key
from policy_qa.types import Stage, Understood

# kind of answer asked for -> how questions ask for it; the first that matches wins.
_ASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (intent, re.compile(pattern))
    for intent, pattern in (
        ("reason", r"なぜ|何故|どうして|理由|わけ(?:は|を|って|[?？。]|$)|何のおかげ|なんで(?!す|しょ)"),
        ("frequency", r"(?:どのくらい|どれくらい|どの程度|何)の?頻度|何(?:か月|ヶ月|年|週間?|日)(?:に(?!延|短|変|改|増|減|拡|縮|引|なり|なっ|なる)|ごと)|(?<!数は)(?<!数が)何回(?!分|に(?:増|減|拡|縮|なり|なっ|なる))"),
        ("duration", r"何(?:年|か月|ヶ月|カ月)(?:くらい|ぐらい|ほど|以上|は)?[一-鿿ぁ-ん]{1,6}(?:ないと|なければ|なきゃ|なくては|たら(?:また|次))|(?:どの|どれ)(?:くらい|ぐらい)(?:待|かかって)|何(?:か月|ヶ月|カ月|年|週間|日)間|何(?:日|週間|か月|ヶ月|カ月)(?:くらい|ぐらい|ほど|程度|で(?!す|し)|か?かか)|何年(?:もら|受け|続け|使え)|どのくらいの期間|(?<!受付)(?<!募集)(?<!申請)(?<!公募)(?<!応募)(?<!申込)(?<!申込み)(?<!申し込み)期間は(?!いつ)"),
        ("money", r"いくら|(?:お金|予算|費用|経費|代金|額)[^。?？、]{0,16}(?:どれ|どの)(?:くらい|ぐらい|ほど|だけ|程度)|(?:お金|予算|費用|経費|代金)、[^。?？]{0,24}(?:どれ|どの)(?:くらい|ぐらい|ほど|だけ|程度)|(?:料金|運賃|料|代金|値段|単価|(?<!対象)費用|[業備築運修]費|残高)は(?!何|なに|な[ぜん]|ど|誰|だれ|いつ)|(?:料金|運賃|代金|値段|単価|[業備築運修]費|残高)(?:って[?？]|を(?:教え|知り|お?示し))|額(?:は|って|[をが]?(?:教え|知り|分か|わか)|の(?:ほう|方|目標)|[?？。]*$)|何円|何(?:千|百)?(?:億|万)(?!人|件|世帯|戸|台|本|枚|冊|トン|t|食|羽|頭|隻|k|㎡|平方|ha|ヘクタール|回|部|点|社|者|か所|箇所|団体)|(?:予算|要求|決算|決定|補正|金)額|総額|(?:予算|補正|当初|要求|決算)(?:額|案)?(?:(?:は|って)?[?？。]*$|[をがはも]?(?:知り|教え|分か|わか|確認|調べ))|予算規模|予算.{0,6}推移|おかね|お金(?:は|が)どれ"),
        ("date", r"いつ|何曜|(?:どの|どれ)(?:くらい|ぐらい)(?:のうちに|前(?:から|まで|に))|(?:決定|議決|可決|施行|公布|制定|開始|終了|設立|発表|公表|締切)の?(?:年月)?日(?:は|を|[?？。]*$)|(?:[いっん]た|[いん]だ|れる|する|した|された)(?:日|年月日|日付|日にち|日時|時期)(?:は|って|を(?:教え|知り|お?示し))?[?？。]*$|(?:受付|募集|公募|申請|応募|申し?込み?)期間|何年|何月|何日|日付|(?:期限|締切日?|締め切り|〆切|期日|決定日|施行日|開始日|公表日|時期)(?:は|を|って)|(?:期限|締切|決定日|施行日|時期)[?？]?$"),
        ("rate", r"何[%％]|何パーセント|何割|何分の何|(?:補助|助成|交付|負担|税|利子補給|普及|達成|出生|成長)率|割合(?:は|を|、)|[率合]の[^。、は]{0,14}(?:実績|現状|基準|目標|見込み?)値?(?:は|を|[?？。]*$)"),
        ("quantity", r"何[千百]?[億万](?:人|件|世帯|戸|台|本|枚|冊|トン|t|食|羽|頭|隻|k|㎡|平方|ha|ヘクタール|回|部|点|社|者|か所|箇所|団体)|(?:回)数(?:は|が|を|の(?:実績|見込|目標))|何(?:" + counters.ASKED + r"|t|kw|キロ|ha|[ァ-ヴー]{2,})|いくつ|人数|件数|箇所数|(?:人|件|団体|市町村|自治体|企業|施設|世帯|事業者|社|戸|棟)の数(?:は|を教え)|どれだけ|どれくらい|どのくらい|どこまで|規模(?:は|を)|(?:枚|台|戸|棟)数|(?:目標|実績|現状|基準|見込)値(?:は(?!何を)|を(?:教え|知り)|[?？。]*$)"),
        ("person", r"誰|だれ|どなた|どの(?:委員|議員|出席者|構成員)|氏名|何者|(?:長|大臣|官|監|代表|理事|知事)の(?:お?名前|氏名)|(?:座長|会長|委員長|本部長|大臣|責任者|代表)(?:は|の名前)"),
        ("office", r"(?:団体|会社|企業|法人|業者|事業者|機関|大学)の(?:お?名前|名称)|(?:担当|所管|主管|所轄|実施|運営)(?:部署|部局|省庁|府省|課|官庁|機関|主体|する(?:の|部署|省庁|のは))|所管している|どの(?:省|府|庁|機関|部署|部局|組織|会議|団体|課|室|係|窓口)|何省|何という[課室係]|どこが(?:所管|担当|実施|作成|決め|策定|運営)|(?:問い?合わ?せ|申請|提出|連絡|相談)先|窓口(?:は|を教え|[?？。]*$)|(?<!入)(?<!施)(?:[課局庁省室]|団体|機関|会社|企業|法人|組織|業者|事業者)は(?:どこ|何(?!を)|どちら)|どこの(?:会社|団体|機関|企業|業者|事業者|組織|[課局庁省])"),
        ("place", r"どこ(?!まで)|(?:どの|どんな)地域|(?:どの|何|どんな)(?:県|市|町|村|都市|都道府県|場所|国)"),
        ("definition", r"とは(?:何|なん|どう|どの|どん|[?？、。]|$)|って(?:何|なに|なん|どんな)|何ですか|なんですか|どんな(?:事業|制度|もの|交付金|補助金|仕組み|計画|戦略|施策|内容|取組)(?:です|で|か|な)|どのような(?:事業|制度|もの|交付金|補助金|仕組み|計画|戦略|施策|内容|取組)(?:です|で|か)|どういう|概要|目的|意味|説明|について(?:教え|知り|説明)|何のため|内容"),
    )
)  # fmt: skip
# Interrogatives that stand beside another one: 「いつ、誰が決定しましたか」.
_ALSO_ASKS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("date", "いつ"),
        ("person", "誰|だれ"),
        ("office", "どこが|どの(?:府省|省庁|機関|会議|[課室係])|何課|担当[課室部]"),
        ("place", "どこで"),
        ("money", "いくら"),
        ("rate", r"何[%割]|何パーセント"),
        (
            "quantity",
            r"何(?![年月日時度歳割%])(?:[一-鿿]{1,3}|[ァ-ヴー]{2,})(?:分|まで|くらい|ぐらい|ほど|程度)?[でをにがのも、。?？]",
        ),
    )
)
_ELIGIBILITY = re.compile(
    r"対象|申請(?:でき|可能|資格)|応募(?:でき|可能|資格)|(?:使|もら|受け|受給|利用|活用|参加|登録)(?:え|られ|けられ|でき)(?:る|ます|ない|ま)|該当|要件|条件|資格"
)
_EXISTENCE = re.compile(r"(?:あります|ある|ありません|ない)(?:でしょう)?か?[?？。]*$")
_LIMIT_EXISTS = re.compile(
    r"(?:こと|制限|負担|必要|罰則|義務|例外|違い|決まり|[るた](?:場合|とき))(?:は|が|も)(?:あります|ある|ありません|ない)(?:の|の?でしょう)?か?[?？。]*$"
)
_CONFIRM = re.compile(r"合って|間違い|まちがい|正しい")
_CHECK = re.compile(
    r"(?:合って|あって|正しい|間違い|まちがい|本当|事実|確か|でよい|でいい|で良い|よろしい)|(?:です|ます|でした|ました|ません|でしょう|ある|ない|える|れる|した|のです|だ)(?:か|よね|っけ)?[?？。]*$"
)
_LIST = re.compile(
    r"一覧|箇条書き|全員|ぜんぶ|(?:何[一-鿿]|いくら)ずつ|列挙|挙げ|リスト|すべて|全て|全部(?!で、?(?:何|いく|どれ))|それぞれ|(?:どんな|どのような|どういう|どの)(?:もの|事業|施策|取組|類型|種類|例|項目|支援|分野)が|"
    r"何が(?:あ|挙|含)|(?:主な|対象の?|含まれる)(?:事業|施策|取組|地域|県|項目)|には(?:何(?![年月日時泊人名件社割%回歳円台枚])|どの(?!くらい|ぐらい|程度)|どんな|どういった)|[0-9一二三四五六七八九]つ"
)
_INTERROGATIVE = re.compile(
    r"いくら|いくつ|いつ|誰|だれ|どこ|どの|どれ|どんな|どう|なぜ|何(?!でも)|なに|なん|どちら|教え|知り|分か[らりるっん]|わか[らりるっん]|[はが][?？]?$|挙げ|列挙|説明"
)
# What became of something is told by any statement, whatever it is the time or amount of: 「廃止時期はどう決まったか」.
_HOW_IT_CAME_OUT = re.compile(r"どう(?:いうふうに)?(?:決ま|決め|変わ|変更|変え|見直|改め|扱|なりました|なった)")
_HOW_MUCH = re.compile(r"いくら|いつ|誰|だれ|どこ|何[年月日円%割]|どれ(?:だけ|くらい)")
_METHOD = re.compile(r"どうやって|どのように|どうすれば|方法|手順|手続|やり方|どうした")

_OPERATIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (operation, re.compile(pattern))
    for operation, pattern in (
        ("except", r"(?:以外|を除(?:く|いた)|のぞ[くい])"),
        ("growth", r"何(?:[%％割]|パーセント)(?:くらい|ほど)?の?(?:増|減|伸|上が|下が|アップ|ダウン)|(?:増減|伸び|増加|減少|変化)率"),
        ("share", r"(?:占める)?割合|何[%％割]|シェア|占め"),
        ("ratio", r"何倍|倍率"),
        ("difference", r"どちら(?:が|の(?:方|ほう)が)[^。]{0,6}(?:多|大き|高|少|小さ|低)|差(?:額|は|引|を|$|[?？])|いくら(?:増|減|違)|(?:増え|減っ|減り|増や|減ら|増額|減額|違い|どれ(?:だけ|くらい)(?:増|減))|増減|より[^。]{0,6}(?:多|少|増|減|高|低)|比べて|比較"),
        ("sum", r"合計額|合計(?:する|で|は|すると)|合わせ[てるた]|足す|足し(?:て|た|合わせ)|(?:両方|全部)で|総計"),
        ("largest", r"(?:最も|一番|いちばん)[^。]{0,8}(?:多|大き|高)|最(?:多|大|高)|最大の|最高額"),
        ("smallest", r"(?:最も|一番|いちばん)[^。]{0,8}(?:少|小さ|低)|最(?:少|小|低)|最小の|最低額"),
    )
)  # fmt: skip
# The type of answer that an attribute is, where nothing else asks for one.
_ASKED_BY = {
    "ceiling": "money", "floor": "money", "unit_amount": "money", "rate": "rate", "deadline": "date", "start": "date",
}  # fmt: skip
_STATES = re.compile(r"(?:円|[%％]|年度?|月|日)(?:だ|である|です|となっている|になっている|のはず(?:だ|です)?)?[。!]*$")
_TOTAL = re.compile(r"総額|合計|全体|総計|予算(?:案)?の(?:規模|額)|全部で")
_DECIDED_AMOUNT = re.compile(r"(?<!交付)決定(?:額|案)")  # beside a request: what was decided on it
_TOGETHER = 2  # characters between a year and its stage
# What a question says beside names when it only says of which year and stage.
SLOT_WORDS = re.compile(
    r"(?:令和|平成)?[0-9元]+年度?|[RH][0-9]+|前年度|昨年度|翌年度|来年度|今年度|補正|当初|概算要求|決算|予算案?|額|の|では|じゃあ|それでは|[「」『』、。\s]"
)
_PLAIN_CHECK = re.compile(
    r"は[^はがを、]{2,20}[?？]$|(?:[るたいうくすつぬむぐぶ]|な)の[?？]$|(?:円|[%％]|年度?|月|日|人|件|か所|社|分野|割)か[?？。]*$|[るすくぐつぶむうぬ]か[。?？]*$|(?<!ほし)(?<!した)[るくぐつぶむたい][?？]$|[てで]も?(?:よい|いい|良い|かまわない|構わない|大丈夫)(?:の|か|かな)?[?？。]*$"
)
_OPENING = re.compile(r"^(?:それでは|それなら|では|じゃあ|じゃ|なら|でしたら|ちなみに|あと|また|で)[、,]?(?=[^はもあ])")
_NEGATIVE = re.compile(
    r"対象外|対象(?:に|と)(?:なら|しな)|除外|以外|を除[いくか]|(?:使え|もらえ|受けられ|認められ|申請でき|応募でき|含まれ)ない(?:の|もの|経費|事業|人|者|場合|とき)"
)
_CALENDAR_YEAR_OF_BUDGET = re.compile(
    r"(?<![0-9])(20[0-9]{2})年(?!度|[0-9]{1,2}月|[度0-9])|((?:令和|平成)[0-9元]+)年(?!度|[0-9]{1,2}月)"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question read into slots.

    ``text`` is what was asked, ``search_text`` what to search for (with the topic of earlier turns where the question leans on
    them). ``claims`` are amounts, ``claimed_times`` the times that a yes/no question puts forward. ``topics`` are corpus names in it,
    ``periods`` pairs of year and stage where it names several. ``audience`` is whom it asks for (75歳以上, 小規模な自治体), ``is_negative`` says that it
    asks for what is left out. ``choices`` are the programmes a short form can mean: who answers asks back. ``wants_more`` asks for the
    rest of what was listed (「他には？」). ``year_offset`` is the distance in years to the figures answered before, where no year was named
    (「前年度は？」: -1): ``fiscal_years`` is empty then. ``scope`` are the paths of the documents it names (遠峰市の…), alone where
    ``is_scope_exclusive``, ``scope_names`` the folded names that say so.
    """

    text: str
    search_text: str
    intent: str
    asks: str
    topics: tuple[Match, ...] = ()
    unknown_programs: tuple[str, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    periods: tuple[tuple[int, Stage], ...] = ()
    also_asks: tuple[str, ...] = ()
    attribute: str | None = None
    operation: str | None = None
    wants_list: bool = False
    wants_total: bool = False
    is_check: bool = False
    claims: tuple[AmountMention, ...] = ()
    claimed_times: tuple[TimeMention, ...] = ()
    assumptions: tuple[str, ...] = field(default=())
    audience: tuple[str, ...] = ()
    is_negative: bool = False
    choices: tuple[str, ...] = ()
    wants_more: bool = False
    year_offset: int = 0
    scope: frozenset[str] = frozenset()
    is_scope_exclusive: bool = False
    scope_names: tuple[str, ...] = ()

    @property
    def programs(self) -> tuple[str, ...]:
        """The programmes asked about, as the corpus writes them, each once."""
        return tuple(dict.fromkeys(match.name for match in self.topics if match.is_program))

    def understood(self) -> Understood:
        """The slots as an answer reports them."""
        return Understood(self.intent, self.programs, self.fiscal_years, self.stages, self.attribute)


def read(text: str, topics: Topics, reference: str | None = None) -> Question:
    """The slots of a question by itself; ``reference`` is the date of the newest document, which 「今年度」 counts from."""
    normal = plainly(text)
    found = tuple(topics.find(normal))
    unknown = topics.unknown(normal, found)
    choices = {name: several for name in unknown if len(several := topics.choices(name)) > 1}
    times = find_times(normal, reference)
    operation = operation_of(normal)
    # In a comparison 「前年度」 is counted from the year it is compared with, not from the documents' date.
    dated = [time for time in times if operation is None or not time.printed.startswith("前年")]
    years = tuple(dict.fromkeys(year for mention in dated for year in mention.fiscal_years))
    stages: tuple[Stage, ...] = tuple(dict.fromkeys(mention.stage for mention in find_stages(without_opening(normal))))
    if "request" in stages and "initial" not in stages and _DECIDED_AMOUNT.search(normal):
        stages = (*stages, "initial")
    amounts = tuple(find_amounts(normal))
    asks = _asks(normal)
    asking = asking_sentence(normal)  # a circumstance may follow it: 「…申請できますか。委任状はありません。」
    is_check = (
        bool(_CHECK.search(normal) or _PLAIN_CHECK.search(without_opening(normal)))
        and not _INTERROGATIVE.search(normal)
        and (not _EXISTENCE.search(asking) or bool(_CONFIRM.search(normal)) or asks_existence(normal))
    ) or (bool(amounts) and bool(_STATES.search(normal)) and not _INTERROGATIVE.search(normal))
    if asks == "reason":
        operation = None  # why it rose is told, not worked out
    about_budget = bool(stages) or "予算" in normal or asks == "money" or (operation is not None and "前年度" in normal)
    if not about_budget or (
        operation == "share" and asks == "rate" and not re.search("占め|割合|全体の|のうち", normal)
    ):
        operation = operation if about_budget and operation not in {"share"} else None
    attribute = attribute_of(normal)
    if attribute in {"ceiling", "floor"} and operation in {"largest", "smallest"}:
        operation = None  # 「最大でいくら」 asks how far one goes, not which is the largest of all
    if attribute in {"phone_number", "email_address", "phone", "email", "contact"}:
        asks = "text"  # どこにかければ: the number is wanted, not a place
    elif asks == "text" and not (is_check or _LIST.search(normal) or asks_outcome(normal)):
        asks = _ASKED_BY.get(attribute or "", asks)  # 「上限は？」
        if (about_budget and is_keywords(normal)) or ((years or stages) and _says_only_slots(normal, found)):
            asks = "money"  # 「地域未来交付金 R8 予算」「令和8年度の地域未来交付金は？」
    if (attribute == "amount" and asks not in {"money", "text"} and not is_check and operation is None) or (
        _LIST.search(normal) and asks == "text"
    ):
        attribute = None if attribute == "amount" else attribute
    assumptions = []
    if about_budget and not years and (match := _CALENDAR_YEAR_OF_BUDGET.search(normal)):
        year = next((time for time in times if match.start() <= time.start < match.end()), None)
        if year is not None:
            years = (year.first.year,)
            assumptions.append(f"{match[0]}を{match[0]}度として回答")
    assumptions += [f"「{match.written}」を「{match.name}」として回答" for match in found if match.written]
    return Question(
        text=text,
        search_text=normal,
        intent=_intent(normal, asks, operation, is_check, about_budget, attribute),
        asks=asks,
        topics=found,
        unknown_programs=tuple(name for name in unknown if name not in choices),
        choices=tuple(dict.fromkeys(choice for several in choices.values() for choice in several)),
        audience=audiences(normal),
        is_negative=bool(_NEGATIVE.search(normal)),
        fiscal_years=years,
        stages=stages,
        periods=_periods(normal, dated),
        also_asks=tuple(kind for kind, pattern in _ALSO_ASKS if kind != asks and pattern.search(normal)),
        attribute=attribute,
        operation=operation,
        wants_list=bool(_LIST.search(normal)),
        wants_total=bool(_TOTAL.search(normal)),
        is_check=is_check,
        claims=amounts if is_check else (),
        claimed_times=tuple(times) if is_check else (),
        assumptions=tuple(assumptions),
    )


def _says_only_slots(normal: str, found: Sequence[Match]) -> bool:
    """Whether a question is the name of a programme, a year or stage, and nothing else."""
    rest = fold(normal)
    for match in found:
        rest = rest.replace(match.written or key(match.name), "") if match.is_program else rest
    return rest != fold(normal) and bool(re.fullmatch(r"(?:は|って|事業費?)*[?？]*", SLOT_WORDS.sub("", rest)))


def without_opening(normal: str) -> str:
    """A normalised question without the word it joins the conversation with: 「では」, 「じゃあ」."""
    return _OPENING.sub("", normal)


def operation_of(normal: str) -> str | None:
    """The calculation a normalised question asks for, whatever it is about, or ``None``."""
    return next((name for name, pattern in _OPERATIONS if pattern.search(normal)), None)


def _periods(normal: str, times: Sequence[TimeMention]) -> tuple[tuple[int, Stage], ...]:
    """Years and stages that are named together, when each year has its own: 「令和8年度補正予算と令和9年度概算決定額」."""
    pairs = []
    for stage in find_stages(normal):
        before = [time for time in times if time.fiscal_years and 0 <= stage.start - time.end <= _TOGETHER]
        if not before:
            return ()
        pairs.append((before[-1].fiscal_years[-1], stage.stage))
    paired = {year for year, _ in pairs}
    named = {year for time in times for year in time.fiscal_years}
    return tuple(dict.fromkeys(pairs)) if len(paired) >= 2 and paired == named else ()


def _asks(normal: str) -> str:
    """The type of the answer the interrogative asks for; "text" when any statement will do."""
    if asks_outcome(normal):
        return "text"
    for intent, pattern in _ASKS:
        if pattern.search(normal):
            return intent
    if _METHOD.search(normal):
        return "method"
    return "text"


def asks_existence(normal: str) -> bool:
    """Whether a normalised question asks if there is a limit, a burden or a case at all: 「年齢の制限はありますか」."""
    return bool(_LIMIT_EXISTS.search(normal)) and not _INTERROGATIVE.search(normal)


def asks_outcome(normal: str) -> bool:
    """Whether a normalised question asks what became of something or how it changes, not how much or when alone."""
    return bool(_HOW_IT_CAME_OUT.search(normal)) and not _HOW_MUCH.search(normal)


def _intent(
    normal: str, asks: str, operation: str | None, is_check: bool, about_budget: bool, attribute: str | None
) -> str:
    if is_check:
        return "eligibility" if _ELIGIBILITY.search(normal) and not find_amounts(normal) else "check"
    if operation is not None:
        return "calculation"
    if asks == "money" and attribute in {None, "amount"}:
        return "budget"
    if _LIST.search(normal):
        return "list"
    if _ELIGIBILITY.search(normal) and asks not in {"date", "money", "rate", "quantity", "place", "office"}:
        return "eligibility"
    if (
        asks in {"text", "definition"}
        and about_budget
        and re.search(r"(?:予算|補正|当初|要求)(?:案|額)?(?:は|を教え|って)", normal)
    ):
        return "budget"
    return {"person": "who", "office": "who", "text": "other"}.get(asks, asks)
