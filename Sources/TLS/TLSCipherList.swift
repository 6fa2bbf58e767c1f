import NIOSSL

/// The ciphers of TLS 1.2 and before that a list in OpenSSL's words asks for (openssl-ciphers(1)).
///
/// NIOSSL traps over lists that it does not understand, so it is told single ciphers. As in OpenSSL, words that match
/// no cipher ask for nothing.
struct TLSCipherList: Equatable {
    /// Those asked for, the first preferred.
    let ciphers: [NIOTLSCipher]

    private struct Known {
        let cipher: NIOTLSCipher
        let bits: Int
        /// Its own name, and the words that it is one of many for.
        let words: Set<String>

        init(_ cipher: NIOTLSCipher, _ name: String, bits: Int, _ words: [String]...) {
            self.cipher = cipher
            self.bits = bits
            self.words = Set(words.joined() + ["ALL", "HIGH", name])
        }
    }

    private static var known: [Known] {
        let ephemeral = ["kECDHE", "kEECDH", "ECDH", "ECDHE", "EECDH"]
        let (rsa, ecdsa) = (ephemeral + ["aRSA"], ephemeral + ["aECDSA", "ECDSA"])
        let fixed = ["kRSA", "RSA", "aRSA"]
        let (aes128, aes256) = (["AES", "AES128"], ["AES", "AES256"])
        let (gcm, chacha) = (["AESGCM", "TLSv1.2"], ["CHACHA20", "TLSv1.2"])
        let (old, older) = (["SHA", "SHA1", "TLSv1", "TLSv1.0"], ["SHA", "SHA1", "SSLv3"])
        return [
            .init(
                .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "ECDHE-ECDSA-AES128-GCM-SHA256",
                bits: 128, ecdsa, aes128, gcm),
            .init(
                .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "ECDHE-RSA-AES128-GCM-SHA256",
                bits: 128, rsa, aes128, gcm),
            .init(
                .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "ECDHE-ECDSA-AES256-GCM-SHA384",
                bits: 256, ecdsa, aes256, gcm),
            .init(
                .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "ECDHE-RSA-AES256-GCM-SHA384",
                bits: 256, rsa, aes256, gcm),
            .init(
                .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-ECDSA-CHACHA20-POLY1305",
                bits: 256, ecdsa, chacha),
            .init(
                .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-RSA-CHACHA20-POLY1305",
                bits: 256, rsa, chacha),
            .init(
                .TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "ECDHE-ECDSA-AES128-SHA",
                bits: 128, ecdsa, aes128, old),
            .init(
                .TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "ECDHE-RSA-AES128-SHA",
                bits: 128, rsa, aes128, old),
            .init(
                .TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, "ECDHE-ECDSA-AES256-SHA",
                bits: 256, ecdsa, aes256, old),
            .init(
                .TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, "ECDHE-RSA-AES256-SHA",
                bits: 256, rsa, aes256, old),
            .init(
                .TLS_RSA_WITH_AES_128_GCM_SHA256, "AES128-GCM-SHA256",
                bits: 128, fixed, aes128, gcm),
            .init(
                .TLS_RSA_WITH_AES_256_GCM_SHA384, "AES256-GCM-SHA384",
                bits: 256, fixed, aes256, gcm),
            .init(
                .TLS_RSA_WITH_AES_128_CBC_SHA, "AES128-SHA",
                bits: 128, fixed, aes128, older),
            .init(
                .TLS_RSA_WITH_AES_256_CBC_SHA, "AES256-SHA",
                bits: 256, fixed, aes256, older),
        ]
    }

    /// Reads a list as "HIGH:!aNULL:!MD5".
    ///
    /// - Throws: when nothing is left of it, or when it holds a command other than `@STRENGTH`.
    init(_ text: String) throws(TLSError) {
        var rest = Self.known
        var chosen: [Known] = []
        let separators: Set<Character> = [":", ",", " ", ";"]
        for (index, item) in text.split(whereSeparator: separators.contains).enumerated() {
            if item == "@STRENGTH" {
                chosen = chosen.filter { $0.bits > 128 } + chosen.filter { $0.bits <= 128 }
                continue
            }
            guard !item.hasPrefix("@") else { throw TLSError(description: "\(item): not supported by vSwift") }
            let mark = item.first.flatMap { "!-+".contains($0) ? $0 : nil }
            var words = (mark == nil ? item : item.dropFirst()).split(separator: "+").map(String.init)
            if mark == nil, index == 0, words == ["DEFAULT"] { words = ["ALL"] }
            let matches = { (known: Known) in !words.isEmpty && known.words.isSuperset(of: words) }
            let found = chosen.filter(matches)
            switch mark {
            case nil:
                chosen += rest.filter(matches)
                rest.removeAll(where: matches)
            case "+": chosen = chosen.filter { !matches($0) } + found
            case "-":
                chosen.removeAll(where: matches)
                rest = found + rest
            default:
                chosen.removeAll(where: matches)
                rest.removeAll(where: matches)
            }
        }
        guard !chosen.isEmpty else { throw TLSError(description: "\(text): no cipher that vSwift has") }
        ciphers = chosen.map(\.cipher)
    }
}
