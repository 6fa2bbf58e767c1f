"""Requests that are wrong: chosen, nested without end, or made from right ones by chance."""

import json

from maker import Maker
from schema import SCHEMA

# What random changes would hardly hit upon.
CHOSEN = [
    b"", b" \n\t\r", b"{}", b"[]", b"1", b'"x"', b"null", b"true", b"}", b"]", b",", b":", b"{,}", b"[1,]", b"[,1]",
    b'{"a":1,}', b'{"a"}', b'{"a":}', b'{1:2}', b"\x00", b"\xff\xfe", b"\xef\xbb\xbf{}", b"nul", b"nulll ", b"tru e",
    b'{"method":"list_dbs","params":[],"id":0}', b'{"method":"list_dbs","params":[],"id":[{"a":null}]}',
    b'{"method":"list_dbs","params":[],"id":1.5}', b'{"method":"list_dbs","params":[],"id":null}',
    b'{"method":"list_dbs","params":[]}', b'{"method":"list_dbs","id":1}',
    b'{"method":"list_dbs","params":null,"id":1}',
    b'{"method":"list_dbs","params":{},"id":1}', b'{"method":null,"params":[],"id":1}',
    b'{"method":1,"params":[],"id":1}',
    b'{"params":[],"id":1}', b'{"id":1}',
    b'{"method":"list_dbs","params":[],"id":1,"jsonrpc":"2.0"}',
    b'{"method":"list_dbs","params":[],"id":1,"result":1}', b'{"method":"list_dbs","params":[],"id":1,"error":{}}',
    b'{"method":"list_dbs","params":[],"id":1,"result":null,"error":null}', b'{"result":1,"error":null,"id":1}',
    b'{"result":1,"id":1}', b'{"result":1,"error":1,"id":1}', b'{"error":"x","result":null,"id":7}', b'{"error":"x"}',
    b'{"result":[],"error":null,"id":"echo"}', b'{"result":null,"error":null,"id":"echo"}',
    b'{"error":{},"result":null,"id":"echo"}', b'{"method":"nothing","params":[],"id":1}',
    b'{"method":"nothing","params":[],"id":null}', b'{"method":"","params":[],"id":1}',
    b'{"method":"cancel","params":[],"id":null}', b'{"method":"cancel","params":[1],"id":null}',
    b'{"method":"cancel","params":[1],"id":5}', b'{"method":"echo","params":[],"id":null}',
    b'{"method":"echo","params":[1,{"a":[]}],"id":"echo"}', b'{"method":"echo","params":[],"method":"x","id":1}',
    b'{"method":"transact","params":[],"id":1}', b'{"method":"transact","params":["Random"],"id":1}',
    b'{"method":"transact","params":[1],"id":1}', b'{"method":"transact","params":["Nothing",{}],"id":1}',
    b'{"method":"transact","params":["Random",1],"id":1}', b'{"method":"transact","params":["Random",{}],"id":1}',
    b'{"method":"get_schema","params":[],"id":1}', b'{"method":"get_schema","params":["x"],"id":1}',
    b'{"method":"get_schema","params":["Random","x"],"id":1}', b'{"method":"list_dbs","params":[1],"id":1}',
    b'{"method":"get_server_id","params":[1],"id":1,"x":{}}', b'{"method":"set_db_change_aware","params":[],"id":1}',
    b'{"method":"set_db_change_aware","params":[1],"id":1}', b'{"method":"set_db_change_aware","params":[true],"id":1}',
    b'{"method":"lock","params":[],"id":1}', b'{"method":"lock","params":["1x"],"id":1}',
    b'{"method":"lock","params":[""],"id":1}', b'{"method":"lock","params":["a","b"],"id":1}',
    b'{"method":"unlock","params":["a"],"id":1}', b'{"method":"steal","params":[5],"id":1}',
    b'{"method":"monitor","params":[],"id":1}', b'{"method":"monitor","params":["Random",1],"id":1}',
    b'{"method":"monitor","params":["Random",1,1],"id":1}', b'{"method":"monitor","params":["Random",null,{}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Nothing":{}}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":1}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":[]}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":[1]}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":{"columns":1}}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":{"columns":["x"]}}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":{"columns":["name","name"]}}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":{"columns":["_uuid"]}}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":{"select":1}}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":{"select":{"x":true}}}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":{"where":[]}}],"id":1}',
    b'{"method":"monitor","params":["Random",1,{"Leaf":[{"columns":["name"]},{"columns":["name"]}]}],"id":1}',
    b'{"method":"monitor_cond","params":["Random",1,{"Leaf":{"where":1}}],"id":1}',
    b'{"method":"monitor_cond","params":["Random",1,{"Leaf":{"where":[1]}}],"id":1}',
    b'{"method":"monitor_cond","params":["Random",1,{"Leaf":{"where":[["name","==",1]]}}],"id":1}',
    b'{"method":"monitor_cond","params":["Random",1,{"Leaf":{"where":[false]}}],"id":1}',
    b'{"method":"monitor_cond_since","params":["Random",1,{},1],"id":1}',
    b'{"method":"monitor_cond_since","params":["Random",1,{},"x"],"id":1}',
    b'{"method":"monitor_cond_change","params":[1,1,{}],"id":1}',
    b'{"method":"monitor_cond_change","params":[],"id":1}',
    b'{"method":"monitor_cancel","params":[],"id":1}', b'{"method":"monitor_cancel","params":[1],"id":1}',
    b'{"method":"convert","params":["Random"],"id":1}', b'{"method":"convert","params":["Random",1],"id":1}',
    b'{"method":"convert","params":["Random",{}],"id":1}',
    b'{"method":"echo","params":["\\u0000"],"id":1}', b'{"method":"echo","params":["\\ud800"],"id":1}',
    b'{"method":"echo","params":["\\ud800\\udc00"],"id":1}',
    b'{"method":"echo","params":["\\ud800x"],"id":1}', b'{"method":"echo","params":["\\ud800\\n"],"id":1}',
    b'{"method":"echo","params":["\\x"],"id":1}', b'{"method":"echo","params":["\\u12g4"],"id":1}',
    b'{"method":"echo","params":["\n"],"id":1}', b'{"method":"echo","params":["\x7f\\/\\b\\f"],"id":1}',
    b'{"method":"echo","params":["\\u0001\\u001f\\u007f\\u0080\\uffff"],"id":1}',
    b'{"method":"echo","params":[01],"id":1}', b'{"method":"echo","params":[-],"id":1}',
    b'{"method":"echo","params":[1.],"id":1}', b'{"method":"echo","params":[.5],"id":1}',
    b'{"method":"echo","params":[1e],"id":1}', b'{"method":"echo","params":[+1],"id":1}',
    b'{"method":"echo","params":[-0, 0.0, 1e3, 1E+2, 1e-2, 100e-2],"id":1}',
    b'{"method":"echo","params":[9223372036854775807, -9223372036854775808],"id":1}',
    b'{"method":"echo","params":[9223372036854775808],"id":1}', b'{"method":"echo","params":[1e999],"id":1}',
    b'{"method":"echo","params":[1e-999],"id":1}', b'{"method":"echo","params":[1e308],"id":1}',
    b'{"method":"echo","params":[0.1, 1e15, 1e16, 123456789012345678],"id":1}',
    b'{"method":"echo","params":[NaN],"id":1}', b'{"method":"echo","params":[Infinity],"id":1}',
    b'{"method":"echo","params":[1 2],"id":1}', b'{"method":"echo","params":["a" "b"],"id":1}',
    b'{"method" "echo"}', b"{'method':'echo'}", b'/* */ {"method":"echo","params":[],"id":1}',
]  # fmt: skip


