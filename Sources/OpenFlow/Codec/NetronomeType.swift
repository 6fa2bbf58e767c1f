/// Netronome's extension to groups, which OVS speaks (netronome-ext.h).
enum NetronomeType {
    static let identifier: UInt32 = 0x0000_154d
    /// The second is a wrong number that OVS 2.4 used.
    static let identifiers: Set<UInt32> = [identifier, 0x0000_1540]
    static let selectionMethod: UInt32 = 1
    /// Bytes of a method's name, the zero at its end included.
    static let methodSize = 16
}
