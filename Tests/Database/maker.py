"""Random transactions for a schema, most of them good."""

import uuid

STRINGS = ["", "a", "b", "c d", "x", "true", "ä", "漢字かな", "\"quoted\"", "12345", "a-b.c", "\n\t", "0", "longer than four"]
COMPARISONS = ["==", "!=", "includes", "excludes"]
ORDERS = ["<", "<=", ">", ">="]
ARITHMETIC = ["+=", "-=", "*=", "/=", "%="]


class Maker:
    def __init__(self, random, schema):
        self.random, self.schema = random, schema
        self.tables = schema["tables"]
        # The rows that both servers know by these names, and those of them that are there, by table.
        self.given = set()
        self.rows = {name: [] for name in self.tables}

    def uuid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def transaction(self, contents):
        """Operations on `contents`, the rows by table. At most one of them, in one place, is deliberately bad, so that there is one error to tell of."""
        pick = self.random
        self.rows = {table: sorted(self.given.intersection(rows)) for table, rows in contents.items()}
        self.names = []
        self.fault = pick.random() < 0.15
        operations = [self.operation() for _ in range(pick.choice([1, 1, 1, 2, 3, 4, 6]))]
        for table, name in self.names:
            # A leaf that nobody refers to is gone at once.
            if table == "Leaf" and pick.random() < 0.8:
                mutation = pick.choice([["leaves", "insert", ["named-uuid", name]]])
                operations.append({"op": "mutate", "table": "Root", "where": self.where("Root"), "mutations": [mutation]})
        if pick.random() < 0.02:
            operations.insert(pick.randrange(len(operations) + 1), {"op": "abort"})
        if pick.random() < 0.05:
            operations.append({"op": "comment", "comment": pick.choice(STRINGS)})
        if pick.random() < 0.03:
            operations.append({"op": "commit", "durable": pick.random() < 0.3})
        if pick.random() < 0.02:
            operations.insert(0, {"op": "assert", "lock": "nobody_has_it"})
        return operations

    def spoil(self, chance=0.3):
        """Whether this is the place for the fault."""
        if self.fault and self.random.random() < chance:
            self.fault = False
            return True
        return False

    def operation(self):
        pick = self.random
        table = pick.choices(list(self.tables), [6, 4, 1, 0.3])[0]
        kind = pick.choices(["insert", "select", "update", "mutate", "delete", "wait"], [5, 1.5, 3, 4, 1, 0.7])[0]
        operation = {"op": kind, "table": table}
        if kind == "insert":
            operation["row"] = self.row(table, pick.choice([0.1, 0.3]))
            if table == "Bound":
                operation["row"]["to"] = self.reference("Root")
                operation["row"]["at_least"] = self.reference("Root")
            if table == "Root":
                operation["row"].setdefault("some", pick.randrange(5))
                if pick.random() < 0.9:
                    operation["row"].update(name=f"n{pick.randrange(80)}", number=pick.randrange(1000))
            if pick.random() < 0.9:
                operation["uuid"] = self.uuid() if pick.random() < 0.97 else self.known(table)
                self.given.add(operation["uuid"])
            if pick.random() < 0.4:
                operation["uuid-name"] = f"row{len(self.names)}" if pick.random() < 0.98 else "row0"
                self.names.append((table, operation["uuid-name"]))
        else:
            operation["where"] = self.where(table)
        if kind == "select":
            if pick.random() < 0.7:
                operation["columns"] = self.columns(table, ["_uuid"])
        elif kind == "update":
            operation["row"] = self.row(table, 0.15)
            operation["row"].pop("fixed", None)
            if self.spoil(0.05):
                operation["row"]["fixed"] = "no"
        elif kind == "mutate":
            operation["mutations"] = [self.mutation(table) for _ in range(pick.choice([1, 1, 2]))]
        elif kind == "wait":
            operation["until"] = pick.choice(["==", "!="])
            operation["columns"] = self.columns(table, [])
            operation["rows"] = [self.row(table, 0.2, operation["columns"]) for _ in range(pick.choice([0, 1, 2]))]
            operation["timeout"] = 0
        if self.spoil(0.1):
            self.break_operation(operation)
        return operation

    def break_operation(self, operation):
        pick = self.random
        fault = pick.randrange(6)
        if fault == 0:
            operation["table"] = pick.choice(["None", 5, "bad name", None])
        elif fault == 1:
            # A wait without timeout may wait for ever.
            operation.pop(pick.choice([name for name in operation if name not in ("op", "timeout")]))
        elif fault == 2:
            operation["unexpected"] = 1
        elif fault == 3:
            operation["op"] = pick.choice(["jump", "", 3, None])
        elif fault == 4:
            operation[pick.choice(list(operation))] = pick.choice([[], {}, "x", 1.5])
        elif "where" in operation:
            operation["where"] = [pick.choice([["none", "==", 1], ["_uuid", "~", 1], ["_uuid", "=="], 5, ["_uuid", "<", 1]])]

    def known(self, table):
        """A row that may exist."""
        if self.rows[table] and self.random.random() < 0.99:
            return self.random.choice(self.rows[table])
        return self.uuid()

    def columns(self, table, more):
        names = list(self.tables[table]["columns"]) + more
        return self.random.sample(names, self.random.randint(1, min(4, len(names))))

    def row(self, table, density, names=None):
        columns = self.tables[table]["columns"]
        return {
            name: self.value(columns[name]["type"])
            for name in columns
            if (names is None or name in names) and self.random.random() < density and self.has_targets(columns[name])
        }

    def has_targets(self, column):
        """Whether a reference could name a row, or one more that names none would be welcome."""
        for part in ("key", "value"):
            base = column["type"].get(part) if isinstance(column["type"], dict) else None
            if isinstance(base, dict) and "refTable" in base and not self.rows[base["refTable"]]:
                if not any(of == base["refTable"] for of, _ in self.names) and self.random.random() < 0.95:
                    return False
        return True

    def reference(self, table):
        here = [name for of, name in self.names if of == table]
        if here and (not self.rows[table] or self.random.random() < 0.5):
            return ["named-uuid", self.random.choice(here)]
        return ["uuid", self.known(table)]

    def atom(self, base):
        pick = self.random
        base = {"type": base} if isinstance(base, str) else base
        kind = base["type"]
        if self.spoil(0.04):
            return pick.choice([1, "wrong", 2.5, True, ["uuid", "no"], ["uuid"], None, {}, 1 << 40, -(1 << 40)])
        if "enum" in base:
            return pick.choice(base["enum"][1])
        if kind == "integer":
            low, high = base.get("minInteger", -4), base.get("maxInteger", 12)
            return pick.randint(low, min(high, low + 60)) if pick.random() < 0.95 else high
        if kind == "real":
            return pick.choice([0.5, -1.25, 3, 7.75, 100.125, -2.5, 0.1])
        if kind == "boolean":
            return pick.random() < 0.5
        if kind == "string":
            return pick.choice([text for text in STRINGS if len(text) <= base.get("maxLength", 99)])
        return self.reference(base.get("refTable", "Root"))

    def value(self, type_, fewest=None, most=None):
        pick = self.random
        if isinstance(type_, str) or "max" not in type_ and "min" not in type_ and "value" not in type_:
            return self.atom(type_ if isinstance(type_, str) else type_["key"])
        low = type_.get("min", 1) if fewest is None else fewest
        high = type_.get("max", 1) if most is None else most
        count = pick.randint(low, min(5 if high == "unlimited" else high, 5))
        if self.spoil(0.02):
            count = 5
        keys = []
        for _ in range(count):
            key = self.atom(type_["key"])
            if key not in keys or self.spoil(0.1):
                keys.append(key)
        if len(keys) < low:
            keys.append(self.atom(type_["key"]))
        if "value" in type_:
            return ["map", [[key, self.atom(type_["value"])] for key in keys]]
        if len(keys) == 1 and pick.random() < 0.5:
            return keys[0]
        return ["set", keys]

    def where(self, table):
        pick = self.random
        if pick.random() < 0.6:
            return [["_uuid", pick.choice(["==", "==", "==", "includes"]), ["uuid", self.known(table)]]]
        return [self.clause(table) for _ in range(pick.choice([0, 1, 1, 1, 2]))]

    def clause(self, table):
        pick = self.random
        if pick.random() < 0.03:
            return pick.random() < 0.5
        columns = self.tables[table]["columns"]
        name = pick.choice(list(columns))
        type_ = columns[name]["type"]
        base = type_ if isinstance(type_, str) else type_["key"]
        kind = base if isinstance(base, str) else base["type"]
        if kind in ("integer", "real") and pick.random() < 0.4 and (
            isinstance(type_, str) or type_.get("max", 1) == 1 and "value" not in type_
        ):
            return [name, pick.choice(ORDERS), self.atom(base)]
        return [name, pick.choice(COMPARISONS), self.value(type_)]

    def mutation(self, table):
        pick = self.random
        columns = self.tables[table]["columns"]
        name = pick.choice([name for name in columns if name != "fixed"])
        type_ = columns[name]["type"]
        full = {"key": type_} if isinstance(type_, str) else type_
        base = full["key"] if isinstance(full["key"], dict) else {"type": full["key"]}
        if self.spoil(0.1):
            return pick.choice([["none", "+=", 1], [name, "^=", 1], [name, "+="], 7, [name, pick.choice(ARITHMETIC), "x"]])
        is_scalar = full.get("min", 1) == 1 and full.get("max", 1) == 1 and "value" not in full
        numbers = base["type"] in ("integer", "real") and "value" not in full
        if is_scalar and not numbers:
            return [name, "insert", self.value(type_)] if self.spoil() else self.mutation(table)
        if numbers and (is_scalar or pick.random() < 0.4):
            operators = ARITHMETIC[:4] if base["type"] == "real" and not self.spoil() else ARITHMETIC
            argument = pick.choice([0, 1, 2, 3, -1, 1 << 62]) if base["type"] == "integer" else pick.choice([0.5, 2, -1, 0])
            operator = pick.choice(operators)
            if operator == "*=" and base["type"] == "integer":
                # ovsdb-server 3.1 ends when it multiplies a negative integer by zero (SIGFPE), and takes some products
                # that are not too large for too large.
                argument = pick.choice([1, 3])
            return [name, operator, argument]
        if pick.random() < 0.5:
            return [name, "insert", self.value(full, 0)]
        if "value" in full and pick.random() < 0.5:
            return [name, "delete", ["set", self.keys(full)]]
        return [name, "delete", self.value(full, 0)]

    def keys(self, type_):
        keys = []
        for _ in range(self.random.randint(0, 3)):
            key = self.atom(type_["key"])
            if key not in keys:
                keys.append(key)
        return keys
