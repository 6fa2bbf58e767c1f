/// Who has some of a pool's buffers.
public struct BufferHolder: Sendable, Equatable, Encodable {
    /// In what way.
    public enum Kind: String, Sendable, Encodable {
        /// Nobody: they can be had by all threads.
        case free
        /// Free, and kept by one thread for itself.
        case cache
        /// In the descriptors of a device's receive queue.
        case receiveRing = "receive-ring"
        /// Sent to a device that has not given them back.
        case transmitRing = "transmit-ring"
        /// A guest's ring: its frames are copied, so that it never has any.
        case guestRing = "guest-ring"
        /// Ready for the next frame of a kernel device.
        case receiver
        /// In packets that wait for the control thread.
        case control
        /// In packets that are just being processed, or handed from thread to thread.
        case underWay = "under-way"
        /// Nobody that is known could have them.
        case unaccounted
    }

    public let kind: Kind
    /// Which ring or thread; empty where there is but one.
    public let name: String
    public let buffers: Int
    /// Whether `buffers` is what it has at most: the driver does not tell, or several may have the same ones.
    public let isBound: Bool
    /// Rings: how many packets wait in it, to be taken or to be sent; nil where the driver does not tell.
    public let waiting: Int?

    init(_ kind: Kind, _ name: String = "", _ buffers: Int, isBound: Bool = false, waiting: Int? = nil) {
        self.kind = kind
        self.name = name
        self.buffers = buffers
        self.isBound = isBound
        self.waiting = waiting
    }

    /// "receive ring dpdk0 queue 0: 2048, 3 packets wait".
    public var text: String {
        String(kind.rawValue.map { $0 == "-" ? " " : $0 }) + (name.isEmpty ? "" : " \(name)") + ": "
            + (isBound ? "at most " : "") + String(buffers)
            + (waiting.map { $0 == 0 ? "" : ", \($0) packets wait" } ?? "")
    }
}
