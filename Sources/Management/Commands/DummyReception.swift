import Packets
import Service

/// The arguments of `netdev-dummy/receive` behind the port: packets in hexadecimal digits, or as flows in the
/// datapath's form.
struct DummyReception {
    private(set) var queue = 0
    private(set) var frames: [[UInt8]] = []
    /// An Ethernet frame without its checksum.
    private static let shortest = 60
    /// What a frame made from a flow is filled up with where no length is asked for.
    private static let payload = 64

    init(_ arguments: [String]) throws(UnixctlError) {
        var rest = arguments[...]
        if rest.count > 1, rest.first == "--qid" {
            queue = Int(rest[rest.startIndex + 1]) ?? 0
            rest = rest.dropFirst(2)
        }
        while let text = rest.popFirst() {
            if let frame = Self.frame(text) {
                frames.append(frame)
                continue
            }
            var length: Int?
            if rest.first == "--len", rest.count > 1 {
                length = Int(rest[rest.startIndex + 1]) ?? 0
                if let length, length < Self.shortest { throw UnixctlError("too small packet len") }
                rest = rest.dropFirst(2)
            }
            frames.append(try Self.frame(ofFlow: text, length: length))
        }
    }

    /// A frame in hexadecimal digits, spaces between them allowed; nil for anything else.
    private static func frame(_ text: String) -> [UInt8]? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: " ") }
        guard digits.count.isMultiple(of: 2), digits.count >= 28 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func frame(ofFlow text: String, length: Int?) throws(UnixctlError) -> [UInt8] {
        let flow: DatapathFlowParser.Flow
        do throws(TextError) { flow = try DatapathFlowParser.parse(text) } catch { throw UnixctlError(error.message) }
        guard let length else { return FlowFrame.bytes(flow.key, payload: FlowFrame.pattern(payload)) }
        guard let frame = FlowFrame.bytes(flow.key, length: length) else {
            throw UnixctlError("\(text): the headers alone are longer than \(length) bytes")
        }
        return frame
    }
}
