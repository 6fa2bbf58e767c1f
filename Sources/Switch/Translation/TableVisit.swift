import OpenFlow
import Packets

/// A look-up that a translation made: where, and what was found there.
struct TableVisit {
    let bridge: Bridge
    let number: UInt8
    /// nil: there is no such table.
    let table: FlowTable?
    let rule: Rule?
    /// How the key that was looked up differed from the one that the datapath asked about.
    let changes: [KeyChange]
}

/// A word of a key that a translation has changed before a look-up.
struct KeyChange {
    let index: UInt8
    let value: UInt64
    /// The bits that are known to have this value whatever the packet; the others are as they came.
    let known: UInt64

    /// The words in which the packet differs from the key `original`.
    static func list(from original: FlowKey, to packet: PacketState) -> [KeyChange] {
        var result: [KeyChange] = []
        for index in 0..<max(original.extent, packet.key.extent, packet.written.extent)
        where packet.key[index] != original[index] || packet.written[index] != 0 {
            // Metadata does not come with the packet: all of it is known.
            let isMetadata = index == 0 || index >= FlowField.tunnelID >> 3
            // Tags and labels are looked at whole before they are changed.
            let isStack = index == VLANStack.wordIndex || labelWords.contains(index)
            var known = isMetadata || isStack ? ~0 : packet.written[index]
            // The type changes with the labels.
            if index == typeWord, (packet.key[index] ^ original[index]) & typeBits != 0 { known |= typeBits }
            result.append(KeyChange(index: UInt8(index), value: packet.key[index], known: known))
        }
        return result
    }

    private static let typeWord = FlowField.ethernetType >> 3
    private static let typeBits: UInt64 = 0xffff << UInt64((FlowField.ethernetType & 7) * 8)
    private static let labelWords = FlowField.mplsEntry0 >> 3...FlowField.mplsEntry2 >> 3
}
