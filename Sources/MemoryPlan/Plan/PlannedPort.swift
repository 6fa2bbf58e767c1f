/// A port whose memory is to be planned.
public struct PlannedPort: Sendable, Equatable {
    /// Where its packets come from.
    public enum Kind: Sendable, Equatable {
        /// A device of DPDK's, by its driver ("net_ixgbe") where it is known.
        case device(driver: String?)
        /// A guest over vhost-user, and how much memory of its own the guest takes from hugepages.
        case guest(memoryMiB: Int)
    }

    public var name: String
    public var kind: Kind
    public var mtu = 1500
    /// The NUMA node of the device, or of the guest's memory; nil when unknown.
    public var node: Int?
    public var receiveQueues = 1
    public var receiveDescriptors = 2048
    public var transmitDescriptors = 2048

    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Reads `dpdk,mtu=9000,node=1,n_rxq=4`: a type and settings named as the database names them.
    ///
    /// - Parameter fallbackName: the name of a port that none is given for.
    public init(_ text: String, fallbackName: String) throws(PlanError) {
        let words = text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        guard let type = words.first, !type.isEmpty else {
            throw PlanError("a port is written as TYPE,KEY=VALUE,…, such as dpdk,mtu=9000,node=1,n_rxq=4")
        }
        var settings: [String: String] = [:]
        for word in words.dropFirst() {
            guard let equals = word.firstIndex(of: "=") else {
                throw PlanError("\(text): '\(word)' is not of the form KEY=VALUE")
            }
            settings[String(word[..<equals])] = String(word[word.index(after: equals)...])
        }
        try self.init(type: type, settings: settings, fallbackName: fallbackName)
    }

    /// A port of a type ("dpdk", "vhost" or the database's names for it) with settings named as in the database.
    public init(type: String, settings: [String: String], fallbackName: String) throws(PlanError) {
        var settings = settings
        name = settings.removeValue(forKey: "name") ?? fallbackName
        switch type {
        case "dpdk": kind = .device(driver: settings.removeValue(forKey: "driver"))
        case "vhost", "dpdkvhostuser", "dpdkvhostuserclient":
            kind = .guest(memoryMiB: try Self.take("memory", 0...(1 << 30), &settings, of: name) ?? 0)
        default:
            throw PlanError("\(name): ports of type '\(type)' take no buffers of their own; known are dpdk and vhost")
        }
        node = try Self.take("node", 0...1023, &settings, of: name)
        mtu = try Self.take("mtu", BufferClass.mtuRange, &settings, of: name) ?? mtu
        receiveQueues = try Self.take("n_rxq", 1...1024, &settings, of: name) ?? receiveQueues
        receiveDescriptors = try Self.takeRing("n_rxq_desc", &settings, of: name) ?? receiveDescriptors
        transmitDescriptors = try Self.takeRing("n_txq_desc", &settings, of: name) ?? transmitDescriptors
        if let left = settings.keys.sorted().first { throw PlanError("\(name): unknown setting '\(left)'") }
    }

    private static func take(
        _ key: String, _ range: ClosedRange<Int>, _ settings: inout [String: String], of name: String
    ) throws(PlanError) -> Int? {
        guard let text = settings.removeValue(forKey: key) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw PlanError("\(name): \(key)=\(text) is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func takeRing(
        _ key: String, _ settings: inout [String: String], of name: String
    ) throws(PlanError) -> Int? {
        guard let value = try take(key, 1...4096, &settings, of: name) else { return nil }
        guard value & (value - 1) == 0 else { throw PlanError("\(name): \(key)=\(value) is no power of two") }
        return value
    }
}
