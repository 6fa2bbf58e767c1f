/// `enum nx_packet_in2_prop_type`: the parts of NXT_PACKET_IN2 and NXT_RESUME.
enum PacketInProperty: UInt16, Sendable {
    case packet = 0, fullLength, bufferID, tableID, cookie, reason, metadata, userdata, continuation
}
