import Crypto

/// One record of OVS's standalone database file: a header line, and JSON text of the length that the header tells.
///
///     OVSDB JSON <length> <SHA-1 of the text>
enum LogRecord {
    static let magic = "OVSDB JSON "
    /// No header is longer.
    static let longestHeader = 128

    /// The whole record around `body`, which ends with a line feed.
    static func encode(_ body: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        record.reserveCapacity(longestHeader + body.count)
        record += magic.utf8
        record += String(body.count).utf8
        record.append(UInt8(ascii: " "))
        body.withUnsafeBytes { write(checksum: $0, to: &record) }
        record.append(UInt8(ascii: "\n"))
        record += body
        return record
    }

    /// The checksum of a record's text, in hexadecimal digits. It finds damage, it keeps no secret.
    static func checksum(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var sum: [UInt8] = []
        write(checksum: text, to: &sum)
        return sum
    }

    private static func write(checksum text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        var hash = Insecure.SHA1()
        hash.update(bufferPointer: text)
        let digits: StaticString = "0123456789abcdef"
        hash.finalize().withUnsafeBytes { sum in
            for byte in sum {
                bytes.append(digits.utf8Start[Int(byte >> 4)])
                bytes.append(digits.utf8Start[Int(byte & 15)])
            }
        }
    }

    /// What a header tells, and how long it is with its line feed; nil for anything else.
    static func header(_ bytes: UnsafeRawBufferPointer) -> (size: Int, length: Int, sum: String)? {
        guard let end = bytes.prefix(longestHeader).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: bytes[..<end], as: UTF8.self)
        guard line.hasPrefix(magic) else { return nil }
        let parts = line.dropFirst(magic.count).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[0]), length > 0, parts[1].utf8.count == 40 else { return nil }
        return (end + 1, length, parts[1].lowercased())
    }

    /// Whether there is a header anywhere in `bytes`. The text of a record holds none: it would need a line feed.
    static func isHeader(within bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "O")) {
            rest = rest[start...]
            if rest.starts(with: magic.utf8), header(UnsafeRawBufferPointer(rebasing: rest)) != nil { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
