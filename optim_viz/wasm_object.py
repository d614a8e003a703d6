"""The bytes of WebAssembly: an object as LLVM emits it, read and made into a module."""

from collections.abc import Iterator, Mapping

TYPES, IMPORTED, EXPORTED, ELEMENTS, COUNTS, CODE, DATA, CUSTOM = 1, 2, 7, 9, 12, 10, 11, 0
SYMBOLS, UNDEFINED, NAMED = 8, 0x10, 0x40


class _Reader:
    """Bytes from the front."""

    def __init__(self, data: bytes, at: int = 0):
        self.data, self.at = data, at

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """An unsigned LEB128."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def take(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def text(self) -> str:
        return self.take(self.number()).decode()

    def limits(self) -> None:
        if self.byte() & 1:
            self.number()
        self.number()


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def sections(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Of a module or an object, https://webassembly.github.io/spec/core/binary/modules.html."""
    reader = _Reader(data, 8)
    while reader.at < len(data):
        kind = reader.byte()
        yield kind, reader.take(reader.number())


def imports(data: bytes) -> list[tuple[int, str]]:
    """What a module imports: of which kind (0: a function), and its name."""
    found = []
    for kind, body in sections(data):
        if kind != IMPORTED:
            continue
        reader = _Reader(body)
        for _ in range(reader.number()):
            reader.text()
            name, what = reader.text(), reader.byte()
            found.append((what, name))
            if what == 0:
                reader.number()
            elif what == 3:
                reader.take(2)
            else:
                if what == 1:
                    reader.byte()
                reader.limits()
    return found


def _functions(data: bytes) -> dict[str, int]:
    """The functions that an object defines, by name: their indices, from its symbols,
    https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md.
    """
    found: dict[str, int] = {}
    for kind, body in sections(data):
        reader = _Reader(body)
        if kind != CUSTOM or reader.text() != "linking":
            continue
        reader.number()
        while reader.at < len(body):
            section, size = reader.byte(), reader.number()
            end = reader.at + size
            if section == SYMBOLS:
                for _ in range(reader.number()):
                    what, flags = reader.byte(), reader.number()
                    if what in (0, 2, 4, 5):  # function, global, event, table
                        index = reader.number()
                        if not flags & UNDEFINED or flags & NAMED:
                            name = reader.text()
                            if what == 0 and not flags & UNDEFINED:
                                found[name] = index
                    elif what == 1:  # data
                        reader.text()
                        if not flags & UNDEFINED:
                            for _ in range(3):
                                reader.number()
                    else:  # a section
                        reader.number()
            reader.at = end
    return found


def exporting(data: bytes, names: Mapping[str, str]) -> bytes:
    """The module of an object, with these exports: under which name which function. Without data, see the head of this file."""
    index = _functions(data)
    entries = [_number(len(name.encode())) + name.encode() + b"\0" + _number(index[inner]) for name, inner in names.items()]
    exports = b"".join([_number(len(entries)), *entries])
    out, done = [data[:8]], False
    for kind, body in sections(data):
        if kind in (CUSTOM, DATA, COUNTS):
            continue
        if not done and kind in (ELEMENTS, CODE):
            out += [bytes([EXPORTED]), _number(len(exports)), exports]
            done = True
        out += [bytes([kind]), _number(len(body)), body]
    return b"".join(out)
