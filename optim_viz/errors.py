"""The one exception of the core: a setting that makes no sense."""

import re


class SettingError(ValueError):
    """A wrong setting: which one, what is allowed, what was received.

    ``allowed`` is an English template whose ``{fields}`` are filled from ``values``; a user interface
    translates the template and fills the same fields. ``values`` may hold more: ``hyper``, whose number it is.

    >>> str(SettingError("lr", "a number, {condition}", -1, condition="0 <= lr"))
    'lr must be a number, 0 <= lr; received -1'
    """

    def __init__(self, parameter: str, allowed: str, received: object, **values: object):
        self.parameter, self.template, self.values = parameter, allowed, values
        self.allowed = allowed.format(**values)
        self.received = received
        super().__init__(f"{parameter} must be {self.allowed}; received {shown(received)}")

    def __reduce__(self) -> tuple:
        return _rebuild, (self.parameter, self.template, self.received, self.values)


def _rebuild(parameter: str, template: str, received: object, values: dict) -> SettingError:
    return SettingError(parameter, template, received, **values)


def shown(received: object, limit: int = 80) -> str:
    """What was received, short enough for one line."""
    try:
        text = re.sub(r"\s*\n\s*", " ", repr(received))
    except Exception:  # Python refuses to write integers of thousands of digits, and a stranger's repr may do anything
        text = object.__repr__(received)
    return text if len(text) <= limit else text[: limit - 3] + "..."
