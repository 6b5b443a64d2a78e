"""Expressions: MySQL's expressions as SQLite's, with their types.

Each node that is known has its method here; any other is refused by name.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from netmocks.mysql.column import ResultColumn
from netmocks.mysql.error import mysql_error, unsupported
from netmocks.mysql.sql.aggregates import AGGREGATES, WINDOWED
from netmocks.mysql.sql.comparison import compared, is_plain
from netmocks.mysql.sql.definitions import type_of
from netmocks.mysql.sql.functions import FUNCTIONS
from netmocks.mysql.sql.functions.documents import TAKES_DOCUMENTS
from netmocks.mysql.sql.functions.function import widest
from netmocks.mysql.sql.functions.intervals import MONTHS, SPANS, UNITS
from netmocks.mysql.sql.scope import Expression, Scope, quoted
from netmocks.mysql.type import (
    BIGINT,
    BOOLEAN,
    DATETIME,
    DOUBLE,
    LONGBLOB,
    LONGTEXT,
    NULL,
    TEXT,
    Type,
)

if TYPE_CHECKING:
    from netmocks.mysql.sql.queries import Queries

#: The types of lifted literals, by the letters of their placeholders.
LITERALS = {
    "s": TEXT,
    "i": BIGINT,
    "d": Type("decimal", 65, 30),
    "e": DOUBLE,
    "x": LONGBLOB,
    "p": NULL,
}

#: Functions of the session; see `netmocks.mysql.session.Session`.
SESSION = {
    "DATABASE": TEXT,
    "USER": TEXT,
    "VERSION": TEXT,
    "CONNECTION_ID": BIGINT,
    "ROW_COUNT": BIGINT,
    "FOUND_ROWS": BIGINT,
    "LAST_INSERT_ID": BIGINT,
    "SLEEP": BIGINT,
}

SESSION_ALIASES = {
    "SCHEMA": "DATABASE",
    "CURRENT_USER": "USER",
    "SESSION_USER": "USER",
    "SYSTEM_USER": "USER",
}

COMPARISONS: dict[type[Any], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.NullSafeEQ: "IS",
}

#: Comparisons with all rows of a subquery that are also said by IN and NOT IN.
QUANTIFIED: tuple[tuple[type[Any], type[Any]], ...] = ((exp.EQ, exp.Any), (exp.NEQ, exp.All))

ARITHMETIC: dict[type[Any], tuple[str, str]] = {
    exp.Add: ("+", "my_add"),
    exp.Sub: ("-", "my_subtract"),
    exp.Mul: ("*", "my_multiply"),
}

#: The name of the row that an INSERT could not insert, in its ON DUPLICATE KEY UPDATE.
NEW_ROW = "the new row"

BITS: dict[type[Any], str] = {
    exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|",
    exp.BitwiseLeftShift: "<<",
    exp.BitwiseRightShift: ">>",
}


class Expressions:
    """Translates expressions.

    Arguments:
        queries: translates the queries in them.
    """

    def __init__(self, queries: "Queries") -> None:
        self._queries = queries
        #: parameters of SQLite's statement that stand before the lifted literals
        self.offset = 0
        self._methods: dict[type[exp.Expression], Callable[[Any, Scope], Expression]] = {
            exp.Column: self._column,
            exp.Placeholder: self._placeholder,
            exp.Literal: self._literal,
            exp.Null: self._null,
            exp.Boolean: self._boolean,
            exp.Paren: self._paren,
            exp.Neg: self._negative,
            exp.Not: self._not,
            exp.And: self._and,
            exp.Or: self._or,
            exp.Xor: self._xor,
            exp.Is: self._is,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Like: self._like,
            exp.Escape: self._escape,
            exp.RegexpLike: self._regexp,
            exp.Div: self._divide,
            exp.IntDiv: self._divide_whole,
            exp.Mod: self._modulo,
            exp.BitwiseNot: self._bitwise_not,
            exp.BitwiseXor: self._bitwise_xor,
            exp.Case: self._case,
            exp.If: self._if,
            exp.Anonymous: self._call,
            exp.Cast: self._cast,
            exp.Exists: self._exists,
            exp.Subquery: self._subquery,
            exp.Select: self._subquery,
            exp.Tuple: self._tuple,
            exp.Window: self._window,
            exp.GroupConcat: self._group_concat,
            exp.Concat: self._concat,
            exp.Substring: self._substring,
            exp.Trim: self._trim,
            exp.StrPosition: self._position,
            exp.Extract: self._extract,
            exp.Ceil: self._rounded,
            exp.Floor: self._rounded,
            exp.Collate: self._collate,
            exp.JSONExtract: self._json_extract,
            exp.JSONExtractScalar: self._json_extract_scalar,
            exp.Parameter: self._user_variable,
            exp.SessionParameter: self._variable,
            exp.CurrentTimestamp: self._now,
            **dict.fromkeys(COMPARISONS, self._compare),
            **dict.fromkeys(ARITHMETIC, self._calculate),
            **dict.fromkeys(BITS, self._bits),
        }
        for name in ("CurrentDate", "CurrentTime", "CurrentUser", "CurrentDatetime"):
            node = getattr(exp, name, None)
            if node is not None:
                self._methods[node] = self._current

    def translate(self, node: Any, scope: Scope) -> Expression:
        """Return SQLite's form of an expression.

        Raises:
            MySQLError: 1235, it is not supported; or it names what does not exist.
        """
        method = self._methods.get(type(node))
        if method is None:
            raise unsupported(_named(node))
        return method(node, scope)

    def sql(self, node: Any, scope: Scope) -> str:
        """Return SQLite's SQL of an expression."""
        return self.translate(node, scope).sql

    # -- leaves -------------------------------------------------------------------------------

    def _column(self, node: exp.Column, scope: Scope) -> Expression:
        if isinstance(node.this, exp.Star):
            raise unsupported("* among other expressions")
        return scope.resolve(node.name, node.table)

    def _placeholder(self, node: exp.Placeholder, scope: Scope) -> Expression:
        kind, place = node.name[0], int(node.name[1:])
        origin = "parameter" if kind == "p" else "literal"
        return Expression(f":v{self.offset + place + 1}", LITERALS[kind], origin)

    def _null(self, node: exp.Null, scope: Scope) -> Expression:
        return Expression("NULL", NULL, "literal")

    def _boolean(self, node: exp.Boolean, scope: Scope) -> Expression:
        return Expression(str(int(node.this)), BOOLEAN, "literal")

    def _literal(self, node: exp.Literal, scope: Scope) -> Expression:
        if node.is_string:
            return Expression("'" + node.this.replace("'", "''") + "'", TEXT, "literal")
        return Expression(node.this, BIGINT if node.this.isdecimal() else DOUBLE, "literal")

    def _user_variable(self, node: exp.Parameter, scope: Scope) -> Expression:
        name = node.this.name if hasattr(node.this, "name") else str(node.this)
        return Expression(f"my_user_variable({_literal(name.lower())})", NULL, "parameter")

    def _variable(self, node: exp.SessionParameter, scope: Scope) -> Expression:
        name, kind = node.name, node.args.get("kind") or ""
        value = self._queries.variable(name, kind)
        type_ = BIGINT if isinstance(value, int) else TEXT
        sql = f"my_variable({_literal(name.lower())}, {_literal(str(kind).lower())})"
        prefix = f"@@{kind}." if kind else "@@"
        return Expression(sql, type_, "computed", ResultColumn(prefix + name, type_))

    # -- logic --------------------------------------------------------------------------------

    def _paren(self, node: exp.Paren, scope: Scope) -> Expression:
        inner = self.translate(node.this, scope)
        return inner._replace(sql=f"({inner.sql})")

    def _truth(self, node: Any, scope: Scope) -> str:
        """Return an expression as a truth value."""
        inner = self.translate(node, scope)
        is_number = inner.type.family in ("integer", "real")
        return inner.sql if is_number else f"my_number({inner.sql})"

    def _not(self, node: exp.Not, scope: Scope) -> Expression:
        return Expression(f"(NOT {self._truth(node.this, scope)})", BOOLEAN)

    def _and(self, node: exp.And, scope: Scope) -> Expression:
        parts = [self._truth(part, scope) for part in node.flatten()]
        return Expression(f"({' AND '.join(parts)})", BOOLEAN)

    def _or(self, node: exp.Or, scope: Scope) -> Expression:
        parts = [self._truth(part, scope) for part in node.flatten()]
        return Expression(f"({' OR '.join(parts)})", BOOLEAN)

    def _xor(self, node: exp.Xor, scope: Scope) -> Expression:
        one, other = self._truth(node.this, scope), self._truth(node.expression, scope)
        return Expression(f"((NOT {one}) <> (NOT {other}))", BOOLEAN)

    def _is(self, node: exp.Is, scope: Scope) -> Expression:
        negation = "NOT " if node.args.get("negate") else ""
        if isinstance(node.expression, exp.Null):
            inner = self.sql(node.this, scope)
            return Expression(f"({inner} IS {negation}NULL)", BOOLEAN)
        if isinstance(node.expression, exp.Boolean):
            truth = self._truth(node.this, scope)
            return Expression(
                f"({truth} IS {negation}{'TRUE' if node.expression.this else 'FALSE'})", BOOLEAN
            )
        raise unsupported(_named(node))

    # -- comparison ---------------------------------------------------------------------------

    def _compare(self, node: exp.Binary, scope: Scope) -> Expression:
        for kind, quantifier in QUANTIFIED:
            if isinstance(node, kind) and isinstance(node.expression, quantifier):
                among = exp.In(this=node.this.copy(), query=node.expression.this.copy())
                found = self._in(among, scope)
                return found if kind is exp.EQ else Expression(f"(NOT {found.sql})", BOOLEAN)
        left, right = self.translate(node.this, scope), self.translate(node.expression, scope)
        if isinstance(node.this, exp.Tuple):
            return Expression(f"({left.sql} {COMPARISONS[type(node)]} {right.sql})", BOOLEAN)
        return Expression(compared(COMPARISONS[type(node)], left, right), BOOLEAN)

    def _between(self, node: exp.Between, scope: Scope) -> Expression:
        value = self.translate(node.this, scope)
        low = self.translate(node.args["low"], scope)
        high = self.translate(node.args["high"], scope)
        within = f"({compared('>=', value, low)} AND {compared('<=', value, high)})"
        return Expression(f"(NOT {within})" if node.args.get("negate") else within, BOOLEAN)

    def _in(self, node: exp.In, scope: Scope) -> Expression:
        value = self.translate(node.this, scope)
        operator = "NOT IN" if node.args.get("negate") else "IN"
        query = node.args.get("query")
        if query is not None:
            inner = self._queries.inner(query, scope)
            return Expression(f"({value.sql} {operator} ({inner.sql}))", BOOLEAN)
        if node.args.get("unnest") or node.args.get("field"):
            raise unsupported(_named(node))
        among = [self.translate(part, scope) for part in node.expressions]
        if isinstance(node.this, exp.Tuple):
            rows = ", ".join(part.sql for part in among)
            return Expression(f"({value.sql} {operator} (VALUES {rows}))", BOOLEAN)
        if all(is_plain(value, part) for part in among):
            return Expression(
                f"({value.sql} {operator} ({', '.join(part.sql for part in among)}))", BOOLEAN
            )
        any_of = " OR ".join(compared("=", value, part) for part in among)
        return Expression(f"({'NOT ' if operator != 'IN' else ''}({any_of}))", BOOLEAN)

    def _like(self, node: exp.Like, scope: Scope, escape: str = "'\\'") -> Expression:
        value, pattern = self.translate(node.this, scope), self.translate(node.expression, scope)
        binary = int(any(s.type.is_binary or s.type.family == "bytes" for s in (value, pattern)))
        call = f"my_like({value.sql}, {pattern.sql}, {escape}, {binary})"
        return Expression(f"(NOT {call})" if node.args.get("negate") else call, BOOLEAN)

    def _escape(self, node: exp.Escape, scope: Scope) -> Expression:
        if not isinstance(node.this, exp.Like):
            raise unsupported(_named(node))
        return self._like(node.this, scope, self.sql(node.expression, scope))

    def _regexp(self, node: exp.RegexpLike, scope: Scope) -> Expression:
        if node.args.get("flag"):
            raise unsupported("REGEXP_LIKE with flags")
        value, pattern = self.translate(node.this, scope), self.translate(node.expression, scope)
        binary = any(s.type.is_binary or s.type.family == "bytes" for s in (value, pattern))
        call = f"my_regexp({value.sql}, {pattern.sql}, '{'c' if binary else 'i'}')"
        return Expression(f"(NOT {call})" if node.args.get("negate") else call, BOOLEAN)

    # -- arithmetic ---------------------------------------------------------------------------

    def _negative(self, node: exp.Neg, scope: Scope) -> Expression:
        inner = self.translate(node.this, scope)
        if inner.type.family == "decimal":
            return Expression(f"my_subtract(0, {inner.sql})", inner.type, inner.origin)
        kind = inner.type if inner.type.family in ("integer", "real", "null") else DOUBLE
        return Expression(f"(- {inner.sql})", kind, inner.origin)

    def _calculate(self, node: exp.Binary, scope: Scope) -> Expression:
        for one, other in ((node.expression, node.this), (node.this, node.expression)):
            if isinstance(one, exp.Interval):
                if isinstance(node, exp.Mul) or (isinstance(node, exp.Sub) and one is node.this):
                    raise unsupported(_named(node))
                name = "DATE_ADD" if isinstance(node, exp.Add) else "DATE_SUB"
                return self._function(name, [other, one], scope)
        left, right = self.translate(node.this, scope), self.translate(node.expression, scope)
        operator, exact = ARITHMETIC[type(node)]
        if any(side.type is LONGBLOB and side.origin == "literal" for side in (left, right)):
            raise unsupported(f"arithmetic ({operator}) with hexadecimal literals")
        families = {left.type.family, right.type.family}
        if families & {"temporal"}:
            raise unsupported(f"arithmetic ({operator}) with dates and times")
        if "decimal" in families and not families & {"real", "text", "bytes"}:
            scale = left.type.scale, right.type.scale
            digits = sum(scale) if isinstance(node, exp.Mul) else max(scale)
            return Expression(
                f"{exact}({left.sql}, {right.sql})", Type("decimal", 65, min(digits, 30))
            )
        if families <= {"integer"}:
            return Expression(f"my_checked({left.sql} {operator} {right.sql})", BIGINT)
        kind = NULL if families <= {"integer", "null"} else DOUBLE
        parts = [
            f"CAST({side.sql} AS REAL)" if side.type.family == "decimal" else side.sql
            for side in (left, right)
        ]
        return Expression(f"({parts[0]} {operator} {parts[1]})", kind)

    def _divide(self, node: exp.Div, scope: Scope) -> Expression:
        left, right = self.translate(node.this, scope), self.translate(node.expression, scope)
        sql = f"my_divide({left.sql}, {right.sql})"
        if {left.type.family, right.type.family} <= {"integer", "decimal"}:
            return Expression(sql, Type("decimal", 65, min(30, left.type.scale + 4)))
        return Expression(sql, DOUBLE)

    def _divide_whole(self, node: exp.IntDiv, scope: Scope) -> Expression:
        one, other = self.sql(node.this, scope), self.sql(node.expression, scope)
        return Expression(f"my_divide_whole({one}, {other})", BIGINT)

    def _modulo(self, node: exp.Mod, scope: Scope) -> Expression:
        return self._function("MOD", [node.this, node.expression], scope)

    def _bits(self, node: exp.Binary, scope: Scope) -> Expression:
        one, other = self._whole(node.this, scope), self._whole(node.expression, scope)
        return Expression(f"({one} {BITS[type(node)]} {other})", BIGINT)

    def _bitwise_xor(self, node: exp.BitwiseXor, scope: Scope) -> Expression:
        one, other = self._whole(node.this, scope), self._whole(node.expression, scope)
        return Expression(f"(({one} | {other}) - ({one} & {other}))", BIGINT)

    def _bitwise_not(self, node: exp.BitwiseNot, scope: Scope) -> Expression:
        raise unsupported("~, whose result is an unsigned BIGINT")

    def _whole(self, node: Any, scope: Scope) -> str:
        inner = self.translate(node, scope)
        return inner.sql if inner.type.family == "integer" else f"CAST({inner.sql} AS INTEGER)"

    # -- choices ------------------------------------------------------------------------------

    def _if(self, node: exp.If, scope: Scope) -> Expression:
        then = self.translate(node.args["true"], scope)
        other = self.translate(node.args.get("false") or exp.Null(), scope)
        condition = self._truth(node.this, scope)
        return Expression(
            f"(CASE WHEN {condition} THEN {then.sql} ELSE {other.sql} END)",
            widest([then.type, other.type]),
        )

    def _case(self, node: exp.Case, scope: Scope) -> Expression:
        subject = None if node.this is None else self.translate(node.this, scope)
        pieces, types = ["CASE"], []
        for branch in node.args["ifs"]:
            if subject is None:
                condition = self._truth(branch.this, scope)
            else:
                condition = compared("=", subject, self.translate(branch.this, scope))
            then = self.translate(branch.args["true"], scope)
            types.append(then.type)
            pieces.append(f"WHEN {condition} THEN {then.sql}")
        if node.args.get("default") is not None:
            last = self.translate(node.args["default"], scope)
            types.append(last.type)
            pieces.append(f"ELSE {last.sql}")
        return Expression(f"({' '.join(pieces)} END)", widest(types))

    # -- functions ----------------------------------------------------------------------------

    def _call(self, node: exp.Anonymous, scope: Scope) -> Expression:
        name = str(node.this).upper()
        name = SESSION_ALIASES.get(name, name)
        arguments = node.expressions
        if name in AGGREGATES:
            return self._aggregate(name, arguments, scope)
        if name in SESSION:
            given = ", ".join(self.sql(argument, scope) for argument in arguments)
            return Expression(f"my_{name.lower()}({given})", SESSION[name])
        if name == "NULLIF" and len(arguments) == 2:
            return self._null_if(arguments[0], arguments[1], scope)
        if name == "VALUES" and len(arguments) == 1:
            return scope.resolve(arguments[0].name, NEW_ROW)
        if name == "CHAR":
            raise unsupported("CHAR()")
        return self._function(name, arguments, scope)

    def _null_if(self, one: Any, other: Any, scope: Scope) -> Expression:
        value = self.translate(one, scope)
        same = compared("=", value, self.translate(other, scope))
        return Expression(f"(CASE WHEN {same} THEN NULL ELSE {value.sql} END)", value.type)

    def _function(self, name: str, arguments: Sequence[Any], scope: Scope) -> Expression:
        function = FUNCTIONS.get(name)
        if function is None:
            raise unsupported(f"the function {name}()")
        given = [part for argument in arguments for part in self._arguments(argument, scope)]
        if len(given) < function.least or (function.most >= 0 and len(given) > function.most):
            raise mysql_error(1582, name)
        kind = function.type_of([part.type for part in given])
        if name in TAKES_DOCUMENTS:
            given = [_document(part) for part in given]
        elif name in ("GREATEST", "LEAST") and kind.family == "decimal":
            name = f"_{name}"
        return Expression(f"my_{name.lower()}({', '.join(part.sql for part in given)})", kind)

    def _arguments(self, node: Any, scope: Scope) -> list[Expression]:
        """Return one argument; for an interval, its number and its unit."""
        if isinstance(node, exp.Interval):
            unit = node.args.get("unit")
            if unit is None or node.this is None:
                raise unsupported(_named(node))
            if unit.name.upper() not in UNITS:
                raise unsupported(f"INTERVAL … {unit.name.upper()}")
            return [
                self.translate(node.this, scope),
                Expression(f"'{unit.name.upper()}'", TEXT, "literal"),
            ]
        name = node.name.upper() if isinstance(node, exp.Column | exp.Var) else ""
        call = node.parent
        if (
            name in (*SPANS, *MONTHS)
            and isinstance(call, exp.Anonymous)
            and str(call.this).upper() in ("TIMESTAMPDIFF", "TIMESTAMPADD")
            and node is call.expressions[0]
        ):
            return [Expression(f"'{name}'", TEXT, "literal")]
        return [self.translate(node, scope)]

    def _current(self, node: Any, scope: Scope) -> Expression:
        names = {
            "CurrentDate": "CURDATE",
            "CurrentTime": "CURTIME",
            "CurrentDatetime": "NOW",
        }
        name = names.get(type(node).__name__)
        return self._function(name, [], scope) if name else Expression("my_user()", TEXT)

    def _now(self, node: exp.CurrentTimestamp, scope: Scope) -> Expression:
        return Expression("my_now()", DATETIME)

    def _substring(self, node: exp.Substring, scope: Scope) -> Expression:
        given = [node.this, node.args.get("start"), node.args.get("length")]
        return self._function("SUBSTRING", [part for part in given if part is not None], scope)

    def _trim(self, node: exp.Trim, scope: Scope) -> Expression:
        what = node.expression or exp.Literal.string(" ")
        side = exp.Literal.string(str(node.args.get("position") or "BOTH").upper())
        return self._function("TRIM", [node.this, what, side], scope)

    def _position(self, node: exp.StrPosition, scope: Scope) -> Expression:
        return self._function("INSTR", [node.this, node.args["substr"]], scope)

    def _rounded(self, node: exp.Ceil | exp.Floor, scope: Scope) -> Expression:
        return self._function(type(node).__name__.upper(), [node.this], scope)

    def _extract(self, node: exp.Extract, scope: Scope) -> Expression:
        unit = exp.Literal.string(node.this.name.upper())
        return self._function("EXTRACT", [unit, node.expression], scope)

    def _json_extract(self, node: exp.Binary, scope: Scope) -> Expression:
        path = exp.Literal.string(node.expression.sql(dialect="mysql").strip("'"))
        return self._function("JSON_EXTRACT", [node.this, path], scope)

    def _json_extract_scalar(self, node: exp.JSONExtractScalar, scope: Scope) -> Expression:
        inner = self._json_extract(node, scope)
        return Expression(f"my_json_unquote({inner.sql})", LONGTEXT)

    def _collate(self, node: exp.Collate, scope: Scope) -> Expression:
        inner = self.translate(node.this, scope)
        binary = node.expression.name.lower().endswith("_bin")
        kind = Type(LONGTEXT.name, is_binary=binary)
        return Expression(f"({inner.sql} COLLATE {'BINARY' if binary else 'mysql_text'})", kind)

    def _cast(self, node: exp.Cast, scope: Scope) -> Expression:
        inner = self.translate(node.this, scope)
        wanted = node.args["to"]
        if wanted.this == exp.DataType.Type.CHARACTER_SET:
            return Expression(f"my_cast({inner.sql}, 'longtext', -1, 0)", LONGTEXT)
        kind = type_of(wanted)
        if kind.family == "integer" and inner.type.family == "decimal":
            inner = self._function("ROUND", [node.this], scope)
        length = -1 if kind.length is None else kind.length
        name = kind.name if kind.family != "integer" else "unsigned" if kind.unsigned else "bigint"
        sql = f"my_cast({inner.sql}, '{name}', {length}, {kind.scale})"
        if kind.family == "text":
            kind = LONGTEXT
        elif kind.name == "binary":
            kind = LONGBLOB
        elif kind.family == "integer":
            kind = Type("bigint", unsigned=kind.unsigned)
        return Expression(sql, kind)

    # -- aggregates ---------------------------------------------------------------------------

    def _aggregate(self, name: str, arguments: Sequence[Any], scope: Scope) -> Expression:
        if len(arguments) != 1:
            raise mysql_error(1064, f"{name}(", 1)
        [argument] = arguments
        if isinstance(argument, exp.Star):
            return Expression("COUNT(*)", BIGINT)
        distinct = ""
        if isinstance(argument, exp.Distinct):
            if len(argument.expressions) != 1:
                raise unsupported(f"{name}(DISTINCT …) of several expressions")
            distinct, argument = "DISTINCT ", argument.expressions[0]
        inner = self.translate(argument, scope)
        function, kind = AGGREGATES[name](inner.type)
        collation = inner.type.collation
        suffix = f" COLLATE {collation}" if collation and inner.origin != "column" else ""
        return Expression(f"{function}({distinct}{inner.sql}{suffix})", kind)

    def _group_concat(self, node: exp.GroupConcat, scope: Scope) -> Expression:
        inner, order = node.this, ""
        separator = node.args.get("separator")
        if isinstance(inner, exp.Order):
            if any(
                not isinstance(part.this, exp.Column | exp.Literal) for part in inner.expressions
            ):
                raise unsupported("GROUP_CONCAT ordered by an expression")
            order, inner = "ordered", inner.this
        distinct = ""
        if isinstance(inner, exp.Distinct):
            distinct, inner = "distinct", inner.expressions[0]
        value = self.translate(inner, scope)
        shown = self.sql(separator, scope) if separator is not None else "','"
        keys = []
        directions = []
        if order:
            assert isinstance(node.this, exp.Order)
            for part in node.this.expressions:
                keys.append(self.sql(part.this, scope))
                directions.append("d" if part.args.get("desc") else "a")
        flags = f"'{'u' if distinct else ''}{''.join(directions)}'"
        parts = ", ".join([value.sql, shown, flags, *keys])
        return Expression(f"my_group_concat({parts})", LONGTEXT)

    def _concat(self, node: exp.Concat, scope: Scope) -> Expression:
        return self._function("CONCAT", node.expressions, scope)

    def _frame(self, spec: exp.WindowSpec, scope: Scope) -> str:
        """Return the frame of a window: the rows around one that count."""
        edges = []
        for edge in ("start", "end"):
            value, side = spec.args.get(edge), spec.args.get(f"{edge}_side") or ""
            if value is None:
                value, side = "CURRENT ROW", ""
            edges.append(f"{value if isinstance(value, str) else self.sql(value, scope)} {side}")
        return f"{spec.args['kind']} BETWEEN {edges[0]} AND {edges[1]}"

    def _window(self, node: exp.Window, scope: Scope) -> Expression:
        if node.args.get("alias"):
            raise unsupported("named windows")
        call = node.this
        name = str(call.this).upper() if isinstance(call, exp.Anonymous) else ""
        if name in WINDOWED:
            given = [self.translate(argument, scope) for argument in call.expressions]
            kind = given[0].type if WINDOWED[name] is None else WINDOWED[name]
            inner = f"{name}({', '.join(part.sql for part in given)})"
        elif name in AGGREGATES:
            aggregate = self._aggregate(name, call.expressions, scope)
            inner, kind = aggregate.sql, aggregate.type
        else:
            raise unsupported(f"{name or _named(call)} OVER …")
        over = []
        if node.args.get("partition_by"):
            keys = ", ".join(self.sql(part, scope) for part in node.args["partition_by"])
            over.append(f"PARTITION BY {keys}")
        if node.args.get("order"):
            over.append(self._queries.order(node.args["order"], scope))
        if node.args.get("spec"):
            over.append(self._frame(node.args["spec"], scope))
        assert kind is not None
        return Expression(f"{inner} OVER ({' '.join(over)})", kind)

    # -- queries ------------------------------------------------------------------------------

    def _exists(self, node: exp.Exists, scope: Scope) -> Expression:
        return Expression(f"EXISTS ({self._queries.inner(node.this, scope).sql})", BOOLEAN)

    def _subquery(self, node: exp.Expression, scope: Scope) -> Expression:
        query = self._queries.inner(node, scope)
        if len(query.columns) != 1:
            raise mysql_error(1242)
        name = quoted(query.columns[0].name)
        return Expression(f"(SELECT my_single({name}) FROM ({query.sql}))", query.columns[0].type)

    def _tuple(self, node: exp.Tuple, scope: Scope) -> Expression:
        parts = ", ".join(self.sql(part, scope) for part in node.expressions)
        return Expression(f"({parts})", NULL)


def _document(part: Expression) -> Expression:
    """Return an argument marked as a document, if it is one and no string."""
    if part.type.name == "json":
        return Expression(f"my__document({part.sql})", part.type)
    if part.type is BOOLEAN and part.origin == "literal":
        return Expression("my__document('" + ("false", "true")[int(part.sql)] + "')", part.type)
    if part.type.family == "decimal":
        return Expression(f"CAST({part.sql} AS REAL)", DOUBLE)
    return part


def _named(node: Any) -> str:
    """Return what an unsupported node is called in a refusal."""
    try:
        shown = node.sql(dialect="mysql")
    except (AttributeError, ValueError):
        shown = str(node)
    return f"{type(node).__name__} ({shown[:60]})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