def nested(depth, opening, closing, innermost=b""):
    return b'{"method":"echo","params":[' + opening * depth + innermost + closing * depth + b'],"id":1}'


def bottomless():
    """Nesting around the limit, which the request itself is two levels of, and far behind it."""
    for depth in [10, 500, 990, *range(995, 1003), 2000, 1_000_000]:
        yield nested(depth, b"[", b"]")
        yield nested(depth, b'{"a":', b"}", b"1")
    yield b"[" * 10_000_000
    yield b'{"a":' * 1_000_000


class Mutator:
    """Makes requests wrong."""

    def __init__(self, random):
        self.random = random
        self.maker = Maker(random, SCHEMA)

    def request(self):
        pick = self.random.choice
        requests = {"Root": {"columns": [pick(list(SCHEMA["tables"]["Root"]["columns"]))], "select": {}}}
        operations = self.maker.transaction({name: {} for name in SCHEMA["tables"]}) + [{"op": "abort"}]
        return pick(
            [
                lambda: {"method": "transact", "params": ["Random", *operations], "id": 1},
                lambda: {"method": "transact", "params": ["Random", *operations], "id": 1},
                lambda: {"method": pick(["monitor", "monitor_cond"]),
                         "params": ["Random", pick([None, 1, "m"]), requests], "id": 1},
                lambda: {"method": pick(["lock", "unlock", "steal"]), "params": [f"l{pick(range(1 << 30))}"], "id": 1},
                lambda: {"method": pick(["list_dbs", "get_schema", "echo"]), "params": ["Random"], "id": 1},
            ]
        )()

    def bytes(self):
        text = json.dumps(self.request()).encode()
        kind = self.random.randrange(7)
        if kind == 0:
            return text[: self.random.randrange(len(text))]
        if kind == 1:
            return self.change(text, b'{}[],:"\\0129eE.+- \ntfn\x00\x1f\x7f')
        if kind == 2:
            cut = self.random.randrange(len(text))
            return text[:cut] + text[cut + self.random.randrange(1, 9) :]
        if kind == 3:
            return bytes(self.random.randrange(128) for _ in range(self.random.randrange(1, 60)))
        value = json.loads(text)
        for _ in range(self.random.choice([1, 1, 2])):
            value = self.graft(value)
        return json.dumps(value).encode()

    def change(self, text, alphabet):
        place = self.random.randrange(len(text))
        return text[:place] + bytes([self.random.choice(alphabet)]) + text[place + self.random.randrange(2) :]

    def graft(self, value):
        """Puts something else somewhere into a value, or takes something out of it."""
        pick = self.random.choice
        other = [None, True, 0, -1, 1 << 40, 0.5, "", "x", "Root", [], {}, ["set", []], ["map", []], ["uuid", "x"],
                 ["named-uuid", "n"], [["a"]], {"op": "select"}, ["set", [1, 1]],
                 ["map", [[1, 2], [1, 3]]]]  # fmt: skip
        if self.random.random() < 0.2 or not isinstance(value, (list, dict)) or not value:
            return pick(other)
        if isinstance(value, dict):
            name = pick(list(value))
            result = dict(value)
            kind = self.random.randrange(6)
            if kind == 0:
                del result[name]
            elif kind == 1:
                result[pick(["extra", "uuid-name", "op", "where", "rows", "columns", "timeout"])] = pick(other)
            else:
                result[name] = self.graft(value[name])
            return result
        place = self.random.randrange(len(value))
        kind = self.random.randrange(8)
        if kind == 0:
            return value[:place] + value[place + 1 :]
        if kind == 1:
            return value[:place] + [pick(other)] + value[place:]
        return value[:place] + [self.graft(value[place])] + value[place + 1 :]
