/// Finds out from a certificate's DER whether it was issued by itself (RFC 5280 section 4.1).
enum CertificateNames {
    /// Whether issuer and subject are the same name; false for what cannot be followed.
    static func isSelfIssued(_ der: [UInt8]) -> Bool {
        var outer = der[...]
        // Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version, serial, algorithm, issuer, validity,
        // subject
        guard var certificate = element(&outer)?.contents, var body = element(&certificate)?.contents else {
            return false
        }
        var first = body
        if let version = element(&first), version.tag == 0xa0 { body = first }
        guard element(&body) != nil, element(&body) != nil, let issuer = element(&body), element(&body) != nil,
            let subject = element(&body)
        else { return false }
        return issuer.contents.elementsEqual(subject.contents)
    }

    private static func element(_ bytes: inout ArraySlice<UInt8>) -> (tag: UInt8, contents: ArraySlice<UInt8>)? {
        guard let tag = bytes.popFirst(), let first = bytes.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7f)
            guard (1...3).contains(count), bytes.count >= count else { return nil }
            length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            bytes.removeFirst(count)
        }
        guard bytes.count >= length else { return nil }
        let contents = bytes.prefix(length)
        bytes.removeFirst(length)
        return (tag, contents)
    }
}
