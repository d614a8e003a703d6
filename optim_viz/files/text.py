"""Bytes to text: strictly UTF-8, or what a mark at the beginning says, else the encoding that chardet finds likeliest."""

import chardet

from optim_viz.errors import SettingError
from optim_viz.spec import N_

#: by Python's names: those that a reader may choose among, and that are looked for
ENCODINGS = {
    "utf-8": N_("Unicode (UTF-8)"),
    "utf-16": N_("Unicode (UTF-16)"),
    "gb18030": N_("Simplified Chinese (GB18030, GBK)"),
    "big5": N_("Traditional Chinese (Big5)"),
    "cp932": N_("Japanese (Shift JIS)"),
    "cp949": N_("Korean (EUC-KR)"),
    "cp1252": N_("Western European (Windows-1252)"),
    "cp1250": N_("Central European (Windows-1250)"),
    "cp1251": N_("Cyrillic (Windows-1251)"),
    "mac_roman": N_("Western European (Mac)"),
}
#: how other files begin that a spreadsheet writes or shows
_OTHERS = {
    b"PK\x03\x04": N_("text: in the spreadsheet, save it as CSV; this is a workbook (.xlsx, .ods or a ZIP)"),
    b"\xd0\xcf\x11\xe0": N_("text: in the spreadsheet, save it as CSV; this is an old workbook (.xls)"),
    b"%PDF": N_("text, CSV; this is a PDF"),
}


def decoded(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text, and the key of its encoding: the one asked for, else the one found.

    Raises:
        SettingError: it is no text, or not in that encoding.
    """
    for begin, what in _OTHERS.items():
        if content.startswith(begin):
            raise SettingError("data", what, content[:4])
    key = encoding or _found(content)
    codec = _marked(content) if key in ("utf-8", "utf-16") else key
    try:
        text = content.decode(codec if codec.partition("-")[0] == "utf" else key)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        where = content[max(0, at - 10) : at + 10].decode("latin-1")
        raise SettingError("data", N_("text in the encoding {encoding}"), where, encoding=key) from None
    if "\0" in text:
        raise SettingError("data", N_("a text file with numbers, CSV"), text[:20])
    return text.lstrip("\ufeff"), key


def _marked(content: bytes) -> str:
    """Unicode of which kind: by its mark; without one, every other byte of UTF-16 is zero where it holds numbers."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    some = content[:1000]
    if len(some) > 3 and some.count(0) > len(some) // 4:
        return "utf-16-le" if some[1::2].count(0) > some[::2].count(0) else "utf-16-be"
    return "utf-8-sig"


def _found(content: bytes) -> str:
    if _marked(content) != "utf-8-sig":
        return "utf-16"
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    # what is plain says nothing, and a large file may begin with much of that
    telling = b"\n".join(line for line in content.splitlines() if not line.isascii())
    likely = chardet.detect_all(telling, ignore_threshold=True, include_encodings=_SEARCHED, compat_names=False)
    keys = {_KEYS[one["encoding"]]: one["confidence"] for one in likely if one["encoding"] in _KEYS}
    keys = {"mac_roman": 0.0} | {key: sure for key, sure in keys.items() if _decodes(content, key)}  # which takes every byte
    best = max(keys, key=lambda key: keys[key])
    # of a single letter nobody knows its alphabet: the most usual one
    return "cp1252" if best in _SINGLE and keys.get("cp1252", -1.0) > keys[best] - 0.005 else best


def _decodes(content: bytes, key: str) -> bool:
    try:
        content.decode(key)
    except UnicodeDecodeError:
        return False
    return True


_SINGLE = ("cp1250", "cp1251", "mac_roman")  # a byte is a letter
#: chardet's own names of what is looked for beyond Unicode
_KEYS = {name: name for name in ENCODINGS if not name.startswith("utf")} | {"big5hkscs": "big5", "mac-roman": "mac_roman"}
_SEARCHED = tuple(_KEYS)
