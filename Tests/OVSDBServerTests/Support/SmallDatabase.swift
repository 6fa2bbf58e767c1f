import OVSDB
import OVSDBServer

/// A database of one table for each thing to try, and a short way to run transactions in it.
struct SmallDatabase {
    static let schema: JSON = [
        "name": "Small", "version": "1.0.0",
        "tables": [
            "Root": [
                "isRoot": true, "indexes": [["name"], ["number", "kind"]], "maxRows": 4,
                "columns": [
                    "name": ["type": "string"],
                    "number": ["type": ["key": ["type": "integer", "minInteger": 0, "maxInteger": 100]]],
                    "kind": ["type": ["key": ["type": "string", "enum": ["set", ["", "a", "b"]]]]],
                    "real": ["type": ["key": "real", "min": 0, "max": 1]],
                    "set": ["type": ["key": "integer", "min": 0, "max": 3]],
                    "map": ["type": ["key": "string", "value": "string", "min": 0, "max": "unlimited"]],
                    "fixed": ["type": "string", "mutable": false],
                    "passing": ["type": "integer", "ephemeral": true],
                    "short": ["type": ["key": ["type": "string", "maxLength": 3]]],
                    "leaves": ["type": ["key": ["type": "uuid", "refTable": "Leaf"], "min": 0, "max": "unlimited"]],
                    "friends": [
                        "type": [
                            "key": ["type": "uuid", "refTable": "Leaf", "refType": "weak"], "min": 0,
                            "max": "unlimited",
                        ]
                    ],
                ],
            ],
            "Leaf": [
                "columns": [
                    "name": ["type": "string"],
                    "next": ["type": ["key": ["type": "uuid", "refTable": "Leaf"], "min": 0, "max": 1]],
                ]
            ],
            "Bound": [
                "isRoot": true,
                "columns": [
                    "to": ["type": ["key": ["type": "uuid", "refTable": "Root", "refType": "weak"]]]
                ],
            ],
        ],
    ]

    let database: Database

    init() throws {
        database = try Database(schema: try DatabaseSchema(json: Self.schema))
    }

    /// What the server would answer to `operations`.
    @discardableResult
    func run(_ operations: JSON..., context: ExecutionContext = ExecutionContext()) -> [JSON] {
        let (execution, outcome) = Execution.run(operations[...], in: database, context)
        switch outcome {
        case .failed(let reply): return reply.array ?? []
        case .waiting: return ["waiting"]
        case .ready(let results, _):
            execution.complete()
            return results
        }
    }

    /// The rows of a table, without `_uuid` and `_version` unless they are asked for.
    func rows(_ table: String, _ columns: String...) -> [JSON] {
        let names = JSON.array(columns.map(JSON.string))
        let reply = run(["op": "select", "table": .string(table), "where": [], "columns": names, "sort": names])
        return reply.first?["rows"]?.array ?? []
    }

    static func insert(_ table: String, _ row: JSON, name: String? = nil) -> JSON {
        var members: JSON.Members = ["op": "insert", "table": .string(table), "row": row]
        members["uuid-name"] = name.map(JSON.string)
        return .object(members)
    }

    static func mutate(_ table: String, _ column: String, _ mutator: String, _ value: JSON) -> JSON {
        [
            "op": "mutate", "table": .string(table), "where": [],
            "mutations": [[.string(column), .string(mutator), value]],
        ]
    }
}
