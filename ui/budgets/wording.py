"""Every word of the budget page, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import Stage
from ui.language import Language


@dataclass(frozen=True, slots=True)
class BudgetWords:
    """The words of one language."""

    name: str
    title: str
    tagline: str
    program: str
    program_head: str
    program_hint: str
    body: str
    everything: str
    year: str
    stage: str
    stages: Mapping[Stage, str]
    unit: str
    send: str
    caption: str
    rows_first: str
    export_csv: str
    export_xlsx: str
    nothing: str
    nothing_steps: tuple[str, ...]
    total_of: str
    total: str
    part_of: str
    open_source: str
    counted_once: str
    differs: str
    mismatch: str
    unverified: str
    composition_of: str
    composition_open: str
    composition: str
    composition_rest: str
    composition_agrees: str
    composition_differs: str
    composition_unknown: str
    share: str
    course_open: str
    course: str
    amount: str
    period: str
    bar: str
    changes: str
    changes_of: str
    changes_none: str
    change: str
    rate: str
    earlier: str
    later: str
    close: str


_JA = BudgetWords(
    name="予算",
    title="予算を見比べる",
    tagline="文書から読み取った予算額を、事業×年度・段階の表にしています。金額を選ぶと、書かれている行が開きます。",
    program="事業名（一部でもよい）",
    program_head="事業名",
    program_hint="例：交付金",
    body="機関",
    everything="すべて",
    year="年度",
    stage="段階",
    stages=MappingProxyType(
        {
            "request": "概算要求", "initial": "当初", "supplementary": "補正", "settled": "決算",
            "other": "その他（補正後・不用額など）",
        }
    ),
    unit="金額の単位",
    send="表示する",
    caption="予算の一覧（単位：{unit}）",
    rows_first="{total}行のうち{shown}行を表示しています。事業名や年度で絞り込んでください。書き出しには全部入ります。",
    export_csv="CSVで書き出す",
    export_xlsx="Excelで書き出す",
    nothing="あてはまる予算額はありません",
    nothing_steps=(
        "年度や段階の条件を減らしてください。",
        "事業名は一部だけでも探せます（例：「地域未来交付金」→「未来」）。",
        "表が画像の文書は読み取れないことがあります。画面「読み取った事実」でも確かめてください。",
    ),
    total_of="合計（{section}）",
    total="合計",
    part_of="{parent}の内訳",
    open_source="{program}　{period}　{amount}{unit}　原文を開く",
    counted_once="{count}か所に同額の記載があります（1件と数えています）",
    differs="別の額の記載：{amounts}",
    mismatch="内訳の合計は{amount}{unit}で、この額と一致しません",
    unverified="文字認識（OCR）で読んだ額です。原本で確かめてください",
    composition_of="{total}（{period}）の内訳",
    composition_open="{program}　{period}　内訳を見る",
    composition="内訳",
    composition_rest="そのほか（合計との差）",
    composition_agrees="内訳の合計は、書かれた合計と一致します。",
    composition_differs="内訳の合計は、書かれた合計と{amount}{unit}違います。原文で確かめてください。",
    composition_unknown="この合計の内訳は、文書からは確かにわかりません（内数や金額のない事業を含むため、または内訳が書かれていないため）。",
    share="割合",
    course_open="{program}の推移を見る",
    course="{program}の推移",
    amount="金額（{unit}）",
    period="年度・段階",
    bar="大きさ",
    changes="増減の大きい事業",
    changes_of="{earlier} から {later} への増減",
    changes_none="2つの時期の両方に金額のある事業がありません。",
    change="増減（{unit}）",
    rate="増減率",
    earlier="もとの時期",
    later="比べる時期",
    close="閉じる",
)  # fmt: skip

_EN = BudgetWords(
    name="Budgets",
    title="Compare budgets",
    tagline="Amounts read from the documents, by programme, year and stage. Choose an amount to see the line that states it.",
    program="Programme (or a part of its name)",
    program_head="Programme",
    program_hint="e.g. 交付金",
    body="Body",
    everything="All",
    year="Fiscal year",
    stage="Stage",
    stages=MappingProxyType(
        {
            "request": "requested", "initial": "initial", "supplementary": "supplementary", "settled": "settled",
            "other": "other (after supplement, unspent …)",
        }
    ),
    unit="Unit of amounts",
    send="Show",
    caption="Budgets (unit: {unit})",
    rows_first="Showing {shown} of {total} rows. Narrow them down by programme or year. Exports hold all of them.",
    export_csv="Export as CSV",
    export_xlsx="Export as Excel",
    nothing="No such amount",
    nothing_steps=(
        "Use fewer years or stages.",
        "A part of the programme's name is enough.",
        "Tables that are pictures may not have been read. See the page of facts too.",
    ),
    total_of="Total ({section})",
    total="Total",
    part_of="part of {parent}",
    open_source="{program} {period} {amount} {unit}: open the original",
    counted_once="The same amount stands in {count} places (counted once)",
    differs="Other amounts: {amounts}",
    mismatch="Its parts add up to {amount} {unit}, which is not this amount",
    unverified="Read from a picture (OCR): check the original",
    composition_of="What {total} ({period}) is made of",
    composition_open="{program} {period}: see its parts",
    composition="Parts",
    composition_rest="Rest (difference to the total)",
    composition_agrees="The parts add up to the printed total.",
    composition_differs="The parts differ from the printed total by {amount} {unit}. Check the original.",
    composition_unknown="The document does not surely give all parts of this total.",
    share="Share",
    course_open="See {program} over the years",
    course="{program} over the years",
    amount="Amount ({unit})",
    period="Year and stage",
    bar="Size",
    changes="Largest changes",
    changes_of="From {earlier} to {later}",
    changes_none="No programme has amounts in both periods.",
    change="Change ({unit})",
    rate="Rate",
    earlier="From",
    later="To",
    close="Close",
)  # fmt: skip

_WORDS: Mapping[Language, BudgetWords] = MappingProxyType({"ja": _JA, "en": _EN})


def budget_words(language: Language) -> BudgetWords:
    """The words of ``language``."""
    return _WORDS[language]
