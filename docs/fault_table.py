"""The table of faults in faults.md, made from the code.

    python docs/fault_table.py

writes it into the page; a test fails while the page has another one.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import netmocks
from netmocks import faults
from netmocks.faults import AnswerFault, DatagramFault, Fault, Refuse, SlowAccept, tls
from netmocks.mock import Mock
from netmocks.relay import RelayMock

PAGE = Path(__file__).with_name("faults.md")
BEGIN, END = "<!-- made by fault_table.py: begin -->\n", "<!-- end -->"

#: What a fault is, as far as wires are concerned.
KINDS = (Fault, DatagramFault, SlowAccept, Refuse, tls.TLSFault)


def mocks() -> list[type[Mock]]:
    """Return every mock, by name."""
    found = set()
    for module in pkgutil.walk_packages(netmocks.__path__, "netmocks."):
        if not module.name.split(".")[-1].startswith("_"):
            found |= set(_public(importlib.import_module(module.name), Mock))
    # A relay to a server of one kind has the wires of any relay.
    found -= {mock for mock in found if issubclass(mock, RelayMock) and mock is not RelayMock}
    return sorted(found, key=lambda mock: mock.__name__)


def wire_faults() -> list[type]:
    """Return every fault that wires can have, by the order of its kinds and its name."""
    found = {*_public(faults, *KINDS), *_public(tls, *KINDS)}
    wires = [fault for fault in found if not issubclass(fault, AnswerFault)]
    return sorted(wires, key=lambda fault: (_kind(fault), fault.__name__))


def answer_faults() -> list[type]:
    """Return every fault that an HTTP answer alone can have."""
    from netmocks.http import faults as of_answers

    return sorted(_public(of_answers, AnswerFault), key=lambda fault: fault.__name__)


def _kind(fault: type) -> int:
    return next(place for place, kind in enumerate(KINDS) if issubclass(fault, kind))


def _public(module: object, *kinds: type) -> Iterator[type]:
    for name, value in vars(module).items():
        is_one = inspect.isclass(value) and issubclass(value, kinds) and not name.startswith("_")
        if is_one and not inspect.isabstract(value) and value is not tls.TLSFault:
            yield value


def takes(mock: type[Mock], fault: type) -> bool:
    """Whether a mock's wires can have a fault."""
    return issubclass(fault, mock.fault_kinds)


def table() -> str:
    """Return the table."""
    columns = mocks()
    lines = [
        "| fault | what goes wrong | " + " | ".join(mock.__name__ for mock in columns) + " |",
        "|---|---|" + ":-:|" * len(columns),
    ]
    for fault in wire_faults():
        cells = " | ".join("✓" if takes(mock, fault) else " " for mock in columns)
        lines.append(f"| `{_spelled(fault)}` | {_summary(fault)} | {cells} |")
    lines += ["", "Of one HTTP answer, `.reply(..., fault=...)`, besides those of bytes above:", ""]
    lines += ["| fault | what goes wrong |", "|---|---|"]
    lines += [f"| `faults.{fault.__name__}` | {_summary(fault)} |" for fault in answer_faults()]
    return "\n".join(lines) + "\n"


def _spelled(fault: type) -> str:
    return f"tls.{fault.__name__}" if issubclass(fault, tls.TLSFault) else fault.__name__


def _summary(fault: type) -> str:
    text = inspect.cleandoc(fault.__doc__ or "").partition("\n\n")[0]
    return re.sub(r"\s+", " ", text)


def page() -> str:
    """Return the page with the table as it should be."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
