/// Counters as version 1.5 writes them, in OXS entries (OpenFlow 1.5.1 section 7.2.4).
///
/// ```
/// 0-1 zero  2-3 length of all but the padding  4... entries: class 16, field 7, zero 1, length 8, value
/// ```
struct FlowCounters: Sendable {
    var duration: Duration?
    var idle: Duration?
    var packets: UInt64?
    var bytes: UInt64?
    var flows: UInt32?

    /// OFPXSC_OPENFLOW_BASIC.
    private static let basicClass: UInt16 = 0x8002

    func encode(into writer: inout ByteWriter) {
        let start = writer.count
        writer.u16(0)
        writer.u16(0)
        if let duration { Self.entry(0, 8, &writer) { $0.duration(duration) } }
        // OVS tells whole seconds.
        if let idle { Self.entry(1, 8, &writer) { $0.duration(.seconds(max(idle.components.seconds, 0))) } }
        if let packets { Self.entry(4, 8, &writer) { $0.u64(packets) } }
        if let bytes { Self.entry(5, 8, &writer) { $0.u64(bytes) } }
        if let flows { Self.entry(3, 4, &writer) { $0.u32(flows) } }
        writer.patch(writer.count - start, at: start + 2)
        writer.pad(from: start)
    }

    private static func entry(
        _ field: UInt8, _ size: UInt8, _ writer: inout ByteWriter, _ value: (inout ByteWriter) -> Void
    ) {
        writer.u16(basicClass)
        writer.u8(field << 1)
        writer.u8(size)
        value(&writer)
    }
}
