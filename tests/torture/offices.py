"""An office with restricted documents: made by dice, with one vocabulary for what is open and what is hidden.

The same programmes, bodies and words stand in documents of all labels, with other figures: what one document says changes what a search, a
count or an answer would give from the others, if it were let. Each document says a mark in its title and its text that no other has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

LABELS = ("総務", "財政", "産業", "福祉", "広報")
PROGRAMS = (
    "地域未来交付金",
    "地域産業支援交付金",
    "地域交通再生補助金",
    "港湾再生交付金",
    "漁村担い手育成補助金",
    "空き家活用支援補助金",
    "空き家活用促進事業",
    "海洋データ連携事業",
    "子育て応援給付金",
    "人材確保支援事業",
)
BODIES = ("みさき市", "あおば県", "海洋庁", "みさき市 産業振興課", "みさき市 財政課", "あおば県 福祉部")
KINDS = ("公募要領", "予算資料", "会議録", "計画", "FAQ")
WORDS = (
    "研修費",
    "改修費",
    "漁具",
    "船舶",
    "空き店舗",
    "観測",
    "保育",
    "再生可能エネルギー",
    "バス路線",
    "古民家",
    "水産加工",
    "人件費",
)
PEOPLE = ("漁業協同組合", "中小企業者", "特定非営利活動法人", "個人事業主", "自治会", "子育て世帯", "移住者")
INDICATORS = ("利用者数", "耐震化率", "満足度", "移住者数", "参加団体数")
PLACES = ("みさき市", "しおかぜ町", "あおば県", "ほしの村")


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """One file with what ``corpus.toml`` says of it, and the mark that only it says."""

    path: str
    content: bytes
    title: str
    publisher: str
    date: str
    kind: str
    labels: frozenset[str]
    mark: str

    @property
    def entry(self) -> str:
        """The entry in ``corpus.toml``."""
        said = {"files": [self.path], "title": self.title, "publishers": [self.publisher], "date": self.date}
        said |= {"document_type": self.kind, "labels": sorted(self.labels)}
        return "[[document]]\n" + "".join(
            f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items()
        )


@dataclass(frozen=True, slots=True)
class Office:
    """The files of one office by their paths."""

    files: Mapping[str, OfficeFile]

    def seen_by(self, labels: frozenset[str]) -> dict[str, OfficeFile]:
        """The files that somebody with these labels may know of."""
        return {path: file for path, file in self.files.items() if not labels.isdisjoint(file.labels)}


def made(dice: Random, count: int) -> Office:
    """An office of ``count`` files and some that cannot be read; one in eight has no label, some stand there twice."""
    files: dict[str, OfficeFile] = {}
    while len(files) < count:
        number = len(files)
        kind = dice.choice(KINDS)
        program = dice.choice(PROGRAMS)
        text = _WRITERS[kind](dice, program)
        if files and dice.random() < 0.1:
            others = [file.content.decode() for file in files.values() if file.path.endswith(".md")]
            text = dice.choice(others or [text]).rpartition("\n\n文書番号")[0] or text
        folder = dice.choice(("", "内部/", "公開/", "内部/検討/"))
        mark = f"ZQ{number:02d}{dice.randint(1_000, 9_999)}"
        title = dice.choice(
            (f"{program} {kind}", f"{program}について", f"{dice.choice(BODIES)} {kind}（{mark}）", kind)
        )
        said = (title, dice.choice(BODIES), _date(dice), kind, _labels(dice), mark)
        ending = "pdf" if dice.random() < 0.1 else "md"
        marked = f"{text}\n\n文書番号 {mark}\n"
        content = _pdf(marked) if ending == "pdf" else marked.encode()
        path = f"{folder}{dice.choice(('shiryo', 'yoryo', 'kaigi', 'yosan'))}-{number:02d}.{ending}"
        files[path] = OfficeFile(path, content, *said)
    for number in range(3):
        path = f"壊れた資料-{number}.pdf"
        files[path] = OfficeFile(
            path, b"%PDF-1.4 broken", "壊れた資料", BODIES[0], "2026-01", "計画", _labels(dice), ""
        )
    return Office(files)


def write(files: Mapping[str, OfficeFile], corpus: Path) -> None:
    """Lays files into a corpus folder with their entries."""
    corpus.mkdir(parents=True, exist_ok=True)
    for path, file in files.items():
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_bytes(file.content)
    declare(files, corpus)


def declare(files: Mapping[str, OfficeFile], corpus: Path) -> None:
    """Writes ``corpus.toml`` anew."""
    (corpus / "corpus.toml").write_text("\n".join(file.entry for file in files.values()), encoding="utf-8")


def _labels(dice: Random) -> frozenset[str]:
    if dice.random() < 0.12:
        return frozenset()
    return frozenset(dice.sample(LABELS, dice.choice((1, 1, 1, 2, 3))))


def _date(dice: Random) -> str:
    return f"{dice.choice((2024, 2025, 2026))}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"


def _year(dice: Random) -> int:
    return dice.choice((6, 7, 8))


def _amount(dice: Random) -> str:
    return f"{dice.randint(1, 9_999):,}"


def _budget(dice: Random, program: str) -> str:
    others = dice.sample(PROGRAMS, 4)
    year = _year(dice)
    rows = [f"| {name} | {_amount(dice)} | {_amount(dice)} |" for name in dict.fromkeys((program, *others))]
    return "\n".join(
        (
            f"# 令和{year}年度 {dice.choice(BODIES)}予算案の概要", "",
            "（単位：百万円）", "",
            f"| 事項 | 令和{year}年度当初予算 | 令和{year - 1}年度当初予算 |", "|---|---:|---:|", *rows,
            f"| 合計 | {_amount(dice)} | {_amount(dice)} |", "",
            f"## {program}", "",
            f"- {dice.choice(WORDS)}を支援し、令和{year + 3}年度末までに{dice.choice(INDICATORS)}を{dice.randint(20, 95)}％にする。",
            f"- 令和{year}年度の{program}は{dice.randint(1, 900)}億円とする。",
            f"- 実施主体：{dice.choice(PEOPLE)}",
        )
    )  # fmt: skip


def _call(dice: Random, program: str) -> str:
    costs, people = dice.sample(WORDS, 4), dice.sample(PEOPLE, 3)
    return "\n".join(
        (
            f"令和{_year(dice)}年度 {program} 公募要領", "",
            "１．事業の目的",
            f"　この事業は、{costs[0]}及び{costs[1]}に要する経費の一部を補助することを目的とする。",
            "２．補助対象者", *(f"（{number}）{who}" for number, who in enumerate(people, 1)),
            "３．補助対象経費", *(f"（{number}）{cost}" for number, cost in enumerate(costs, 1)),
            "４．補助率及び補助上限額",
            f"　補助率は{dice.choice(('２分の１', '３分の２', '４分の３'))}以内、補助上限額は{dice.randint(5, 900)}万円とする。",
            "５．申請期限", f"　令和８年{dice.randint(5, 12)}月{dice.randint(1, 28)}日まで（必着）。",
            "６．問合せ先", f"　{dice.choice(BODIES)} 電話 0{dice.randint(10, 99)}-{dice.randint(100, 999)}-{dice.randint(1000, 9999)}",
        )
    )  # fmt: skip


def _minutes(dice: Random, program: str) -> str:
    other = dice.choice(PROGRAMS)
    day = f"令和{_year(dice)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日"
    return "\n".join(
        (
            f"# {dice.choice(BODIES)} 審議会 会議録", "", f"日時：{day} 午後{dice.randint(1, 4)}時", "",
            f"{day}、{dice.choice(BODIES)}は「{program}の見直しについて」を決定した。", "",
            f"会長：{program}の{dice.choice(WORDS)}について、{dice.choice(PEOPLE)}から意見が{dice.randint(2, 80)}件あった。",
            f"委員：{other}との併用は認めるのか。",
            f"事務局：{dice.choice(('認める', '認めない', '検討中である'))}。上限は{dice.randint(1, 90)}万円としたい。",
            f"会長：{dice.choice(PLACES)}の{dice.choice(INDICATORS)}は{dice.randint(100, 9_000):,}人である。",
        )
    )  # fmt: skip


def _plan(dice: Random, program: str) -> str:
    return "\n".join(
        (
            f"# {dice.choice(PLACES)} {program}推進計画（令和{_year(dice)}年度～令和{_year(dice) + 4}年度）", "",
            "## 目標", "",
            "| 指標 | 現状 | 目標（令和12年度） |", "|---|---:|---:|",
            *(f"| {name} | {dice.randint(10, 500)}人 | {dice.randint(500, 5_000)}人 |" for name in dice.sample(INDICATORS, 3)), "",
            "## 取組", "",
            *(f"- {word}に関する取組を{dice.choice(PEOPLE)}と進める。" for word in dice.sample(WORDS, 3)),
            f"- {program}（以下「本交付金」という。）を活用する。",
        )
    )  # fmt: skip


def _faq(dice: Random, program: str) -> str:
    asked = []
    for number, word in enumerate(dice.sample(WORDS, 3), 1):
        asked += [
            f"## 問{number} {program}で{word}は対象になりますか。", "",
            f"答 {dice.choice(('対象になります', '対象になりません', '上限の範囲で対象になります'))}。{dice.choice(PEOPLE)}の場合は{dice.randint(1, 90)}万円を上限とします。", "",
        ]  # fmt: skip
    return "\n".join((f"# {program} よくある質問", "", *asked))


_WRITERS: Mapping[str, Callable[[Random, str], str]] = dict(
    zip(KINDS, (_call, _budget, _minutes, _plan, _faq), strict=True)
)


def _pdf(text: str) -> bytes:
    """A text as a PDF of one or more pages, always the same bytes."""
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    lines: Sequence[str] = text.splitlines()
    for first in range(0, len(lines), 18):
        canvas.setFont("HeiseiKakuGo-W5", 10)
        for row, line in enumerate(lines[first : first + 18]):
            canvas.drawString(40, 780 - 24 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
