"""Answers of two servers in a form to compare."""

import re

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def plain(value, data):
    """A value without what is null; names of rows that do not come from `data`, which was sent, all look alike."""
    if isinstance(value, dict):
        return {plain(name, data): plain(item, data) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item, data) for item in value]
    if isinstance(value, str):
        return UUID.sub(lambda match: match[0] if match[0].encode() in data else "chosen", value)
    return f"{value:.14g}" if isinstance(value, float) else value
