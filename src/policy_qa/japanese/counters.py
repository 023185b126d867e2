"""What documents and questions count things by: 件, 人, か所, 世帯.

Owns the counters that several patterns read alike, as alternatives of a pattern; what only one of them knows besides stands there. Invariant: one of
several characters stands before the one that begins it.
"""

from __future__ import annotations

# Behind 何: what a question asks for the number of.
ASKED = (
    "か所|カ所|ヶ所|箇所|種類|分野|トン|世帯|団体|自治体|市町村|時間|ヘクタール|路線|地域|地点|品目|拠点|区画|議席"
    "|[人名便両床軒件社つ個台戸本回点校者歳頭枚冊棟隻機基組位倍店席票羽杯泊]"
)
# Behind 1: what has a price (1台15万円), and what is paid so many of (600台・90,000千円).
PRICED = "世帯|か所|団体|区画|[人名頭羽台基戸棟件本枚社者泊食]"
