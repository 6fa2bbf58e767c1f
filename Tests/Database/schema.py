"""A schema that has one of everything."""

REFERENCE = {"type": "uuid", "refTable": "Leaf"}
WEAK = {"type": "uuid", "refTable": "Leaf", "refType": "weak"}


def column(type_, **traits):
    return dict(type=type_, **traits)


SCHEMA = {
    "name": "Random",
    "version": "1.2.3",
    "tables": {
        "Root": {
            "isRoot": True,
            "indexes": [["name"], ["number", "kind"]],
            "maxRows": 40,
            "columns": {
                "name": column("string"),
                "number": column({"key": {"type": "integer", "minInteger": -5, "maxInteger": 2000}}),
                "kind": column({"key": {"type": "string", "enum": ["set", ["", "a", "b", "c d"]]}}),
                "least": column({"key": {"type": "integer", "minInteger": 3}, "min": 0, "max": 1}),
                "most": column({"key": {"type": "integer", "maxInteger": 9}, "min": 0, "max": 4}),
                "real": column({"key": "real", "min": 0, "max": 1}),
                "reals": column(
                    {"key": {"type": "real", "minReal": -2.5, "maxReal": 1000.25}, "min": 0, "max": "unlimited"}
                ),
                "flag": column("boolean"),
                "flags": column({"key": "boolean", "min": 0, "max": 2}),
                "integers": column({"key": "integer", "min": 0, "max": "unlimited"}),
                "some": column({"key": "integer", "min": 1, "max": 3}),
                "short": column({"key": {"type": "string", "minLength": 0, "maxLength": 4}, "min": 0, "max": 3}),
                "map": column({"key": "string", "value": "string", "min": 0, "max": "unlimited"}),
                "small": column({"key": "integer", "value": "boolean", "min": 0, "max": 3}),
                "fixed": column("string", mutable=False),
                "passing": column({"key": "integer", "min": 0, "max": 1}, ephemeral=True),
                "leaf": column({"key": REFERENCE, "min": 0, "max": 1}),
                "leaves": column({"key": REFERENCE, "min": 0, "max": "unlimited"}),
                "named": column({"key": "string", "value": REFERENCE, "min": 0, "max": "unlimited"}),
                "friend": column({"key": WEAK, "min": 0, "max": 1}),
                "friends": column({"key": WEAK, "min": 0, "max": "unlimited"}),
                "known": column({"key": WEAK, "value": "integer", "min": 0, "max": "unlimited"}),
                "plain": column({"key": "uuid", "min": 0, "max": 2}),
            },
        },
        "Leaf": {
            "columns": {
                "name": column("string"),
                "next": column({"key": REFERENCE, "min": 0, "max": 1}),
                "others": column({"key": WEAK, "min": 0, "max": 2}),
            }
        },
        "Bound": {
            "isRoot": True,
            "columns": {
                "to": column({"key": {"type": "uuid", "refTable": "Root", "refType": "weak"}}),
                "at_least": column(
                    {"key": {"type": "uuid", "refTable": "Root", "refType": "weak"}, "min": 1, "max": 3}
                ),
                "number": column("integer"),
            },
        },
        "Single": {"isRoot": True, "maxRows": 1, "columns": {"text": column("string"), "count": column("integer")}},
    },
}
