"""Everyday words and the words policy documents use instead.

Owns a vocabulary, made from how ministries' and cities' documents speak, not from any one document. It widens a search; it never
decides an answer: what is found through it still has to fit the question. Invariant: the left side is how people talk, the right side official Japanese.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from policy_qa.japanese.tokens import index_terms

# pattern in a question -> official words, parted by blanks
_WORDS: tuple[tuple[str, str], ...] = (
    # people
    (r"女の人|女の子|ママ", "女性"),
    (r"若い(?:人|子|世代)|若い", "若者 若年層 若手"),
    (r"お年寄り|年寄り|おじいさん|おばあさん|老人|シニア", "高齢者"),
    (r"子ども|子供|こども|赤ちゃん", "児童 こども 子育て"),
    (r"お母さん|お父さん|親(?:が|の|を|は)", "保護者 子育て世帯"),
    (r"外国(?:から)?の?(?:人|観光客|お客)|海外(?:から)?の?(?:人|観光客|お客|旅行者)|外国からの", "訪日 外国人 旅行者 インバウンド"),
    (r"障害のある人|体の不自由", "障害者 障がい者"),
    (r"働く人|社員|従業員|サラリーマン", "労働者 就業者 従業員 人材"),
    (r"よその人|よそ者|都会の人|都会から", "移住 関係人口 都市部 住民"),
    (r"手伝(?:い|う|って|え)|助け(?:て|る|に)|応援|後押し|力を貸", "支援 サポート 伴走 後押し"),
    (r"引き合わせ|出会わせ|つな(?:ぐ|げ)|紹介", "マッチング 連携 交流"),
    (r"専門家|プロ(?:の人)?(?=[をにがの])", "専門人材 プロフェッショナル人材 有識者"),
    (r"人手が?(?:足り|不足)|働き手|なり手", "人手不足 担い手 人材 確保"),
    # moving, living
    (r"引っ越|移り住|転居|住み替え", "移住 定住 転入"),
    (r"住んで(?:い)?ない|住まなくて", "関係人口 二地域居住"),
    (r"東京に(?:人|企業).{0,6}(?:集|多)|集まりすぎ", "東京一極集中 過度の集中 是正 地方分散"),
    (r"田舎|いなか|地元|ふるさと", "地方 地域"),
    (r"(?:人|住民)が(?:減|少な)", "人口減少 人口急減"),
    (r"町|村|まち(?!づくり)|市役所|役場", "市町村 地方公共団体 自治体"),
    (r"家賃|住む(?:ところ|場所|家)|住まい", "住宅 居住"),
    (r"空き家|空いている家", "空家 空き家"),
    # moving about
    (r"バス|タクシー|電車|足(?=[をがに])|乗り物|移動手段", "地域交通 公共交通 交通空白 ライドシェア モビリティ"),
    (r"車を?(?:運転|持って)", "自動車 運転 免許"),
    (r"道(?:路)?や|水道|電気", "インフラ 整備 工業用水"),
    # health, care
    (r"病院|お医者|医者|診(?:て|察)|通院", "医療 診療 オンライン診療 医療機関"),
    (r"介護|世話", "介護 福祉"),
    (r"薬", "医薬品 調剤"),
    # work, business
    (r"会社|商売|お店|店(?=[をがの])", "企業 事業者 中小企業"),
    (r"(?:会社|店|商売|事業)を?(?:始め|起こ|作|つく|立ち上げ)|独立", "起業 創業 スタートアップ"),
    (r"社長|経営者", "経営 事業者 代表者"),
    (r"跡継ぎ|後継ぎ|店を(?:たた|閉)", "事業承継 後継者"),
    (r"働き方|休み(?:を|が)", "働き方 職場改革"),
    (r"仕事|働く(?:ところ|場所)|就職|勤め", "就業 雇用 就労"),
    (r"アルバイト|副業|掛け持ち", "副業 兼業"),
    (r"給料|賃金|年収|時給", "賃金 所得 給与"),
    (r"学び直し|勉強し直", "リスキリング"),
    (r"海外(?:に|へ|で).{0,8}(?:売|出)|輸出|外国に売", "輸出 海外展開 販路開拓 越境EC"),
    (r"売り(?:先|込)|売れ(?:る|ない)|売(?:る|り)", "販路開拓 販売促進 付加価値"),
    (r"特産(?:品|物)?|名物|地元の(?:品|物|産)", "地域産品 地場産品 地場産業"),
    (r"工場|大きな企業", "立地 投資 産業拠点"),
    (r"本社|会社を地方", "本社機能 移転 拡充"),
    (r"農家|農業|畑|田んぼ|漁師|漁業|林業", "農林水産業 農業 スマート農業"),
    (r"ロボット|機械(?:化|が)|人工知能|ＡＩ|AI", "AI ロボット スマート技術 新技術"),
    (r"温泉|旅館|ホテル", "観光 宿泊"),
    (r"観光|旅行", "観光 インバウンド"),
    # money
    (r"お金|おカネ|カネ|資金", "予算 資金 交付金 補助金 財政"),
    (r"税金|税(?:が|の|を)|減税", "税制 優遇 軽減"),
    (r"追加の(?:お金|予算)", "補正予算"),
    (r"もらえる|出してもらえ|出る(?:お金|の)", "交付 補助 支給"),
    (r"優遇|得に?なる|お得", "軽減 特例 インセンティブ 税制"),
    (r"ただ|無料|タダ", "無償 無料"),
    (r"安く|負担が軽", "軽減 減免 低コスト"),
    (r"借り(?:る|られ|た)", "融資 貸付 利子補給"),
    # administration
    (r"役所|お役所|窓口", "行政 窓口 手続"),
    (r"手続き?|申し?込", "手続 申請"),
    (r"書類を?(?:書か|出さ)", "書かない窓口 オンライン申請"),
    (r"ルール|決まり|きまり|規則", "規制 制度 法令"),
    (r"(?:ルール|規制|決まり)を?(?:ゆる|緩|変え|なく)", "規制改革 規制緩和 特区 特例"),
    (r"試(?:す|せ|し)|実験", "実証 モデル 特区"),
    (r"調べ(?:る|て|た)|調査", "調査 分析 検証"),
    (r"見比べ|比べられ|見える(?:化)?", "可視化 比較 ダッシュボード"),
    (r"データ|数字", "データ 分析 EBPM 統計"),
    (r"スマホ|携帯|ネット|インターネット|オンライン", "アプリ デジタル オンライン"),
    (r"デジタル|IT|ＩＴ|パソコン", "デジタル DX ICT"),
    (r"買い物|買物|スーパー", "日常生活 生活 サービス"),
    (r"一(?:か|カ|ヶ)所|1か所|まとめて|ひとつの場所", "拠点 ワンストップ 総合"),
    (r"建て(?:る|たい)|作る|つくる|造る", "整備 創設 形成 構築"),
    (r"直(?:す|し)|修理|古くなっ", "改修 修繕 更新 老朽化"),
    (r"やめ(?:る|た|て)", "廃止 中止"),
    (r"始ま(?:る|った)|始め(?:る|た)", "開始 創設 施行"),
    (r"決ま(?:る|った)|決め(?:る|た)", "決定 策定 閣議決定"),
    (r"増や(?:す|し)|伸ば", "拡大 増加 向上"),
    (r"減ら(?:す|し)", "削減 軽減 縮減"),
    (r"良く|よく(?:する|なる)|改善", "改善 向上"),
    (r"元気に|盛り上げ|にぎわ", "活性化 振興 創生"),
    # disaster, environment, education
    (r"避難所|避難", "避難生活 防災 避難"),
    (r"地震|台風|災害|水害|大雨", "防災 災害 緊急"),
    (r"ゴミ|ごみ", "廃棄物 循環"),
    (r"温暖化|二酸化炭素|ＣＯ２|CO2|エコ", "脱炭素 GX 温室効果ガス カーボン"),
    (r"学校|先生|授業|勉強", "教育 学校 教員"),
    (r"大学|学生", "大学 学生 高等教育"),
    (r"残って|とどま", "定着 還流"),
    (r"お祭り|文化財|歴史", "文化 伝統"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), official) for pattern, official in _WORDS)


@dataclass(frozen=True, slots=True)
class Phrase:
    """An everyday phrase at ``start``..``end`` of a question, with the index terms of the official words for it."""

    start: int
    end: int
    terms: tuple[str, ...]


def everyday_phrases(normal_question: str) -> list[Phrase]:
    """The everyday phrases of a normalised question, every place they stand."""
    return [
        Phrase(match.start(), match.end(), tuple(dict.fromkeys(term for word in official.split() for term in _terms(word))))
        for pattern, official in _COMPILED
        for match in pattern.finditer(normal_question)
    ]


def official_terms(normal_question: str) -> tuple[str, ...]:
    """Index terms of the official words for all everyday phrases of a normalised question, each once."""
    return tuple(dict.fromkeys(term for phrase in everyday_phrases(normal_question) for term in phrase.terms))


@cache
def _terms(word: str) -> tuple[str, ...]:
    return tuple(index_terms(word))
