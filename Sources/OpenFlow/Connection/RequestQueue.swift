/// Messages that have come over a connection and are not served yet, in their order.
struct RequestQueue {
    private var messages: [OpenFlowMessage] = []
    /// The next one's place; those before it have been served.
    private var start = 0
    private var byteCount = 0

    /// Messages, and their bytes, that may wait before the peer is no longer read from.
    private static let mostMessages = 256
    private static let mostBytes = 64 << 10

    /// Whether the peer may be read from.
    var hasRoom: Bool { messages.count - start < Self.mostMessages && byteCount < Self.mostBytes }

    mutating func append(_ more: [OpenFlowMessage]) {
        // What has been served goes before the array grows: it need never run empty under a steady flow of requests.
        if start > messages.count / 2 {
            messages.removeFirst(start)
            start = 0
        }
        messages += more
        byteCount += more.reduce(0) { $0 + $1.bytes.count }
    }

    /// Takes the first message out.
    mutating func next() -> OpenFlowMessage? {
        guard start < messages.count else { return nil }
        let message = messages[start]
        start += 1
        byteCount -= message.bytes.count
        if start == messages.count {
            messages.removeAll(keepingCapacity: messages.count < 2 * Self.mostMessages)
            start = 0
        }
        return message
    }
}
