"""Place: where in the code something was tried."""

import os
import sys
import sysconfig
import threading
from contextvars import ContextVar
from pathlib import Path
from types import FrameType

import netmocks

OURS = tuple(str(Path(file).parent) + os.sep for file in (__file__, netmocks.__file__))

#: Code that is nobody's test and nobody's code under test.
FOREIGN = (
    "<frozen",
    *OURS,
    *(
        str(Path(sysconfig.get_path(name))) + os.sep
        for name in ("stdlib", "platstdlib", "purelib", "platlib", "scripts")
    ),
)


#: Where in another process something was tried, while this one deals with it.
elsewhere: ContextVar[str] = ContextVar("elsewhere", default="")


def here() -> str:
    """Return the innermost place outside the standard library and installed packages.

    As "file:line in function"; where the whole stack is foreign, the thread is named as well.
    """
    if told := elsewhere.get():
        return told
    innermost = sys._getframe(1)
    frame: FrameType | None = innermost
    while frame is not None:
        if not frame.f_code.co_filename.startswith(FOREIGN):
            return _shown(frame)
        if innermost.f_code.co_filename.startswith(OURS):
            innermost = frame
        frame = frame.f_back
    return f"{_shown(innermost)}, in thread {threading.current_thread().name}"


def _shown(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename)
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{path}:{frame.f_lineno} in {frame.f_code.co_name}"
