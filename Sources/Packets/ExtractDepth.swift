/// How far into a frame ``FlowKeyExtractor`` looks.
@frozen
public enum ExtractDepth: UInt8, Sendable {
    /// Words 0-3 of the key: port, addresses, VLAN tags, EtherType. The other words are left as they are.
    case ethernet
    /// Words 0-16: everything a packet's headers say.
    case full
}
