import CLinux
import Glibc
import Testing

/// TAP devices, AF_PACKET sockets and rtnetlink of this machine; needs root. Devices are called vsd….
@Suite(.serialized) struct KernelDeviceTests {
    private let control: Int32
    private let route: Int32

    init() {
        control = cl_control_socket()
        route = cl_route_socket()
    }

    private func withTap(_ name: String, _ body: (Int32) throws -> Void) throws {
        let tap = cl_tap_open(name, 0)
        try #require(tap >= 0, "TAP \(name): \(tap)")
        defer { close(tap) }
        #expect(cl_device_change_flags(control, name, 1, 0) == 0)
        try body(tap)
    }

    /// Sends frames and returns what arrives, within a second.
    private func receive(_ count: Int, _ read: (UnsafeMutablePointer<cl_frame>, Int32) -> Int32) -> [(
        cl_frame, [UInt8]
    )] {
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: 32 * 2048)
        defer { room.deallocate() }
        var found: [(cl_frame, [UInt8])] = []
        for _ in 0..<100 where found.count < count {
            var frames = (0..<32).map { index in
                var frame = cl_frame()
                frame.data = UnsafeMutableRawPointer(room + index * 2048)
                frame.capacity = 2048
                return frame
            }
            let n = read(&frames, 32)
            for index in 0..<max(Int(n), 0) {
                found.append(
                    (
                        frames[index],
                        Array(UnsafeBufferPointer(start: room + index * 2048, count: Int(frames[index].length)))
                    ))
            }
            if n <= 0 { usleep(10_000) }
        }
        return found
    }

    private func send(_ bytes: [UInt8], _ write: (UnsafeMutablePointer<cl_frame>, Int32) -> Int32) -> Int32 {
        var bytes = bytes
        return bytes.withUnsafeMutableBytes { buffer in
            var frame = cl_frame()
            frame.data = buffer.baseAddress
            frame.length = UInt32(buffer.count)
            return write(&frame, 1)
        }
    }

    private static let frame: [UInt8] =
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5]
        + Array(repeating: 0x5a, count: 50)

    @Test func aTapIsMadeSetUpAndGone() throws {
        try withTap("vsd0") { tap in
            #expect(cl_device_index(control, "vsd0") > 0)
            #expect(cl_device_set_mtu(control, "vsd0", 1400) == 0)
            #expect(cl_device_mtu(control, "vsd0") == 1400)
            #expect(cl_device_set_mac(control, "vsd0", [2, 0, 0, 0, 0, 9]) == 0)
            var mac = [UInt8](repeating: 0, count: 6)
            #expect(cl_device_mac(control, "vsd0", &mac) == 0)
            #expect(mac == [2, 0, 0, 0, 0, 9])
            var driver = cl_driver()
            #expect(cl_device_driver(control, "vsd0", &driver) == 0)
            #expect(
                withUnsafeBytes(of: driver.driver) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } == "tun")
            var settings = cl_link_settings()
            #expect(cl_device_link_settings(control, "vsd0", &settings) == 0)
            #expect(settings.speed_megabits > 0)
            #expect(cl_device_carrier(control, "vsd0") == 1)
            var info = cl_device_info()
            #expect(cl_device_read_info(route, 1, "vsd0", &info) == 0)
            #expect(info.mtu == 1400)
            #expect(info.is_ethernet == 1)
            #expect(info.flags & 1 == 1)
            #expect(cl_tap_open("vsd0", 0) == -EBUSY)
            _ = tap
        }
        #expect(cl_device_index(control, "vsd0") == -ENODEV)
        var info = cl_device_info()
        #expect(cl_device_read_info(route, 1, "vsd0", &info) == -ENODEV)
    }

    @Test func namesThatAreTooLong() {
        let name = "a-name-of-16-byte"
        #expect(cl_tap_open(name, 0) == -ENAMETOOLONG)
        #expect(cl_device_mtu(control, name) == -ENAMETOOLONG)
        var info = cl_device_info()
        #expect(cl_device_read_info(route, 1, name, &info) == -ENAMETOOLONG)
    }

    @Test func aPersistentTapOutlivesItsDescriptor() throws {
        try withTap("vsd1") { #expect(cl_tap_set_persistent($0, 1) == 0) }
        #expect(cl_device_index(control, "vsd1") > 0)
        try withTap("vsd1") { #expect(cl_tap_set_persistent($0, 0) == 0) }
        #expect(cl_device_index(control, "vsd1") == -ENODEV)
    }

    @Test func framesPassBetweenTapAndPacketSocket() throws {
        try withTap("vsd2") { tap in
            let socket = cl_packet_open(cl_device_index(control, "vsd2"), 0)
            try #require(socket >= 0)
            defer { close(socket) }
            #expect(cl_packet_set_promiscuous(socket, cl_device_index(control, "vsd2")) == 0)
            #expect(cl_packet_set_buffers(socket, 1 << 20, 1 << 20) == 0)

            // What the switch writes into a TAP, the kernel receives; with a tag, which the kernel takes out.
            var tagged = Self.frame
            tagged.insert(contentsOf: [0x81, 0x00, 0x60, 0x2a], at: 12)
            #expect(send(Self.frame) { cl_tap_send(tap, $0, $1, 0) } == 1)
            #expect(send(tagged) { cl_tap_send(tap, $0, $1, 0) } == 1)
            let heard = receive(2) { cl_packet_receive(socket, $0, $1, 0) }.filter { $0.1[12...13] == [0x88, 0xb5] }
            #expect(heard.map(\.1) == [Self.frame, Self.frame])
            #expect(heard[0].0.flags & UInt32(CL_FRAME_VLAN) == 0)
            #expect(heard[1].0.flags & UInt32(CL_FRAME_VLAN) != 0)
            #expect(heard[1].0.vlan_tci == 0x602a)
            #expect(heard[1].0.vlan_tpid == 0x8100)

            // What is sent through the socket comes out of the TAP, and not back into the socket.
            #expect(send(Self.frame) { cl_packet_send(socket, $0, $1, 0) } == 1)
            let out = receive(1) { cl_tap_receive(tap, $0, $1, 0) }.filter { $0.1.count > 13 && $0.1[12] == 0x88 }
            #expect(out.first?.1 == Self.frame)
            #expect(receive(1) { cl_packet_receive(socket, $0, $1, 0) }.allSatisfy { $0.1 != Self.frame })
        }
    }

    @Test func truncationIsTold() throws {
        try withTap("vsd3") { tap in
            let socket = cl_packet_open(cl_device_index(control, "vsd3"), 0)
            defer { close(socket) }
            let long = Self.frame + Array(repeating: 1, count: 1000)
            func short(_ read: (UnsafeMutablePointer<cl_frame>) -> Int32) -> cl_frame {
                var room = [UInt8](repeating: 0, count: 100)
                return room.withUnsafeMutableBytes { bytes in
                    var frame = cl_frame()
                    for _ in 0..<100 {
                        frame.data = bytes.baseAddress
                        frame.capacity = 100
                        if read(&frame) == 1, bytes[12] == 0x88 { break }
                        usleep(10_000)
                    }
                    return frame
                }
            }
            #expect(send(long) { cl_packet_send(socket, $0, $1, 0) } == 1)
            #expect(short { cl_tap_receive(tap, $0, 1, 0) }.flags & UInt32(CL_FRAME_TRUNCATED) != 0)
            #expect(send(long) { cl_tap_send(tap, $0, $1, 0) } == 1)
            let heard = short { cl_packet_receive(socket, $0, 1, 0) }
            #expect(heard.flags & UInt32(CL_FRAME_TRUNCATED) != 0)
            #expect(heard.length == 100)
            #expect(send(Array(repeating: 0, count: 4000)) { cl_packet_send(socket, $0, $1, 0) } == -EMSGSIZE)
        }
    }
}
