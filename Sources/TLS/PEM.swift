/// The textual form of certificates (RFC 7468).
enum PEM {
    /// A certificate from its DER.
    static func certificate(_ der: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text = Array("-----BEGIN CERTIFICATE-----\n".utf8)
        for line in stride(from: 0, to: der.count, by: 48) {
            for start in stride(from: line, to: min(line + 48, der.count), by: 3) {
                let bytes = der[start..<min(start + 3, der.count)]
                let bits = bytes.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - bytes.count))
                for position in 0..<4 {
                    let isFiller = position > bytes.count
                    text.append(isFiller ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)])
                }
            }
            text.append(UInt8(ascii: "\n"))
        }
        return text + Array("-----END CERTIFICATE-----\n".utf8)
    }
}
