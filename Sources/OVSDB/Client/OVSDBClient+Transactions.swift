extension OVSDBClient {
    /// Sends `operations` as one transaction; all of them take effect or none (RFC 7047 section 4.1.3).
    ///
    /// When this returns, the copy contains the transaction's effects: servers send updates before the reply. With a
    /// lock in the settings the transaction asserts it.
    ///
    /// - Returns: one result for each of `operations`.
    /// - Throws: ``OVSDBError/Code/disconnected`` (after the loss of a connection the outcome is unknown),
    ///   ``OVSDBError/Code/notLocked``, or ``OVSDBError/Code/refused(error:)`` with the RFC's name of the error; a
    ///   `wait` that failed is "timed out".
    @discardableResult
    public func transact(_ operations: [Operation]) async throws(OVSDBError) -> [OperationResult] {
        guard isConnected else { throw OVSDBError(.disconnected, "\(settings.remote): not connected") }
        var all = operations
        if let lock = settings.lock {
            guard lockState == .held else { throw OVSDBError(.notLocked, "lock \"\(lock)\" is not held") }
            all.insert(.assert(lock: lock), at: 0)
        }
        let results = try OperationResult.decode(try await reply(to: all.map(\.json)), of: all, schema: schema)
        return Array(results.dropFirst(all.count - operations.count))
    }

    /// Sends `operations` as they are, without asserting a lock, and hands back the server's reply as it is: an element
    /// for each of them, errors among them.
    ///
    /// - Throws: ``OVSDBError/Code/disconnected``, or ``OVSDBError/Code/refused(error:)`` when the request as a whole
    ///   was refused.
    package func transact(_ operations: [JSON]) async throws(OVSDBError) -> [JSON] {
        guard isConnected else { throw OVSDBError(.disconnected, "\(settings.remote): not connected") }
        let reply = try await reply(to: operations)
        guard let results = reply.array else {
            throw OVSDBError(.protocolViolation, "transaction reply is no array: \(reply.text.prefix(200))")
        }
        return results
    }

    private func reply(to operations: [JSON]) async throws(OVSDBError) -> JSON {
        let parameters = [.string(settings.database)] + operations
        let reply = await withCheckedContinuation { continuation in
            session.request("transact", parameters) { continuation.resume(returning: $0) }
        }
        return try reply.get()
    }
}
