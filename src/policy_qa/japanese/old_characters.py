"""Old and variant characters of names as the characters they are written with today: 齋藤 as 斎藤, 髙橋 as 高橋, 渡邊 as 渡辺.

For search alone: a register writes a name as its bearer does, a question as a keyboard offers it. Sources: the table of old forms (康熙字典体) in
the list of characters for general use (常用漢字表, 2010), and what registers of names hold beside it (髙 﨑 濵 邉 𠮷 …, which no dictionary has).

Invariant: one character for one character, so that places stay; no value is itself a key. 斉 and 斎 are two names and stay two.
"""

from __future__ import annotations

import re

# Old forms before the character of today, groups parted by blanks.
_FORMS = (
    "亞亜 惡悪 壓圧 圍囲 爲為 壹壱 隱隠 榮栄 營営 衞衛 驛駅 圓円 鹽塩 緣縁 艷艶 應応 歐欧 毆殴 櫻桜 奧奥 橫横 溫温 穩穏 假仮 價価 畫画 會会 繪絵 壞壊 懷懐 擴拡 殼殻 "
    "覺覚 學学 嶽岳 樂楽 渴渇 卷巻 陷陥 勸勧 寬寛 關関 歡歓 觀観 氣気 歸帰 龜亀 僞偽 戲戯 犧犠 舊旧 據拠 擧挙 虛虚 峽峡 挾挟 狹狭 鄕郷 曉暁 區区 驅駆 勳勲 薰薫 徑径 "
    "惠恵 溪渓 經経 繼継 莖茎 螢蛍 輕軽 鷄鶏 藝芸 縣県 儉倹 劍剣 險険 圈圏 檢検 獻献 權権 顯顕 驗験 嚴厳 廣広 恆恒 鑛鉱 號号 國国 黑黒 濟済 碎砕 齋斎 劑剤 册冊 雜雑 "
    "產産 參参 慘惨 棧桟 蠶蚕 贊賛 殘残 絲糸 齒歯 兒児 辭辞 濕湿 實実 舍舎 寫写 釋釈 壽寿 收収 從従 澁渋 澀渋 獸獣 縱縦 肅粛 處処 敍叙 將将 稱称 燒焼 證証 條条 狀状 "
    "乘乗 淨浄 剩剰 疊畳 繩縄 壤壌 孃嬢 讓譲 釀醸 眞真 寢寝 愼慎 盡尽 粹粋 醉酔 穗穂 隨随 髓髄 樞枢 數数 瀨瀬 聲声 靜静 齊斉 攝摂 竊窃 專専 戰戦 淺浅 潛潜 纖繊 踐践 "
    "錢銭 禪禅 曾曽 雙双 壯壮 莊荘 搜捜 插挿 爭争 總総 聰聡 裝装 騷騒 藏蔵 臟臓 屬属 續続 墮堕 對対 體体 帶帯 滯滞 臺台 瀧滝 擇択 澤沢 單単 擔担 膽胆 團団 彈弾 斷断 "
    "遲遅 晝昼 蟲虫 鑄鋳 廳庁 聽聴 鎭鎮 鐵鉄 轉転 點点 傳伝 黨党 盜盗 燈灯 當当 鬪闘 德徳 獨独 讀読 屆届 貳弐 惱悩 腦脳 廢廃 拜拝 賣売 麥麦 發発 髮髪 拔抜 蠻蛮 祕秘 "
    "濱浜 濵浜 甁瓶 拂払 佛仏 倂併 竝並 變変 邊辺 邉辺 寶宝 豐豊 萠萌 滿満 默黙 彌弥 藥薬 譯訳 與与 豫予 餘余 譽誉 搖揺 樣様 謠謡 來来 賴頼 亂乱 覽覧 龍竜 兩両 獵猟 "
    "綠緑 壘塁 勵励 禮礼 隸隷 靈霊 齡齢 曆暦 歷歴 戀恋 爐炉 勞労 樓楼 郞郎 祿禄 錄録 亙亘 灣湾 髙高 﨑崎 嵜崎 𠮷吉 舘館 嶋島 嶌島 峯峰 冨富 栁柳 桒桑 槇槙 薗園 埜野 "
    "淸清 靑青 晧皓 凜凛 堯尭 巖巌 槪概 鷗鴎 檜桧 遙遥 逹達 邨村 釼剣 劔剣 曻昇 戶戸 吳呉 增増 萬万 廏厩 渕淵 渊淵 步歩 每毎 敎教 槗橋 𣘺橋 𣳾泰 鄰隣 飜翻"
)

_TODAY = str.maketrans({form[0]: form[1] for form in _FORMS.split()})
_OLD = re.compile("[" + "".join(map(chr, _TODAY)) + "]")


def modern(text: str) -> str:
    """``text`` with every old or variant character as it is written today; as long as it was."""
    return text.translate(_TODAY) if _OLD.search(text) else text
