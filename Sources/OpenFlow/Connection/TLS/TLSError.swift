/// Why TLS cannot be spoken.
struct TLSError: Error, CustomStringConvertible {
    let description: String
}
