/// Writes errors in each version's numbers (OpenFlow 1.3.5 section 7.4.4).
enum ErrorCodec {
    /// NXET_VENDOR and its code: a Nicira error follows.
    private static let niciraType: UInt16 = 0xb0c2
    private static let experimenterType: UInt16 = 0xffff

    /// The one table from our errors to names and numbers.
    static func entry(_ code: OpenFlowError.Code) -> ErrorEntry {
        ErrorEntry.requestEntry(code) ?? ErrorEntry.actionEntry(code) ?? ErrorEntry.flowEntry(code)
            ?? ErrorEntry.groupEntry(code) ?? ErrorEntry.switchEntry(code) ?? ErrorEntry.propertyEntry(code)
            ?? ErrorEntry.unencodable
    }

    /// The error message that answers `request`: the numbers, then the whole request, as far as a message has room.
    static func reply(
        _ error: OpenFlowError, to request: OpenFlowMessage, version: OpenFlowVersion
    ) -> OpenFlowMessage {
        message(error.code, data: request.bytes, transaction: request.transaction, version: version)
    }

    /// An error message with any data.
    static func message(
        _ code: OpenFlowError.Code, data: some Sequence<UInt8>, transaction: UInt32, version: OpenFlowVersion
    ) -> OpenFlowMessage {
        var writer = ByteWriter()
        switch entry(code).wire(version) ?? ErrorEntry.unencodable.wire(version) {
        case .standard(let type, let code):
            writer.u16(type)
            writer.u16(code)
        case .nicira(let type, let code):
            writer.u16(niciraType)
            writer.u16(0)
            writer.u32(ErrorEntry.Vendor.nicira.rawValue)
            writer.u16(type)
            writer.u16(code)
        case .experimenter(let vendor, let code):
            writer.u16(experimenterType)
            writer.u16(code)
            writer.u32(vendor.rawValue)
        case nil:
            writer.zeros(4)
        }
        writer.append(data)
        return OpenFlowMessage(
            version: version, type: MessageType.error.number(version), transaction: transaction, body: writer.bytes)
    }
}

extension OpenFlowError {
    /// What OpenFlow, or the vendor who numbers it, calls the error: `OFPBAC_BAD_OUT_GROUP`.
    public var name: String { ErrorCodec.entry(code).name }
}
