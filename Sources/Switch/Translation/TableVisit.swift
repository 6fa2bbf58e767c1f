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
}

extension Translator {
    /// The words in which the packet now differs from the key that the datapath asked about.
    var keyChanges: [KeyChange] {
        var result: [KeyChange] = []
        // Keys are long to copy: they are looked at where they are.
        let options = FlowField.tunnelOptionsPresent >> 3
        let hasOptions = (original[options] | packet.key[options] | packet.written[options]) != 0
        for index in 0..<(hasOptions ? FlowKey.wordCount : FlowKey.plainWordCount) {
            let (value, before, written) = (packet.key[index], original[index], packet.written[index])
            guard value != before || written != 0 else { continue }
            // Metadata does not come with the packet: all of it is known.
            let isMetadata = index == 0 || index >= FlowField.tunnelID >> 3
            // Tags and labels are looked at whole before they are changed.
            let isStack = index == VLANStack.wordIndex || Self.labelWords.contains(index)
            var known = isMetadata || isStack ? ~0 : written
            // The type changes with the labels.
            if index == Self.typeWord, (value ^ before) & Self.typeBits != 0 { known |= Self.typeBits }
            result.append(KeyChange(index: UInt8(index), value: value, known: known))
        }
        return result
    }

    private static let typeWord = FlowField.ethernetType >> 3
    private static let typeBits: UInt64 = 0xffff << UInt64((FlowField.ethernetType & 7) * 8)
    private static let labelWords = FlowField.mplsEntry0 >> 3...FlowField.mplsEntry2 >> 3
}
