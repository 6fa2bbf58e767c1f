import OVSDB

/// The database `_Server`, by which clients learn of the others (ovsdb-server(5)).
enum ServerSchema {
    static let json: JSON = [
        "name": "_Server", "version": "1.2.0",
        "tables": [
            "Database": [
                "isRoot": true,
                "columns": [
                    "name": ["type": "string"],
                    "model": [
                        "type": ["key": ["type": "string", "enum": ["set", ["clustered", "relay", "standalone"]]]]
                    ],
                    "connected": ["type": "boolean"],
                    "leader": ["type": "boolean"],
                    "schema": ["type": ["key": "string", "min": 0, "max": 1]],
                    "cid": ["type": ["key": "uuid", "min": 0, "max": 1]],
                    "sid": ["type": ["key": "uuid", "min": 0, "max": 1]],
                    "index": ["type": ["key": "integer", "min": 0, "max": 1]],
                ],
            ]
        ],
    ]

    static var schema: DatabaseSchema {
        get throws(OperationError) {
            do throws(OVSDBError) {
                return try DatabaseSchema(json: json)
            } catch {
                throw .syntax(nil, error.message)
            }
        }
    }
}
