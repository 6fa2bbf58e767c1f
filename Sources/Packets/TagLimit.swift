/// How many VLAN tags of a frame are read as such (`other_config:vlan-limit`); what is below them is payload, and the
/// EtherType is the one after the last tag that is read.
///
/// The raw value is the bits of a key's word of tags that may be filled.
@frozen
public enum TagLimit: UInt64, Sendable {
    case one = 32
    case two = 64
}

extension FlowKey {
    /// The key as an extraction with a limit would have filled it.
    public func limited(to limit: TagLimit) -> FlowKey {
        guard limit == .one, u16(FlowField.innerTCI) & FlowField.vlanPresent != 0 else { return self }
        var result = self
        result.setU16(FlowField.ethernetType, u16(FlowField.innerTPID))
        result.setU16(FlowField.innerTPID, 0)
        result.setU16(FlowField.innerTCI, 0)
        for word in FlowKeyExtractor.ethernetWordCount..<FlowKeyExtractor.wordCount { result[word] = 0 }
        return result
    }
}
