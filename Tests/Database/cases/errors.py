"""Every kind of error of a transaction, one after the other: the replies equal those of ovsdb-server."""

import json
import re

from answers import plain
from schema import SCHEMA

ROW = "11111111-1111-1111-1111-111111111111"
OTHER = "22222222-2222-2222-2222-222222222222"
LEAF = "33333333-3333-3333-3333-333333333333"
NOBODY = "99999999-9999-9999-9999-999999999999"
# What a row of table Root must have.
LEAST = {"name": "b", "number": 2, "some": 1}


def insert(table="Root", **row):
    return {"op": "insert", "table": table, "row": (LEAST if table == "Root" else {}) | row}


def update(**row):
    return {"op": "update", "table": "Root", "where": [["name", "==", "a"]], "row": row}


def mutate(column, mutator, value):
    return {"op": "mutate", "table": "Root", "where": [["name", "==", "a"]], "mutations": [[column, mutator, value]]}


def select(*where, **members):
    return {"op": "select", "table": "Root", "where": list(where)} | members


def wait(until="==", timeout=0, **members):
    return {"op": "wait", "table": "Root", "where": [], "columns": ["name"], "until": until, "rows": [{"name": "z"}],
            "timeout": timeout} | members  # fmt: skip


BEGIN = [
    insert("Leaf", name="l") | {"uuid": LEAF},
    insert(name="a", number=1, leaf=["uuid", LEAF]) | {"uuid": ROW},
    insert("Single", text="only"),
]

TRANSACTIONS = {
    # Values that the schema does not allow.
    "range": [insert(number=2001)],
    "range below": [update(number=-6)],
    "real range": [update(reals=["set", [1.0, -3]])],
    "enumeration": [update(kind="z")],
    "length": [update(short="12345")],
    "too many": [update(flags=["set", [True, False]]), update(most=["set", [1, 2, 3, 4, 5]])],
    "too few": [update(some=["set", []])],
    "twice": [update(integers=["set", [1, 1]])],
    "key twice": [update(map=["map", [["a", "1"], ["a", "2"]]])],
    "type": [update(number="one")],
    "type of real": [update(real="x")],
    "real for integer": [update(number=1.5)],
    "map for set": [update(integers=["map", [[1, 2]]])],
    "set for map": [update(map=["set", ["a"]])],
    "bad set": [update(integers=["set", 1])],
    "bad pair": [update(map=["map", [["a"]]])],
    "bad UUID": [update(leaf=["uuid", "x"])],
    "no name": [update(leaf=["named-uuid", "nothing"])],
    "immutable": [update(fixed="x")],
    "immutable mutated": [mutate("fixed", "+=", 1)],
    "index": [insert(name="a")],
    "index of two": [insert(name="c", number=1)],
    "index within": [insert(), insert(number=3)],
    "rows": [insert("Single")],
    "many rows": [insert(name=f"n{number}", number=number) for number in range(100, 150)],
    # References.
    "dangling": [update(leaf=["uuid", NOBODY])],
    "dangling in map": [update(named=["map", [["x", ["uuid", NOBODY]]]])],
    "referenced": [{"op": "delete", "table": "Leaf", "where": []}],
    "weak and empty": [insert("Bound", to=["uuid", NOBODY], at_least=["uuid", ROW])],
    "unreferenced": [insert("Leaf", name="x"), {"op": "select", "table": "Leaf", "where": [["name", "==", "x"]]}],
    # Names.
    "table": [{"op": "select", "table": "Nothing", "where": []}],
    "column": [update(nothing=1)],
    "column of insert": [insert(nothing=1)],
    "column of where": [select(["nothing", "==", 1])],
    "columns": [select(columns=["name", "nothing"])],
    "columns twice": [select(columns=["name", "name"])],
    "column of mutation": [mutate("nothing", "+=", 1)],
    "operation": [{"op": "nothing"}],
    "no operation": [{}],
    "no object": ["select"],
    "name twice": [insert() | {"uuid-name": "x"}, insert(name="c", number=3) | {"uuid-name": "x"}],
    "bad name": [insert() | {"uuid-name": "1x"}],
    "UUID twice": [insert() | {"uuid": OTHER}, insert(name="c", number=3) | {"uuid": OTHER}],
    "UUID there": [insert() | {"uuid": ROW}],
    "UUID and name": [insert() | {"uuid": OTHER, "uuid-name": "x"}],
    "internal columns": [insert(_uuid=["uuid", OTHER])],
    "version": [update(_version=["uuid", OTHER])],
    # Members of operations.
    "no table": [{"op": "select", "where": []}],
    "no where": [{"op": "select", "table": "Root"}],
    "no row": [{"op": "insert", "table": "Root"}, {"op": "update", "table": "Root", "where": []}],
    "members too many": [select(extra=1)],
    "where": [select(["name", "=="])],
    "where no array": [{"op": "select", "table": "Root", "where": {}}],
    "function": [select(["name", "=", "a"])],
    "function and type": [select(["name", "<", "a"])],
    "ordered set": [select(["integers", "<=", 1])],
    "boolean condition": [select(["flag", ">", True])],
    "optional order": [select(["least", "<", 5])],
    "mutations": [{"op": "mutate", "table": "Root", "where": [], "mutations": [["number", "+="]]}],
    "mutator": [mutate("number", "^=", 1)],
    "mutator and type": [mutate("name", "+=", "x")],
    "mutator of map": [mutate("map", "*=", 2)],
    "mutator's value": [mutate("number", "+=", "x")],
    "division by zero": [mutate("number", "/=", 0)],
    "remainder by zero": [mutate("number", "%=", 0)],
    "real division by zero": [update(reals=1.5), mutate("reals", "/=", 0)],
    "overflow": [update(integers=9223372036854775807), mutate("integers", "+=", 1)],
    "underflow": [update(integers=-9223372036854775808), mutate("integers", "-=", 1)],
    "product": [update(integers=4611686018427387904), mutate("integers", "*=", 2)],
    "mutated out of range": [mutate("number", "+=", 5000)],
    "mutated into one": [update(integers=["set", [1, 3]]), mutate("integers", "*=", 0)],
    "inserted too many": [mutate("most", "insert", ["set", [1, 2, 3, 4, 5]])],
    "all deleted": [mutate("some", "delete", ["set", [0, 1]])],
    # Waiting, aborting, locks.
    "timed out": [wait()],
    "timed out later": [wait(timeout=50)],
    "met": [wait(until="!=")],
    "until": [wait(until="<")],
    "timeout": [wait(timeout="x")],
    "no rows": [{"op": "wait", "table": "Root", "where": [], "columns": [], "until": "==", "timeout": 0}],
    "rows of others": [wait(rows=[{"number": 1}])],
    "aborted": [insert(), {"op": "abort"}, insert(name="c")],
    "abort with": [{"op": "abort", "extra": 1}],
    "not owner": [{"op": "assert", "lock": "l"}],
    "bad lock": [{"op": "assert", "lock": "1l"}],
    "no lock": [{"op": "assert"}],
    "durable": [insert(), {"op": "commit", "durable": True}, {"op": "abort"}],
    "commit": [{"op": "commit"}],
    "commit how": [{"op": "commit", "durable": 1}],
    "comment": [{"op": "comment"}],
    "comment of no text": [{"op": "comment", "comment": 1}],
    "after an error": [insert(), {"op": "nothing"}, insert(name="c"), insert(name="d")],
    "nothing": [],
}


