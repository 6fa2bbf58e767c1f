/// The UDP ports of DHCP (RFC 2131).
enum DHCPPort {
    static let server: UInt16 = 67
    static let client: UInt16 = 68
}
