import Packets

@testable import Switch

/// A packet with all that is in it, also what a key does not show: any number of tags and labels, and what is behind
/// them.
struct ModelPacket: Equatable {
    var destination: UInt64 = 0
    var source: UInt64 = 0
    /// The outer one first; TCIs with the present bit.
    var tags: [Tag] = []
    /// What follows the tags.
    var type: UInt16 = 0
    /// The outer one first.
    var labels: [UInt32] = []
    /// What the innermost header is.
    var innerType: UInt16 = 0
    /// Words 4 to 14 of the key of the innermost header.
    var network = [UInt64](repeating: 0, count: 11)
    var priority: UInt32 = 0

    struct Tag: Equatable {
        var tpid: UInt16
        var tci: UInt16
    }

    /// The key by which the datapath knows it.
    func key(inPort: UInt32, recircID: UInt32 = 0) -> FlowKey {
        var key = FlowKey()
        key.setHost32(FlowField.inPort, inPort)
        key.setHost32(FlowField.recircID, recircID)
        key.setMAC(FlowField.ethernetDestination, MACAddress(number: destination))
        key.setMAC(FlowField.ethernetSource, MACAddress(number: source))
        key.setU16(FlowField.ethernetType, type)
        for (tag, offset) in zip(tags, [FlowField.outerTPID, FlowField.innerTPID]) {
            key.setU16(offset, tag.tpid)
            key.setU16(offset + 2, tag.tci)
        }
        for (label, offset) in zip(labels, [FlowField.mplsEntry0, FlowField.mplsEntry1, FlowField.mplsEntry2]) {
            key.setU32(offset, label)
        }
        if labels.isEmpty, type == innerType {
            for (index, word) in network.enumerated() { key[4 + index] = word }
        }
        if recircID != 0 { key.setHost32(FlowField.skbPriority, priority) }
        return key
    }

    /// Takes over what a key says of the headers that it shows.
    mutating func take(_ key: FlowKey) {
        destination = key.mac(FlowField.ethernetDestination).number
        source = key.mac(FlowField.ethernetSource).number
        for (index, offset) in [FlowField.outerTPID, FlowField.innerTPID].enumerated() where index < tags.count {
            tags[index] = Tag(tpid: key.u16(offset), tci: key.u16(offset + 2))
        }
        if !labels.isEmpty { labels[0] = key.u32(FlowField.mplsEntry0) }
        if labels.isEmpty, type == innerType {
            for index in network.indices { network[index] = key[4 + index] }
        }
        priority = key.host32(FlowField.skbPriority)
    }

    mutating func popLabel(_ newType: UInt16) {
        guard !labels.isEmpty else { return }
        labels.removeFirst()
        type = newType
    }
}
