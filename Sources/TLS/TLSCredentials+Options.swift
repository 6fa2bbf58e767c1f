extension TLSCredentials {
    /// Does what one option of a command line asks for; false when it is not about TLS.
    ///
    /// - Parameters:
    ///   - name: without dashes, as "private-key".
    ///   - absolute: makes the name of a file independent of the working directory.
    ///   - isReference: whether a value stands for another that is found later; it is kept as it is.
    /// - Throws: when the value cannot be put in force.
    public mutating func set(
        _ name: String, _ value: String, absolute: (String) -> String = { $0 },
        isReference: (String) -> Bool = { _ in false }
    ) throws(TLSError) -> Bool {
        func path(_ text: String) -> String { isReference(text) ? text : absolute(text) }
        switch name {
        case "private-key": privateKey = path(value)
        case "certificate": certificate = path(value)
        case "ca-cert", "bootstrap-ca-cert":
            // The word "none" stands for trust in everybody.
            authorities = value == "none" ? value : path(value)
            bootstraps = name == "bootstrap-ca-cert"
        case "peer-ca-cert": presented = path(value)
        case "ssl-protocols":
            if !isReference(value) { _ = try TLSVersions(value) }
            protocols = value
        case "ssl-ciphers":
            if !isReference(value) { _ = try TLSCipherList(value) }
            ciphers = value
        default: return false
        }
        return true
    }
}