def comparable(text):
    """Which of two rows is the first, and how long was waited, is left open."""
    rows = sorted(re.findall(r"row, with UUID ([^.]*)\.", text))
    text = re.sub(r"row, with UUID [^.]*\.", lambda _: rows.pop(0), text)
    return re.sub(r"after \d+ ms", "in time", text)


def refused(lab, servers, name, database, operations):
    """Whether both answer alike."""
    replies = []
    for server in servers:
        server.clear()
        server.transact(*BEGIN)
        client = server.client()
        reply = client.receive(client.send("transact", database, *operations))
        left = server.transact(*({"op": "select", "table": table, "where": []} for table in SCHEMA["tables"]))
        client.close()
        reply.pop("id")
        counts = [len(result["rows"]) for result in left]
        answer = plain(reply, json.dumps(operations + BEGIN).encode())
        replies.append(comparable(json.dumps([answer, counts], sort_keys=True)))
    lab.judge(replies[0] == replies[1],
              f"{name}: {json.dumps(operations)}\n          ours   {replies[0]}\n          theirs {replies[1]}")
    return "error" in replies[0]


def run(lab):
    servers = lab.both(SCHEMA)
    count = sum(refused(lab, servers, name, "Random", operations) for name, operations in TRANSACTIONS.items())
    for database in ("Nothing", "_Server"):
        count += refused(lab, servers, database, database, [{"op": "insert", "table": "Database", "row": {}}])
    lab.note(f"{len(TRANSACTIONS) + 2} transactions, {count} refused, alike")
