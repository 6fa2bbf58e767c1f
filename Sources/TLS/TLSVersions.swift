import NIOSSL

/// The versions of TLS that are spoken: a lowest and a highest one with all between them.
struct TLSVersions: Equatable {
    let minimum: TLSVersion
    /// nil: the newest that there is.
    let maximum: TLSVersion?

    /// What holds unless something is asked for. Older ones are broken; Debian's OpenSSL does not speak them either.
    static let standard = TLSVersions(minimum: .tlsv12, maximum: nil)

    private static let names: [(name: String, version: TLSVersion)] = [
        ("tlsv1", .tlsv1), ("tlsv1.1", .tlsv11), ("tlsv1.2", .tlsv12), ("tlsv1.3", .tlsv13),
    ]

    private init(minimum: TLSVersion, maximum: TLSVersion?) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The versions that a list names, as "TLSv1.1,TLSv1.2" (ovsdb-server(1): `--ssl-protocols`).
    ///
    /// - Throws: when it names none, others, or some without one between them.
    init(_ text: String) throws(TLSError) {
        var named: Set<Int> = []
        for word in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            guard let index = Self.names.firstIndex(where: { $0.name == word.lowercased() }) else {
                throw TLSError(description: "\(word): SSL protocol not recognized")
            }
            named.insert(index)
        }
        guard let first = named.min(), let last = named.max() else {
            throw TLSError(description: "SSL protocol settings invalid")
        }
        guard named.count == last - first + 1 else {
            throw TLSError(description: "\(text): a version between two others cannot be left out")
        }
        self.init(minimum: Self.names[first].version, maximum: Self.names[last].version)
    }
}
