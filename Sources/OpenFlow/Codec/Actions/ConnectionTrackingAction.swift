/// `ct(…)` (NXAST_CT): connections are not tracked, so that every one is refused.
extension ActionDecoder {
    /// Looks for what is wrong with the action itself, which is told first, as in OVS.
    ///
    /// - Throws: always; `badActionExperimenterType` where nothing else is wrong.
    func connectionTracking(_ body: inout ByteReader) throws(OpenFlowError) -> Action {
        try body.skip(2)
        var source = body
        let hasSource = try body.u32() != 0
        let zone = try body.u16()
        if hasSource {
            let range = try FieldRange.checked(try source.shortFieldHeader(), packed: zone)
            guard range.bits == 16 else { throw OpenFlowError(.badSetLength, "a zone of \(range.bits) bits") }
        }
        // Table, padding, application layer gateway.
        try body.skip(6)
        _ = try nested.list(body)
        throw OpenFlowError(.badActionExperimenterType, "connections are not tracked")
    }
}
