/// One step of what is done to a packet; a flow's program is a list of them (OVS: datapath actions, `ovs-dpctl(8)`).
public indirect enum DatapathAction: Sendable, Equatable {
    /// Send the packet as it now is out of the port; processing goes on with it.
    case output(PortID)
    /// Insert a tag after the Ethernet addresses: TPID 0x8100 or 0x88a8, and the TCI (PCP, DEI, VID).
    case pushVLAN(tpid: UInt16, tci: UInt16)
    /// Remove the outer tag; no effect on an untagged packet.
    case popVLAN
    /// Change header fields or metadata; no effect on a packet without the header.
    case set(HeaderRewrite)
    /// Insert a label stack entry (label, TC, S, TTL) before what follows the Ethernet header and its tags; the
    /// Ethernet type becomes `etherType`.
    case pushMPLS(etherType: UInt16, entry: UInt32)
    /// Remove the outer label stack entry; the Ethernet type becomes `etherType`.
    case popMPLS(etherType: UInt16)
    /// Give the outer label stack entry the time to live of what is next behind it, an entry or an IP header; no effect
    /// where there is none.
    case copyTTLOut
    /// The other way round.
    case copyTTLIn
    /// Insert an Ethernet header and I-TAG (IEEE 802.1ah) in front; addresses are copied outwards. `tag`: the 32 bits
    /// after 0x88e7.
    case pushPBB(tag: UInt32)
    /// Remove the outer Ethernet header and I-TAG.
    case popPBB
    /// What the next output sends is cut to so many bytes.
    case truncate(UInt32)
    /// Drop or remark what exceeds the meter.
    case meter(UInt32)
    /// Compute `dp_hash`.
    case hash(DatapathHash)
    /// Look the packet up again, as it now is, with this `recirc_id`; nothing follows.
    case recirculate(UInt32)
    /// With a chance of `probability` in 2^32 - 1, do the actions to a copy.
    case sample(probability: UInt32, [DatapathAction])
    /// Do the actions to a copy.
    case clone([DatapathAction])
    /// Do one or the other to a copy: is the packet, from its Ethernet header on, longer than `length` bytes?
    case checkLength(UInt32, larger: [DatapathAction], otherwise: [DatapathAction])
    /// Give a copy to control with this number, which ``UpcallHandler/punted(_:key:packet:)`` knows what to make of
    /// (OVS: `userspace`).
    case punt(UInt32)
    /// The packet ends here, counted under the reason; only as the last step.
    case drop(DropReason)
}

extension DatapathAction: CustomStringConvertible {
    /// As `ovs-appctl dpctl/dump-flows` prints it, ports by number.
    public var description: String { DatapathActionFormat().text(self) }

    /// A list as dumps print it; an empty one drops.
    public static func text(_ actions: [DatapathAction]) -> String { DatapathActionFormat().text(actions) }
}
