import Packets

/// An OpenFlow action or instruction, the same for every protocol version (OVS: `struct ofpact`, ovs-actions(7)).
///
/// As in OVS, instructions are actions of a list too: a rule's list holds what Apply-Actions said, and ``meter(_:)``,
/// ``clearActions``, ``writeActions(_:)``, ``writeMetadata(_:mask:)`` and ``gotoTable(_:)`` in the standard's order.
public indirect enum Action: Sendable, Hashable {
    // MARK: Output

    /// `output:PORT` and the reserved ports NORMAL, FLOOD, ALL, LOCAL, IN_PORT, TABLE, CONTROLLER.
    /// `maxLength` counts for CONTROLLER alone.
    case output(OpenFlowPort, maxLength: UInt16)
    /// `output:SRC[START..END]`; `maxLength` as above.
    case outputRegister(FieldRange, maxLength: UInt16)
    /// `output(port=PORT,max_len=BYTES)`.
    case outputTruncated(OpenFlowPort, maxLength: UInt32)
    /// NXAST_CONTROLLER and NXAST_CONTROLLER2: `controller(…)`.
    case controller(ControllerAction)
    /// `enqueue:PORT:QUEUE`.
    case enqueue(OpenFlowPort, queue: UInt32)
    /// `bundle(…)`, `bundle_load(…)`.
    case bundle(BundleAction)
    case group(UInt32)

    // MARK: Header fields and metadata

    /// `set_field:VALUE/MASK->FIELD` and `load:VALUE->FIELD[…]`.
    case setField(FieldRewrite)
    /// `move:SRC[…]->DST[…]`; both ranges have as many bits.
    case move(from: FieldRange, to: FieldRange)
    /// `push:SRC[…]` onto the pipeline's stack.
    case stackPush(FieldRange)
    /// `pop:DST[…]`.
    case stackPop(FieldRange)
    /// `mod_vlan_vid`/`set_vlan_vid`: 12 bits. `mayPush` (version 1.0): an untagged packet gets a tag.
    case setVLANID(UInt16, mayPush: Bool)
    /// `mod_vlan_pcp`/`set_vlan_pcp`: 3 bits.
    case setVLANPriority(UInt8, mayPush: Bool)
    /// `strip_vlan`, `pop_vlan`.
    case popVLAN
    /// `push_vlan:ETHERTYPE`, 0x8100 or 0x88a8.
    case pushVLAN(etherType: UInt16)
    case setEthernetSource(MACAddress)
    case setEthernetDestination(MACAddress)
    case setIPv4Source(IPv4Address)
    case setIPv4Destination(IPv4Address)
    /// `mod_nw_tos`: the DSCP in the upper six bits, the lower two are zero.
    case setDSCP(UInt8)
    /// `mod_nw_ecn`.
    case setECN(UInt8)
    /// `mod_nw_ttl`.
    case setTTL(UInt8)
    /// `dec_ttl(ID…)`: expired packets go to the controllers of these IDs ([0]: `dec_ttl` alone).
    case decrementTTL(controllers: [UInt16])
    case copyTTLOut
    case copyTTLIn
    case setTransportSource(UInt16)
    case setTransportDestination(UInt16)
    /// `push_mpls:ETHERTYPE`, 0x8847 or 0x8848.
    case pushMPLS(etherType: UInt16)
    /// `pop_mpls:ETHERTYPE`, that of what is below.
    case popMPLS(etherType: UInt16)
    case setMPLSLabel(UInt32)
    case setMPLSTrafficClass(UInt8)
    case setMPLSTTL(UInt8)
    case decrementMPLSTTL
    /// OFPAT_PUSH_PBB: an I-TAG, 0x88e7.
    case pushPBB(etherType: UInt16)
    case popPBB
    /// `set_tunnel`, `set_tunnel64`.
    case setTunnelID(UInt64, isWide: Bool)
    case setQueue(UInt32)
    case popQueue
    case deleteField(MatchField)

    // MARK: The pipeline

    case resubmit(ResubmitAction)
    case learn(LearnAction)
    case multipath(MultipathAction)
    /// `conjunction(ID,CLAUSE/COUNT)`; `clause` counts from 0.
    case conjunction(id: UInt32, clause: UInt8, count: UInt8)
    case note([UInt8])
    case exit
    case finTimeout(idleSeconds: UInt16, hardSeconds: UInt16)
    case sample(SampleAction)
    case clone([Action])
    /// `check_pkt_larger(LENGTH)->DST[BIT]`.
    case checkPacketLarger(UInt16, destination: FieldRange)
    /// `debug_recirc`: the packet comes round before it goes on. Tests alone may ask for it.
    case debugRecirculate
    /// `debug_slow`: no datapath flow may stand for the packet. Tests alone may ask for it.
    case debugSlowPath

    // MARK: Instructions

    case meter(UInt32)
    case clearActions
    case writeActions([Action])
    case writeMetadata(UInt64, mask: UInt64)
    case gotoTable(UInt8)
}
