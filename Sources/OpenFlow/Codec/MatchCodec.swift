extension ByteReader {
    /// A match with its header and padding as versions 1.1 and later have it (`struct ofp_match`).
    mutating func match(_ version: OpenFlowVersion) throws(OpenFlowError) -> Match {
        try match13()
    }
}

extension ByteWriter {
    /// A match with its header and padding as versions 1.1 and later have it.
    mutating func match(_ match: Match, _ version: OpenFlowVersion) {
        match13(match)
    }
}
