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

    private static let members = ["method", "params", "result", "error", "id"]

    /// Reads a message, as strictly as OVS does: which of a message's members are there and not null tells what it is,
    /// and it must have no others.
    ///
    /// - Throws: code ``OVSDBError/Code/protocolViolation``.
    public init(json: JSON) throws(OVSDBError) {
        guard let members = json.object else {
            throw OVSDBError(.protocolViolation, "message is not a JSON object")
        }
        func fault(_ text: String) -> OVSDBError { OVSDBError(.protocolViolation, text) }
        var known = 0
        func take(_ name: String) -> JSON? {
            guard let value = members[name] else { return nil }
            known += 1
            return value
        }
        func member(_ name: String) -> JSON? { take(name).flatMap { $0 == .null ? nil : $0 } }
        let name = take("method")
        let method = name?.string
        if name != nil, method == nil { throw fault("method is not a JSON string") }
        let (parameters, result, error, id) = (member("params"), member("result"), member("error"), member("id"))
        if known < members.count, let other = members.first(where: { !Self.members.contains($0.key) })?.key {
            throw fault("message has unexpected member \"\(other)\"")
        }
        switch (method, parameters, result, error, id) {
        case (let method?, .array(let parameters), nil, nil, let id?):
            self = .request(method: method, parameters: parameters, id: id)
        case (let method?, .array(let parameters), nil, nil, nil):
            self = .notification(method: method, parameters: parameters)
        case (nil, nil, let result?, nil, let id?): self = .reply(result: result, id: id)
        case (nil, nil, nil, let error?, let id?): self = .error(error, id: id)
        case (_, let parameters?, _, _, _) where parameters.array == nil: throw fault("\"params\" must be JSON array")
        default: throw fault("message is neither request, notification nor reply")
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
