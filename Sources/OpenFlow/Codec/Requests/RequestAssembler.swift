/// Puts multipart requests together whose parts come one after the other (OpenFlow 1.3.5 section 7.3.5).
///
/// One belongs to each connection. Parts of different requests may alternate.
struct RequestAssembler: Sendable {
    private struct Partial: Sendable {
        var type: UInt16
        var parts: [OpenFlowMessage]
        var size: Int
        var deadline: ContinuousClock.Instant
    }

    private var partial: [UInt32: Partial] = [:]

    /// Bytes of all requests that are not whole.
    private var size = 0

    /// Bytes that requests under way may have together, and how many there may be at once.
    private static let sizeLimit = 4 << 20
    private static let countLimit = 16
    /// How long the next part may take.
    private static let patience = Duration.seconds(1)

    /// Whether some request is not whole yet.
    var isWaiting: Bool { !partial.isEmpty }

    /// Whether a message has nothing to do with any other: only multipart requests have parts, from version 1.3 on.
    func isWhole(_ message: OpenFlowMessage, version: OpenFlowVersion) -> Bool {
        version < .v13 || MessageType(number: message.type, version: version) != .multipartRequest
    }

    /// Takes in a message.
    ///
    /// - Returns: the parts of a request that is whole now, most often the message alone; nil: more parts are to come.
    /// - Throws: `multipartOverflow`, `badMultipart`, `badLength`.
    mutating func add(
        _ message: OpenFlowMessage, version: OpenFlowVersion, now: ContinuousClock.Instant
    ) throws(OpenFlowError) -> [OpenFlowMessage]? {
        if isWhole(message, version: version) { return [message] }
        var body = message.body
        let type = try body.u16()
        let hasMore = try body.u16() & 1 != 0
        let transaction = message.transaction
        guard hasMore || partial[transaction] != nil else { return [message] }
        guard partial[transaction] != nil || partial.count < Self.countLimit else {
            throw OpenFlowError(.multipartOverflow, "too many requests in parts")
        }
        var request =
            partial.removeValue(forKey: transaction) ?? Partial(type: type, parts: [], size: 0, deadline: now)
        size -= request.size
        guard request.type == type else { throw OpenFlowError(.badMultipart, "part of type \(type)") }
        request.parts.append(message)
        request.size += message.bytes.count
        request.deadline = now + Self.patience
        guard size + request.size <= Self.sizeLimit else {
            throw OpenFlowError(.multipartOverflow, "request is too long")
        }
        guard hasMore else { return request.parts }
        partial[transaction] = request
        size += request.size
        return nil
    }

    /// Forgets requests whose next part is late; gives the last part of each, which `multipartTimeout` answers.
    mutating func expire(now: ContinuousClock.Instant) -> [OpenFlowMessage] {
        let late = partial.filter { $0.value.deadline <= now }
        for (transaction, request) in late {
            partial[transaction] = nil
            size -= request.size
        }
        return late.values.compactMap(\.parts.last)
    }
}
