import Glibc
import NIOCore

/// The class of service of a connection's packets (RFC 2474).
public enum IPPrecedence {
    /// Sets the DSCP where the channel speaks IP; one that cannot be set does no harm.
    public static func set(_ dscp: UInt8, on channel: any Channel) {
        let value = ChannelOptions.Types.SocketOption.Value(dscp) << 2
        switch channel.localAddress?.protocol {
        case .inet:
            channel.setOption(ChannelOptions.socket(SocketOptionLevel(IPPROTO_IP), IP_TOS), value: value)
                .whenFailure { _ in }
        case .inet6:
            channel.setOption(ChannelOptions.socket(SocketOptionLevel(IPPROTO_IPV6), IPV6_TCLASS), value: value)
                .whenFailure { _ in }
        default: break
        }
    }
}
