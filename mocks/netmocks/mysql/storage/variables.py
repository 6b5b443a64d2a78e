"""Variables: the system variables of a session, and which of them may be set to what."""

import time
from collections.abc import Callable

from netmocks.mysql.error import mysql_error, unsupported

Value = int | str

#: The version whose behaviour this is.
VERSION = "8.0.40-netmocks"

STRICT = "STRICT_TRANS_TABLES"

#: Modes that change how SQL is read or what it means.
UNSUPPORTED_MODES = frozenset(
    (
        "ANSI",
        "ANSI_QUOTES",
        "PIPES_AS_CONCAT",
        "NO_BACKSLASH_ESCAPES",
        "NO_AUTO_VALUE_ON_ZERO",
        "PAD_CHAR_TO_FULL_LENGTH",
        "REAL_AS_FLOAT",
        "HIGH_NOT_PRECEDENCE",
        "NO_UNSIGNED_SUBTRACTION",
    )
)

LEVELS = ("READ-UNCOMMITTED", "READ-COMMITTED", "REPEATABLE-READ", "SERIALIZABLE")

#: Seconds that a statement waits for a lock: MySQL's 50 would let a test hang for nothing.
LOCK_WAIT = 5

DEFAULTS: dict[str, Value] = {
    "autocommit": 1,
    "auto_increment_increment": 1,
    "auto_increment_offset": 1,
    "character_set_client": "utf8mb4",
    "character_set_connection": "utf8mb4",
    "character_set_database": "utf8mb4",
    "character_set_results": "utf8mb4",
    "character_set_server": "utf8mb4",
    "character_set_system": "utf8mb3",
    "collation_connection": "utf8mb4_0900_ai_ci",
    "collation_database": "utf8mb4_0900_ai_ci",
    "collation_server": "utf8mb4_0900_ai_ci",
    "default_storage_engine": "InnoDB",
    "explicit_defaults_for_timestamp": 1,
    "foreign_key_checks": 1,
    "have_ssl": "YES",
    "hostname": "localhost",
    "init_connect": "",
    "innodb_lock_wait_timeout": LOCK_WAIT,
    "innodb_strict_mode": 1,
    "interactive_timeout": 28800,
    "license": "MIT",
    "local_infile": 0,
    "lock_wait_timeout": 31536000,
    "lower_case_file_system": 0,
    "lower_case_table_names": 0,
    "max_allowed_packet": 67108864,
    "max_connections": 151,
    "max_execution_time": 0,
    "net_buffer_length": 16384,
    "net_read_timeout": 30,
    "net_write_timeout": 60,
    "performance_schema": 0,
    "protocol_version": 10,
    "server_id": 1,
    "sql_auto_is_null": 0,
    "sql_mode": (
        "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
        "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
    ),
    "sql_notes": 1,
    "sql_safe_updates": 0,
    "sql_select_limit": "18446744073709551615",
    "sql_warnings": 0,
    "system_time_zone": time.tzname[0],
    "time_zone": "SYSTEM",
    "transaction_isolation": "REPEATABLE-READ",
    "transaction_read_only": 0,
    "unique_checks": 1,
    "version": VERSION,
    "version_comment": "netmocks, for tests only",
    "version_compile_machine": "x86_64",
    "version_compile_os": "Linux",
    "wait_timeout": 28800,
}

#: Old names.
ALIASES = {"tx_isolation": "transaction_isolation", "storage_engine": "default_storage_engine"}

#: What may be set, for it changes nothing that a test could notice.
HARMLESS = frozenset(
    (
        "character_set_client",
        "character_set_connection",
        "character_set_results",
        "collation_connection",
        "interactive_timeout",
        "lock_wait_timeout",
        "wait_timeout",
        "net_read_timeout",
        "net_write_timeout",
        "unique_checks",
        "sql_notes",
        "sql_warnings",
        "max_execution_time",
        "character_set_database",
        "collation_database",
        "default_storage_engine",
        "innodb_strict_mode",
        "character_set_server",
        "collation_server",
    )
)

BOOLEANS = {"ON": 1, "TRUE": 1, "OFF": 0, "FALSE": 0, "1": 1, "0": 0}


class Variables:
    """The system variables of one session."""

    def __init__(self) -> None:
        self._values = dict(DEFAULTS)
        self._look()

    def _look(self) -> None:
        """Read off what each statement asks."""
        values = self._values
        self.is_autocommit = bool(values["autocommit"])
        self.mode = str(values["sql_mode"])
        #: whether a value that does not fit is an error, and no warning
        self.is_strict = any(mode.startswith("STRICT_") for mode in self.mode.split(","))
        #: whether each statement sees what others have committed
        self.reads_committed = values["transaction_isolation"] in LEVELS[:2]
        #: seconds that a statement waits for a lock
        self.lock_wait = int(values["innodb_lock_wait_timeout"])

    def get(self, name: str) -> Value:
        """Return a variable.

        Raises:
            MySQLError: 1193, there is none of that name.
        """
        key = name.lower()
        key = ALIASES.get(key, key)
        if key not in self._values:
            raise mysql_error(1193, name)
        return self._values[key]

    def items(self) -> list[tuple[str, Value]]:
        """All of them, by name."""
        return sorted(self._values.items())

    def set(self, name: str, value: Value | None) -> None:
        """Set a variable; None is its default.

        Raises:
            MySQLError: 1193, there is none; 1231, it can't have that value; 1235, it has no such
                effect here.
        """
        key = ALIASES.get(name.lower(), name.lower())
        self.get(key)
        if value is None:
            value = DEFAULTS[key]
        if key in HARMLESS:
            self._values[key] = value
        elif key in CHECKED:
            self._values[key] = CHECKED[key](key, value)
        elif str(value) != str(self._values[key]):
            raise unsupported(f"SET {key} = {value}")
        self._look()


def _boolean(name: str, value: Value) -> Value:
    found = BOOLEANS.get(str(value).upper())
    if found is None:
        raise mysql_error(1231, name, value)
    return found


def _mode(name: str, value: Value) -> Value:
    modes = [mode for mode in str(value).upper().replace(" ", "").split(",") if mode]
    for mode in modes:
        if mode in UNSUPPORTED_MODES:
            raise unsupported(f"the SQL mode {mode}")
    if "TRADITIONAL" in modes:
        modes.append(STRICT)
    return ",".join(modes)


def _level(name: str, value: Value) -> Value:
    level = str(value).upper().replace(" ", "-")
    if level not in LEVELS:
        raise mysql_error(1231, name, value)
    return level


def _seconds(name: str, value: Value) -> Value:
    if not isinstance(value, int) or value < 1:
        raise mysql_error(1231, name, value)
    return value


def _zone(name: str, value: Value) -> Value:
    is_utc = not (time.timezone or time.daylight)
    if str(value).upper() == "SYSTEM" or (is_utc and str(value).upper() in ("+00:00", "UTC")):
        return value
    raise unsupported(f"the time zone {value}")


CHECKED: dict[str, Callable[[str, Value], Value]] = {
    "autocommit": _boolean,
    "foreign_key_checks": _boolean,
    "transaction_read_only": _boolean,
    "sql_mode": _mode,
    "transaction_isolation": _level,
    "innodb_lock_wait_timeout": _seconds,
    "time_zone": _zone,
}
