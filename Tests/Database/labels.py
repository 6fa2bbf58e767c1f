"""Names for rows that are the same at two servers which chose UUIDs of their own."""

import json
import re

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SHORT = re.compile(r"\b[0-9a-f]{8}\b")
LABEL = r"<[^<>\s\"]+>"
# A set of rows as text, in its formats.
BETWEEN = r', ?| |"\],\["uuid","|""\],\[""uuid"",""'
LABELS = re.compile(rf"{LABEL}(?:(?:{BETWEEN}){LABEL})+")
LINK = re.compile(r'<a href="#([^"]*)">.*?</a>')


class Labels:
    """The rows of one server: in the order in which they were met, those met at once in the order of their contents."""

    def __init__(self):
        self.names, self.counts = {}, {}

    def learn(self, tables):
        """Names the rows that are new in `tables`, of which each is a list of rows with their `_uuid`."""
        for table, rows in sorted(tables.items()):
            new = [row for row in rows if row["_uuid"][1] not in self.names]
            for row in sorted(new, key=lambda row: UUID.sub("", json.dumps(values(row), sort_keys=True))):
                self.counts[table] = self.counts.get(table, 0) + 1
                self.names[row["_uuid"][1]] = f"<{table}-{self.counts[table]}>"

    def plain(self, text, isShortened=False):
        """Text with labels for UUIDs, sets of them in one order; also for the first eight digits of one."""
        text = UUID.sub(lambda match: self.names.get(match[0], "<gone>"), text)
        if isShortened:
            short = {uuid[:8]: name for uuid, name in self.names.items()}
            text = SHORT.sub(lambda match: short.get(match[0], match[0]), text)
        return LABELS.sub(self.sort, LINK.sub(r"\1", text))

    @staticmethod
    def sort(match):
        labels = iter(sorted(re.findall(LABEL, match[0])))
        return re.sub(LABEL, lambda _: next(labels), match[0])

    def canonical(self, value):
        """A value of JSON with labels for UUIDs, sets and maps in one order."""
        if isinstance(value, dict):
            return {self.names.get(name, name): self.canonical(item) for name, item in value.items()}
        if isinstance(value, list):
            items = [self.canonical(item) for item in value]
            if len(items) == 2 and items[0] in ("set", "map"):
                return [items[0], sorted(items[1], key=json.dumps)]
            return items
        if isinstance(value, str):
            return self.names.get(value, "<gone>" if UUID.fullmatch(value) else value)
        return value


def values(row):
    """What a row holds beside its name and version."""
    return {name: value for name, value in row.items() if not name.startswith("_")}
