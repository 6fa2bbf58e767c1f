/// A message of JSON-RPC 1.0 (RFC 7047 section 4).
public enum JSONRPCMessage: Hashable, Sendable {
    /// Asks for something; `id` comes back in the reply.
    case request(method: String, parameters: [JSON], id: JSON)
    /// Tells something.
    case notification(method: String, parameters: [JSON])
    /// The result of the request `id`.
    case reply(result: JSON, id: JSON)
    /// The refusal of the request `id`.
    case error(JSON, id: JSON)

    /// Reads a message.
    ///
    /// - Throws: code ``OVSDBError/Code/protocolViolation``.
    public init(json: JSON) throws(OVSDBError) {
        guard let members = json.object else {
            throw OVSDBError(.protocolViolation, "message is not a JSON object")
        }
        let id = members["id"] ?? .null
        if let method = members["method"], method != .null {
            guard let name = method.string else { throw OVSDBError(.protocolViolation, "\"method\" is no string") }
            guard let parameters = members["params"]?.array else {
                throw OVSDBError(.protocolViolation, "request \"\(name)\" without an array of \"params\"")
            }
            self =
                id == .null
                ? .notification(method: name, parameters: parameters)
                : .request(method: name, parameters: parameters, id: id)
            return
        }
        guard id != .null else { throw OVSDBError(.protocolViolation, "message has neither \"method\" nor \"id\"") }
        if let error = members["error"], error != .null {
            self = .error(error, id: id)
        } else if let result = members["result"] {
            self = .reply(result: result, id: id)
        } else {
            throw OVSDBError(.protocolViolation, "reply has neither \"result\" nor \"error\"")
        }
    }

    /// The message as it goes over the wire.
    public var json: JSON {
        switch self {
        case .request(let method, let parameters, let id):
            ["method": .string(method), "params": .array(parameters), "id": id]
        case .notification(let method, let parameters):
            ["method": .string(method), "params": .array(parameters), "id": .null]
        case .reply(let result, let id): ["result": result, "error": .null, "id": id]
        case .error(let error, let id): ["result": .null, "error": error, "id": id]
        }
    }
}
