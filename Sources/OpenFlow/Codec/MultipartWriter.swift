/// Packs the entries of a statistics reply into as few messages as hold them, all but the last marked "more follows".
struct MultipartWriter: Sendable {
    private let version: OpenFlowVersion
    private let type: UInt16
    private let transaction: UInt32
    private let extensionType: (vendor: UInt32, subtype: UInt32)?
    private var full: [[UInt8]] = []
    private var current = ByteWriter()
    private let tunnelOptions: TunnelOptions?

    /// The longest header: OpenFlow's, the multipart message's, an experimenter's.
    private static let headerSize = 24

    /// - Parameters:
    ///   - niciraSubtype: for replies to Nicira's requests (NXST_*).
    ///   - tunnelOptions: what matches in the entries can name.
    init(
        version: OpenFlowVersion, type: UInt16, transaction: UInt32, niciraSubtype: UInt32? = nil,
        tunnelOptions: TunnelOptions? = nil
    ) {
        self.tunnelOptions = tunnelOptions
        self.version = version
        self.type = niciraSubtype == nil ? type : MultipartType.experimenter
        self.transaction = transaction
        extensionType = niciraSubtype.map { (NiciraType.identifier, $0) }
    }

    /// For replies to the ONF's requests.
    init(version: OpenFlowVersion, onfSubtype: UInt32, transaction: UInt32, tunnelOptions: TunnelOptions? = nil) {
        self.tunnelOptions = tunnelOptions
        self.version = version
        type = MultipartType.experimenter
        self.transaction = transaction
        extensionType = (ONFType.identifier, onfSubtype)
    }

    /// Appends an entry, which is never divided.
    mutating func add(_ entry: (inout ByteWriter) -> Void) {
        var writer = ByteWriter(tunnelOptions: tunnelOptions)
        entry(&writer)
        if current.count > 0, current.count + writer.count + Self.headerSize > OpenFlowMessage.maximumSize {
            full.append(current.bytes)
            current = ByteWriter()
        }
        current.append(writer.bytes)
    }

    /// The messages that are full, which may be sent before the rest is known.
    mutating func takeFull() -> [OpenFlowMessage] {
        defer { full = [] }
        return full.map { message($0, isLast: false) }
    }

    /// The messages, at least one.
    func messages() -> [OpenFlowMessage] {
        full.map { message($0, isLast: false) } + [message(current.bytes, isLast: true)]
    }

    private func message(_ entries: [UInt8], isLast: Bool) -> OpenFlowMessage {
        var body = ByteWriter()
        body.u16(type)
        body.u16(isLast ? 0 : 1)
        if version != .v10 { body.zeros(4) }
        if let extensionType {
            body.u32(extensionType.vendor)
            body.u32(extensionType.subtype)
            if version == .v10 { body.zeros(4) }
        }
        body.append(entries)
        return OpenFlowMessage(
            version: version, type: MessageType.multipartReply.number(version), transaction: transaction,
            body: body.bytes)
    }
}
