"""The colour profile that the system has set for the screen.

X11: the property ``_ICC_PROFILE`` of the root window (ICC Profiles in X Specification, freedesktop.org). Windows:
``GetICMProfileW`` of the screen's device context (Windows colour system). Elsewhere the compositor converts from sRGB.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from pathlib import Path

ANY_TYPE = 0
MOST_LONGS = 1 << 22
"""Of four bytes each: more than any profile has."""
HEADER = 128
"""Bytes of a profile's head, in which ``acsp`` stands at 36 (ICC.1, 7.2)."""


def system_profile() -> bytes | None:
    """The profile's bytes; None where the system names none, which means sRGB. Blocks for a moment."""
    if sys.platform == "win32":
        data = _windows_profile()
    elif sys.platform.startswith("linux") and os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        data = _x11_profile()
    else:
        data = None
    return data if data is not None and is_profile(data) else None


def is_profile(data: bytes) -> bool:
    """Whether these are the bytes of a colour profile for screens."""
    return len(data) > HEADER and data[36:40] == b"acsp" and data[16:20] == b"RGB "


def _x11_profile() -> bytes | None:
    name = ctypes.util.find_library("X11")
    if name is None:
        return None
    x11 = ctypes.CDLL(name)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = x11.XDefaultRootWindow.restype = ctypes.c_ulong
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    handle = ctypes.c_void_p(display)
    try:
        atom = x11.XInternAtom(handle, b"_ICC_PROFILE", True)
        return _property(x11, handle, atom) if atom else None
    finally:
        x11.XCloseDisplay(handle)


def _property(x11: ctypes.CDLL, display: ctypes.c_void_p, atom: int) -> bytes | None:
    kind, form = ctypes.c_ulong(), ctypes.c_int()
    count, left, data = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ubyte)()
    failed = x11.XGetWindowProperty(
        display,
        ctypes.c_ulong(x11.XDefaultRootWindow(display)),
        ctypes.c_ulong(atom),
        ctypes.c_long(0),
        ctypes.c_long(MOST_LONGS),
        False,
        ctypes.c_ulong(ANY_TYPE),
        ctypes.byref(kind),
        ctypes.byref(form),
        ctypes.byref(count),
        ctypes.byref(left),
        ctypes.byref(data),
    )
    if failed or not data:
        return None
    try:
        return ctypes.string_at(data, count.value) if form.value == 8 else None
    finally:
        x11.XFree(data)


def _windows_profile() -> bytes | None:
    libraries = getattr(ctypes, "windll", None)
    if libraries is None:
        return None
    context = libraries.user32.GetDC(None)
    try:
        length = ctypes.c_ulong(0)
        libraries.gdi32.GetICMProfileW(context, ctypes.byref(length), None)
        path = ctypes.create_unicode_buffer(length.value)
        if not length.value or not libraries.gdi32.GetICMProfileW(context, ctypes.byref(length), path):
            return None
        return Path(path.value).read_bytes()
    except OSError:
        return None  # a profile that is set but gone: the screen is shown as sRGB, as if none were set
    finally:
        libraries.user32.ReleaseDC(None, context)
