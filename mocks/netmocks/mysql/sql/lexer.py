"""Lexer: cuts SQL into statements, and lifts the literals out of each.

A statement without its literals is its shape: statements that differ in values only have the same,
and are translated once. A lifted literal stands in the shape as `:s1`, its kind and its place;
a parameter of a prepared statement as `:p1`. Values never enter SQL text again: they are bound.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from netmocks.mysql.error import mysql_error

Value = int | float | str | bytes | None

TOKEN = re.compile(
    r"""
      (?P<space>\s+|--(?=[\s\x00-\x1f]|$)[^\n]*|\#[^\n]*|/\*(?!!).*?\*/)
    | (?P<opened>/\*!\d*)
    | (?P<closed>\*/)
    | (?P<hex>[xX]'[0-9a-fA-F]*'|0x[0-9a-fA-F]+\b)
    | (?P<bits>[bB]'[01]*'|0b[01]+\b)
    | (?P<string>[nN]?'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    | (?P<quoted>`(?:[^`]|``)*`)
    | (?P<number>(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?(?![\w$]))
    | (?P<variable>@@?(?:`[^`]*`|'[^']*'|[\w$.]*))
    | (?P<word>[\w$]+)
    | (?P<parameter>\?)
    | (?P<end>;)
    | (?P<broken>['"`])
    | (?P<sign>->>|->|<=>|<<|>>|<=|>=|<>|!=|:=|&&|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)

#: Literals that can be told without reading all of a statement: most statements have no others.
PLAIN = re.compile(r"('[^'\\\udc80-\udcff]*'|(?<![\w.$@])\d{1,18}(?![\w.$]))")

#: What stands for them in a statement's skeleton; no SQL has this.
MARK = "\x01"

#: A statement without its literals, and the types of these.
Skeleton = tuple[str, tuple[type, ...]]

#: Statements by their skeletons: read once, and then only their literals are.
_known: "dict[Skeleton, Statement]" = {}
MOST_KNOWN = 2000

#: Letters of the SQL that is kept as it is, where it has no skeleton.
SHORT = 500

ESCAPE = re.compile(r"\\(.)|(''|\"\")", re.DOTALL)

ESCAPED = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}

#: The statements whose literals are lifted.
LIFTED = frozenset(("SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "(", "VALUES"))

#: Words after which a literal is a part of the grammar, and stays.
STAY = frozenset(("DATE", "TIME", "TIMESTAMP", "SEPARATOR", "->", "->>"))

#: Types that have parameters, where a CAST or CONVERT names them.
TYPES = frozenset(("CHAR", "NCHAR", "BINARY", "DECIMAL", "DEC", "NUMERIC", "DATETIME", "TIME"))

#: What ends the list of columns of a SELECT.
AFTER_LIST = frozenset(
    (
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "FOR",
        "WINDOW",
        "INTO",
    )
)

BEFORE_LIST = frozenset(("DISTINCT", "ALL", "DISTINCTROW", "SQL_CALC_FOUND_ROWS", "STRAIGHT_JOIN"))

INTRODUCERS = frozenset(("_UTF8MB4", "_UTF8MB3", "_UTF8", "_LATIN1", "_ASCII", "_BINARY"))


class Token(NamedTuple):
    """One piece of SQL."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """What it says, in capitals."""
        return self.text.upper()


class Statement(NamedTuple):
    """One statement."""

    #: as it came
    text: str
    #: its first word, in capitals
    verb: str
    #: the text without its literals
    shape: str
    #: the values of the lifted literals; None stands for a parameter
    values: list[Value]
    #: the places of the parameters in `values`
    parameters: list[int]
    #: what a client sees where a SELECT's columns have no names
    names: tuple[str, ...]


def statements(sql: str) -> list[Statement]:
    """Cut SQL at its semicolons.

    Raises:
        MySQLError: 1064, a quote is never closed; 1065, there is no statement at all.
    """
    pieces = PLAIN.split(sql)
    values = [_value(literal) for literal in pieces[1::2]]
    skeleton = MARK.join(pieces[::2]), tuple([type(value) for value in values])
    known = _known.get(skeleton)
    if known is not None:
        _, verb, shape, _, parameters, names = known
        return [Statement(sql, verb, shape, values, parameters, names)]
    found = list(_cut(sql)) if len(sql) > SHORT else _read(sql)
    _learn(sql, skeleton, values, found)
    return found


@lru_cache(maxsize=MOST_KNOWN)
def _read(sql: str) -> list[Statement]:
    """Cut SQL whose literals are not all that can differ; what it returns is not to be changed."""
    return list(_cut(sql))


def _value(literal: str) -> Value:
    return literal[1:-1] if literal[0] == "'" else int(literal)


def _learn(sql: str, skeleton: Skeleton, values: list[Value], found: list[Statement]) -> None:
    """Keep what a statement is without its literals, if they are all that can differ."""
    if len(found) != 1 or found[0].text != sql or found[0].values != values:
        return
    if MARK in sql or any(PLAIN.search(name) or name in values for name in found[0].names):
        return  # a column is called after a literal
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[skeleton] = found[0]


def _cut(sql: str) -> Iterator[Statement]:
    tokens: list[Token] = []
    found = False
    for token in _tokens(sql):
        if token.kind == "end":
            if tokens:
                found = True
                yield _statement(sql, tokens)
            tokens = []
        else:
            tokens.append(token)
    if tokens:
        yield _statement(sql, tokens)
    elif not found:
        raise mysql_error(1065)


def _tokens(sql: str) -> Iterator[Token]:
    is_open = False
    for match in TOKEN.finditer(sql):
        kind = match.lastgroup
        assert kind is not None
        if kind == "space":
            continue
        if kind == "opened":
            is_open = True
        elif kind == "closed" and is_open:
            is_open = False
        elif kind == "broken":
            line = sql.count("\n", 0, match.start()) + 1
            raise mysql_error(1064, sql[match.start() :][:80], line)
        else:
            yield Token(kind, match[0], match.start())


def _statement(sql: str, tokens: list[Token]) -> Statement:
    last = tokens[-1]
    text = sql[tokens[0].start : last.start + len(last.text)]
    verb = tokens[0].word
    if verb not in LIFTED:
        return Statement(text, verb, text, [], [], ())
    lifting = _Lifting(sql, tokens)
    return lifting.statement(text, verb)


class _Lifting:
    """Takes the literals out of one statement."""

    def __init__(self, sql: str, tokens: list[Token]) -> None:
        self._sql = sql
        self._tokens = tokens
        self._shape: list[str] = []
        self._values: list[Value] = []
        self._parameters: list[int] = []
        #: depth of the ORDER BY or GROUP BY that it is in, where a number is a column's place
        self._by = -1
        self._depth = 0
        self._in_type = -1

    def statement(self, text: str, verb: str) -> Statement:
        tokens = self._tokens
        place = 0
        while place < len(tokens):
            place = self._take(place)
        return Statement(
            text,
            verb,
            " ".join(self._shape),
            self._values,
            self._parameters,
            self._names() if verb in ("SELECT", "WITH", "(") else (),
        )

    def _take(self, place: int) -> int:
        """Handle the token at a place; return the next place."""
        token = self._tokens[place]
        before = self._tokens[place - 1].word if place else ""
        kind = token.kind
        if kind == "parameter":
            self._parameters.append(len(self._values))
            self._lift("p", None)
        elif kind == "string":
            return self._string(place, before)
        elif kind == "number" and not self._is_grammar(before):
            self._number(token.text)
        elif kind == "hex":
            digits = token.text[2:].rstrip("'")
            self._lift("x", bytes.fromhex(digits.rjust(len(digits) + len(digits) % 2, "0")))
        elif kind == "bits":
            self._lift("i", int(token.text[2:].rstrip("'") or "0", 2))
        elif kind == "word" and token.word in INTRODUCERS and self._is_literal(place + 1):
            return place + 1
        elif kind == "word" and token.word == "VALUE" and self._opens(place + 1):
            self._shape.append("VALUES")
        else:
            self._note(token, before)
            self._shape.append(token.text)
        return place + 1

    def _note(self, token: Token, before: str) -> None:
        """Keep track of where numbers are a part of the grammar."""
        if token.text == "(":
            self._depth += 1
            if before in TYPES and self._before_type() in ("AS", ","):
                self._in_type = self._depth
        elif token.text == ")":
            if self._in_type == self._depth:
                self._in_type = -1
            self._depth -= 1
            if self._by > self._depth:
                self._by = -1
        elif token.word == "BY":
            self._by = self._depth
        elif token.word in ("LIMIT", "HAVING", "FOR", "ROWS", "RANGE", "UNION"):
            self._by = -1

    def _before_type(self) -> str:
        return self._shape[-2].upper() if len(self._shape) > 1 else ""

    def _is_grammar(self, before: str) -> bool:
        if self._in_type == self._depth:
            return True
        return self._by == self._depth and before in ("BY", ",")

    def _is_literal(self, place: int) -> bool:
        return place < len(self._tokens) and self._tokens[place].kind in ("string", "hex")

    def _opens(self, place: int) -> bool:
        return place < len(self._tokens) and self._tokens[place].text == "("

    def _lift(self, kind: str, value: Value) -> None:
        self._shape.append(f":{kind}{len(self._values)}")
        self._values.append(value)

    def _string(self, place: int, before: str) -> int:
        tokens = self._tokens
        if before in STAY:
            self._shape.append(tokens[place].text)
            return place + 1
        text = unquoted(tokens[place].text)
        end = place + 1
        while end < len(tokens) and tokens[end].kind == "string" and before != "AS":
            text += unquoted(tokens[end].text)  # literals side by side are one
            end += 1
        if before == "AS":
            self._shape.append("`" + text.replace("`", "``") + "`")
        else:
            is_bytes = before == "_BINARY" or any("\udc80" <= letter <= "\udcff" for letter in text)
            value = text.encode("utf-8", "surrogateescape") if is_bytes else text
            self._lift("x" if is_bytes else "s", value)
        return end

    def _number(self, text: str) -> None:
        if "e" in text.lower():
            self._lift("e", float(text))
        elif "." in text:
            self._lift("d", text.rstrip(".") if text[0] != "." else "0" + text)
        elif int(text) >= 1 << 63:
            self._lift("d", str(int(text)))
        else:
            self._lift("i", int(text))

    def _names(self) -> tuple[str, ...]:
        """Return the texts of the first SELECT's columns."""
        names, depth, start = [], 0, -1
        begun = False
        for place, token in enumerate(self._tokens):
            word = token.word
            if not begun:
                depth += (token.text == "(") - (token.text == ")")
                begun = word == "SELECT" and (depth == 0 or self._tokens[0].text == "(")
                if begun:
                    depth = 0
                continue
            if start < 0 and word in BEFORE_LIST:
                continue
            if start < 0:
                start = place
            is_end = depth == 0 and (word in AFTER_LIST or token.text == ")")
            if depth == 0 and (is_end or token.text == ","):
                names.append(self._name(start, place))
                start = place + 1
            if is_end:
                return tuple(names)
            depth += (token.text == "(") - (token.text == ")")
        if begun and start >= 0:
            names.append(self._name(start, len(self._tokens)))
        return tuple(names)

    def _name(self, start: int, end: int) -> str:
        tokens = self._tokens[start:end]
        if not tokens:
            return ""
        if len(tokens) == 1 and tokens[0].kind == "string":
            return unquoted(tokens[0].text)
        last = tokens[-1]
        return self._sql[tokens[0].start : last.start + len(last.text)]


#: A name in SQL, quoted or not.
NAME = r"(?:`(?:[^`]|``)+`|[\w$]+)"

USE = re.compile(rf"USE\s+({NAME})", re.IGNORECASE)


def plain_name(name: str) -> str:
    """Return a name without its quotes, if it has any."""
    return unquoted(name) if name[0] == "`" else name


def unquoted(literal: str) -> str:
    """Return the text of a string literal, or of a quoted name."""
    inner = literal[2:-1] if literal[0] in "nN" else literal[1:-1]
    if literal[0] == "`":
        return inner.replace("``", "`")
    quote = literal[-1]
    if "\\" not in inner and quote * 2 not in inner:
        return inner

    def restore(found: re.Match[str]) -> str:
        if found[1] is None:
            return quote if found[2][0] == quote else found[2]
        # \% and \_ keep their backslash: they mean something to LIKE.
        return "\\" + found[1] if found[1] in "%_" else ESCAPED.get(found[1], found[1])

    return ESCAPE.sub(restore, inner)
