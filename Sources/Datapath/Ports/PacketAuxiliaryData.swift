import Glibc
import Packets

/// The ancillary data of an AF_PACKET socket (packet(7), PACKET_AUXDATA).
enum PacketAuxiliaryData {
    /// A VLAN tag that the kernel took off the frame.
    struct Tag {
        var tpid: UInt16
        var tci: UInt16
    }

    private static let level: Int32 = 263  // SOL_PACKET
    private static let type: Int32 = 8  // PACKET_AUXDATA
    private static let vlanValid: UInt32 = 1 << 4  // TP_STATUS_VLAN_VALID
    private static let tpidValid: UInt32 = 1 << 6  // TP_STATUS_VLAN_TPID_VALID

    /// The tag in a control buffer of `length` bytes, if there is one. The buffer is the kernel's, yet checked.
    static func strippedTag(_ buffer: UnsafeRawPointer, length: Int) -> Tag? {
        // struct cmsghdr: length (8), level (4), type (4); then struct tpacket_auxdata, 20 bytes.
        var offset = 0
        while offset + 16 <= length {
            let size = buffer.load(fromByteOffset: offset, as: Int.self)
            guard size >= 16, offset + size <= length else { return nil }
            if buffer.load(fromByteOffset: offset + 8, as: Int32.self) == level,
                buffer.load(fromByteOffset: offset + 12, as: Int32.self) == type, size >= 36
            {
                let status = buffer.load(fromByteOffset: offset + 16, as: UInt32.self)
                guard status & vlanValid != 0 else { return nil }
                let tci = buffer.load(fromByteOffset: offset + 32, as: UInt16.self)
                let tpid = buffer.load(fromByteOffset: offset + 34, as: UInt16.self)
                return Tag(tpid: status & tpidValid != 0 ? tpid : EtherType.vlan, tci: tci)
            }
            offset += (size + 7) & ~7
        }
        return nil
    }
}
