"""Word lists of Japanese policy documents that more than one part reads: how programmes, offices and labels are called.

Owns the words, not what is done with them. Invariant: a list holds kinds of names (補助金, 事業), never a single programme.
All patterns expect normalised text (see ``normalize``).
"""

from __future__ import annotations

import re

# What a programme's name ends with. Longest first where one ends with another.
PROGRAM_ENDINGS = (
    "利子補給金",
    "交付金",
    "補助金",
    "助成金",
    "給付金",
    "負担金",
    "支援金",
    "奨励金",
    "協力金",
    "委託費",
    "推進費",
    "整備費",
    "対策費",
    "助成",
    "基金",
    "事業費",
    "経費",
    "事業",
    "制度",
    "税制",
    "プログラム",
    "プロジェクト",
    "コンテスト",
    "特区",
    "交付税",
)
PROGRAM_ENDING = re.compile(f"(?:{'|'.join(PROGRAM_ENDINGS)})(?:等)?$")

# The last character(s) of an office's name.
OFFICE_ENDING = re.compile(r"(?:(?<!政)府|省|庁|局|課|室|(?<!学|全|一|内|外)部|本部|委員会|事務局|機構|官房|課等)$")

# The titles that speakers of minutes are called by, behind their names.
SPEAKER_TITLE = r"(?:委員長?|会長|座長|議長|部会長|構成員|議員|理事|代表|教授|先生|参考人|大臣|長官|知事|[市町村区]長|[部課局室次]長|[一-鿿]{2,6}監|参事|主幹|事務局|氏|君)"

# Labels that head a part of a programme's description in slides, guidelines and summaries.
LABELS = (
    "目的", "趣旨", "背景", "経緯", "概要", "内容", "要旨", "ポイント", "イメージ", "具体例", "事例", "取組例", "活用例", "効果", "成果",
    "課題", "現状", "対応", "方向性", "対象", "対象者", "対象事業", "対象経費", "対象地域", "対象外", "対象となる者", "要件", "条件", "補助率",
    "補助額", "補助金額", "交付額", "上限額", "限度額", "予算額", "資金の流れ", "スキーム", "実施主体", "事業主体", "実施体制", "体制", "スケジュール",
    "日程", "期間", "期限", "申請期限", "提出期限", "申請方法", "応募方法", "申請先", "提出先", "提出書類", "必要書類", "手続", "手続き", "流れ",
    "留意事項", "注意事項", "その他", "参考", "備考", "問合せ先", "問い合わせ先", "お問い合わせ先", "お問合せ先", "連絡先", "担当", "担当課",
    "根拠法令", "目標", "指標", "成果目標", "検討課題", "進め方", "今後の予定", "今後の方針", "取組", "主な取組", "主な事業", "主な対象事業",
)  # fmt: skip
_LABEL = "|".join(sorted(map(re.escape, LABELS), key=len, reverse=True))
_LABEL_PREFIX = (
    r"(?:事業|施策|制度|政策|補助|交付|募集|公募|申請|主な|期待される|想定される|具体的な|今後の|取組の|事業の)*"
)
LABEL_LINE = re.compile(
    rf"{_LABEL_PREFIX}(?:{_LABEL})(?:(?:・|と|及び|、|/|の){_LABEL_PREFIX}(?:{_LABEL}))*(?:等|\(.{{1,12}}\))?"
)

# What happens to a programme, a plan, a law: the date is asked of it (「施行は？」).
EVENTS = (
    "施行", "公布", "成立", "制定", "改正", "改定", "廃止", "閉止", "決定", "閣議決定", "策定", "公表", "開始", "終了", "完了", "申請", "応募", "受付", "募集", "公募",
    "締切", "締め切り", "採択", "審査", "交付", "交付決定", "支給", "設置", "開催", "実施", "運用", "見直し", "届出", "報告", "提出", "登録", "予約", "整備", "着工", "開所",
)  # fmt: skip
EVENT = re.compile("|".join(sorted(EVENTS, key=len, reverse=True)))
