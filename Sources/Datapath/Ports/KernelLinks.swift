import CLinux
import Control
import Glibc
import Packets

/// The way to the kernel's network devices in the daemon's network namespace: one socket for ioctls, one for rtnetlink,
/// shared by all ports.
///
/// Owned by the datapath; control's thread only.
@ControlActor
final class KernelLinks {
    /// For `cl_device_*`; negative when no socket could be had, and every request then fails with EBADF.
    let control: Int32
    private let route: Int32
    private var sequence: UInt32 = 0

    init() {
        control = cl_control_socket()
        route = cl_route_socket()
    }

    deinit {
        close(control)
        close(route)
    }

    /// What the kernel tells of a device now; nil when there is none of the name here.
    func info(_ name: String) -> cl_device_info? {
        sequence &+= 1
        var info = cl_device_info()
        return cl_device_read_info(route, sequence, name, &info) >= 0 ? info : nil
    }

    /// How the kernel would send to an address: two requests, answered at once.
    func nextHop(to address: IPv4Address) -> NextHop {
        sequence &+= 1
        var hop = cl_next_hop()
        let error = cl_route_read_next_hop(route, sequence, address.number.bigEndian, &hop)
        guard error >= 0 else { return .unreachable(errno: -error) }
        sequence &+= 1
        guard cl_route_read_neighbor(route, sequence, &hop) >= 0 else { return .unresolved }
        let mac = MACAddress(hop.mac.0, hop.mac.1, hop.mac.2, hop.mac.3, hop.mac.4, hop.mac.5)
        return mac.isZero ? .unresolved : .address(mac)
    }
}
