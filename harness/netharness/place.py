"""Place: where in the code something was tried."""

import sys
import sysconfig
import threading
from pathlib import Path
from types import FrameType

import netmocks

#: Code that is nobody's test and nobody's code under test.
FOREIGN = tuple(
    str(Path(path)) + "/"
    for path in {
        str(Path(__file__).parent),
        str(Path(netmocks.__file__).parent),
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    }
)


def here() -> str:
    """Return the innermost place outside the standard library and installed packages.

    As "file:line in function"; where the whole stack is foreign, the thread is named as well.
    """
    frame: FrameType | None = sys._getframe(1)
    innermost = frame
    while frame is not None:
        if not frame.f_code.co_filename.startswith((*FOREIGN, "<frozen")):
            return _shown(frame)
        frame = frame.f_back
    assert innermost is not None
    return f"{_shown(innermost)}, in thread {threading.current_thread().name}"


def _shown(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename)
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{path}:{frame.f_lineno} in {frame.f_code.co_name}"
