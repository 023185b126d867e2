"""Formulas that were never computed -> their values, where that is simple arithmetic.

A program that writes a workbook leaves its sums uncomputed; whoever opens the file sees them all the same. Owns that arithmetic: cells, ranges,
``+ - * /``, sums and roundings, exactly (no floats). Invariant: what is not understood wholly gets no value at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import range_boundaries

from policy_qa.documents.workbook.formats import general, shown
from policy_qa.documents.workbook.sheets import Cell, Sheet

UNCOMPUTED = "（未計算）"
_MOST_FORMULAS = 20_000
_MOST_IN_RANGE = 100_000
_MOST_LOOKED_UP = 3_000_000  # cells, over all formulas of a workbook
_DEEPEST = 60
_LONGEST = 2_000
_SHEET_NAME = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<range>.+)")
_ROUNDINGS = {"ROUND(": ROUND_HALF_UP, "ROUNDDOWN(": ROUND_DOWN, "ROUNDUP(": ROUND_UP}

Number = Fraction
Operand = Number | str | list[Number]


class _NotSimple(Exception):
    """The formula holds something that is not computed here."""


def compute(sheets: Sequence[Sheet]) -> None:
    """Gives every cell with an uncomputed formula what it would show; where it cannot be told, it shows ``UNCOMPUTED``."""
    by_name = {sheet.name: sheet for sheet in sheets}
    evaluation = _Evaluation(by_name)
    for sheet in sheets:
        for cell in sheet.cells.values():
            if cell.formula is None:
                continue
            try:
                evaluation.value_of(sheet, cell)
            except (_NotSimple, TokenizerError, ValueError, ArithmeticError, RecursionError):
                cell.text = UNCOMPUTED
                cell.value = None


def _show(cell: Cell, value: Operand, sheet: Sheet) -> None:
    if isinstance(value, list):
        raise _NotSimple
    if isinstance(value, str):
        cell.text, cell.value = shown(value, cell.style.number_format), value
    else:
        number = Decimal(value.numerator) / Decimal(value.denominator)
        cell.text = shown(number, cell.style.number_format, from_1904=sheet.from_1904)
        cell.value, cell.is_number = number, True
    cell.formula = None


class _Evaluation:
    """Values asked for, each with the cells that it rests on."""

    def __init__(self, sheets: Mapping[str, Sheet]) -> None:
        self._sheets = sheets
        self._asked: list[tuple[str, int, int]] = []
        self._looked_up = 0
        self._computed = 0

    def value_of(self, sheet: Sheet, cell: Cell) -> None:
        """Gives ``cell`` its value, and those it rests on theirs."""
        self._asked.clear()
        self._computed += 1
        if self._computed > _MOST_FORMULAS:
            raise _NotSimple
        self._cell(sheet, cell.row, cell.column)

    def _cell(self, sheet: Sheet, row: int, column: int) -> Operand:
        """The value of a cell; an empty one counts as nothing."""
        found = sheet.cells.get((row, column))
        if found is None:
            return Fraction(0)
        if found.formula is None:
            return _plain(found)
        asked = (sheet.name, row, column)
        if asked in self._asked or len(self._asked) >= _DEEPEST or len(found.formula) > _LONGEST:
            raise _NotSimple
        self._asked.append(asked)
        tokens = [token for token in Tokenizer(found.formula).items if token.type != Token.WSPACE]
        value = _Reading(tokens, lambda written: self._range(sheet, written)).whole()
        self._asked.pop()
        _show(found, value, sheet)
        return value

    def _range(self, sheet: Sheet, written: str) -> tuple[Operand, bool]:
        """The value or values that a reference stands for, and whether it is a range."""
        named = _SHEET_NAME.fullmatch(written)
        if named:
            name = (named["quoted"] or "").replace("''", "'") or named["plain"]
            if name not in self._sheets:
                raise _NotSimple
            sheet, written = self._sheets[name], named["range"]
        left, top, right, bottom = range_boundaries(written)
        if None in {left, top, right, bottom}:
            raise _NotSimple
        if (left, top) == (right, bottom):
            return self._cell(sheet, top, left), False
        size = (right - left + 1) * (bottom - top + 1)
        self._looked_up += size
        if size > _MOST_IN_RANGE or self._looked_up > _MOST_LOOKED_UP:
            raise _NotSimple
        values = [
            self._cell(sheet, row, column)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (row, column) in sheet.cells
        ]
        return [value for value in values if isinstance(value, Fraction)], True


def _plain(cell: Cell) -> Operand:
    if cell.is_number and cell.value is not None:
        return Fraction(Decimal(str(cell.value)))
    if isinstance(cell.value, str) and not cell.value.startswith("#"):
        return cell.value
    raise _NotSimple


class _Reading:
    """Reads the tokens of a formula front to back, as arithmetic is read."""

    def __init__(self, tokens: list[Token], look_up: Callable[[str], tuple[Operand, bool]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._look_up = look_up

    def whole(self) -> Operand:
        value = self._joined()
        if self._next() is not None:
            raise _NotSimple
        return value

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, kind: str, *values: str) -> str | None:
        token = self._next()
        if token is None or token.type != kind or (values and token.value not in values):
            return None
        self._at += 1
        return str(token.value)

    def _joined(self) -> Operand:
        value = self._sum()
        while self._take(Token.OP_IN, "&"):
            value = _written(value) + _written(self._sum())
        return value

    def _sum(self) -> Operand:
        value = self._product()
        while operator := self._take(Token.OP_IN, "+", "-"):
            other = _number(self._product())
            value = _number(value) + (other if operator == "+" else -other)
        return value

    def _product(self) -> Operand:
        value = self._signed()
        while operator := self._take(Token.OP_IN, "*", "/"):
            other = _number(self._signed())
            value = _number(value) * other if operator == "*" else _number(value) / other
        return value

    def _signed(self) -> Operand:
        sign = self._take(Token.OP_PRE, "+", "-")
        if sign:
            operand = _number(self._signed())
            return -operand if sign == "-" else operand
        value = self._single()
        while self._take(Token.OP_POST, "%"):
            value = _number(value) / 100
        return value

    def _single(self) -> Operand:
        token = self._next()
        if token is None:
            raise _NotSimple
        self._at += 1
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            value = self._joined()
            if self._take(Token.PAREN) is None:
                raise _NotSimple
            return value
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            return self._function(token.value.upper())
        if token.type == Token.OPERAND and token.subtype == Token.NUMBER:
            return Fraction(Decimal(token.value))
        if token.type == Token.OPERAND and token.subtype == Token.TEXT:
            return str(token.value)[1:-1].replace('""', '"')
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            return self._look_up(token.value)[0]
        raise _NotSimple

    def _function(self, name: str) -> Operand:
        arguments: list[Operand] = []
        while True:
            arguments.append(self._joined())
            if self._take(Token.SEP) is None:
                break
        if self._take(Token.FUNC) is None:
            raise _NotSimple
        if name == "SUM(":
            return sum((number for argument in arguments for number in _numbers(argument)), Fraction(0))
        if name in _ROUNDINGS and len(arguments) in {1, 2}:
            places = int(_number(arguments[1])) if len(arguments) > 1 else 0
            exact = _number(arguments[0]) * Fraction(10) ** places
            whole = (Decimal(exact.numerator) / Decimal(exact.denominator)).to_integral_value(_ROUNDINGS[name])
            return Fraction(whole) / Fraction(10) ** places
        if name in {"MAX(", "MIN("}:
            numbers = [number for argument in arguments for number in _numbers(argument)]
            return (max if name == "MAX(" else min)(numbers, default=Fraction(0))
        raise _NotSimple


def _number(operand: Operand) -> Number:
    if not isinstance(operand, Fraction):
        raise _NotSimple
    return operand


def _written(operand: Operand) -> str:
    if isinstance(operand, list):
        raise _NotSimple
    if isinstance(operand, str):
        return operand
    return general(Decimal(operand.numerator) / Decimal(operand.denominator))


def _numbers(operand: Operand) -> list[Number]:
    if isinstance(operand, str):
        raise _NotSimple
    return operand if isinstance(operand, list) else [operand]
