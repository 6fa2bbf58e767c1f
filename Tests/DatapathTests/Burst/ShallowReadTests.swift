import Packets
import Testing

@testable import Datapath

/// The short way of reading beside the extractor: whatever a packet is, it meets the flow of its key and no other.
@Suite struct ShallowReadTests {
    private static let builder = PacketBuilder(source: MACAddress(number: 1), destination: MACAddress(number: 2))
    private static let (a, b) = (IPv4Address(10, 0, 0, 1), IPv4Address(10, 0, 0, 2))
    private static let ipv4 = builder.ipv4(from: a, to: b)

    private static let frames: [[UInt8]] = {
        let x = IPv6Address(high: 1, low: 2)
        var frames: [[UInt8]] = [
            ipv4.udp(from: 1, to: 2).bytes(), ipv4.udp(from: 1, to: 2).bytes(minimum: 60),
            ipv4.tcp(from: 1, to: 2).bytes(),
            ipv4.tcp(from: 1, to: 2, flags: 0xfff).bytes(), ipv4.icmp().bytes(), ipv4.sctp(from: 1, to: 2).bytes(),
            ipv4.igmp(type: 0x16, group: b).bytes(), builder.vlan(5).ipv4(from: a, to: b).udp(from: 1, to: 2).bytes(),
            builder.ipv6(from: x, to: x).udp(from: 1, to: 2).bytes(),
            builder.arp(operation: 1, senderHardware: .zero, sender: a, target: b).bytes(),
            builder.mpls(label: 3).ipv4(from: a, to: b).udp(from: 1, to: 2).bytes(),
            builder.ipv4(from: a, to: b, ttl: 1, tos: 3).udp(from: 1, to: 2).bytes(),
            builder.ipv4(from: a, to: b, fragment: 0x4000).udp(from: 1, to: 2).bytes(),
            builder.ipv4(from: a, to: b, fragment: 0x2000).udp(from: 1, to: 2).bytes(),
            builder.ipv4(from: a, to: b, fragment: 0x0001).udp(from: 1, to: 2).bytes(),
            builder.ipv4(from: a, to: b, options: [1, 1, 1, 1]).udp(from: 1, to: 2).bytes(),
        ]
        // Cut off within every header.
        for length in 34..<54 { frames.append(Array(ipv4.tcp(from: 1, to: 2).bytes().prefix(length))) }
        return frames
    }()

    @Test func everyPacketMeetsTheFlowOfItsKey() {
        let rig = ProcessorRig()
        var mask = ProcessorRig.layer2Mask
        for index in [4, 5, 10] { mask[index] = .max }
        var ports: [FlowKey: UInt32] = [:]
        for frame in Self.frames {
            let key = ProcessorRig.key(frame).masked(by: mask)
            guard ports[key] == nil else { continue }
            ports[key] = UInt32(ports.count + 2)
            rig.add(ProcessorRig.key(frame), mask, [.output(PortID(rawValue: ports[key] ?? 0))])
        }
        let isShallow = rig.processor.pointee.table.isShallow
        #expect(isShallow)
        #expect(ports.count == 14)
        var expected: [UInt32: Int] = [:]
        for (index, frame) in Self.frames.enumerated() {
            // Beside others and alone.
            rig.process([Self.frames[(index * 7 + 3) % Self.frames.count], frame, frame])
            rig.process([frame])
            expected[ports[ProcessorRig.key(frame).masked(by: mask)] ?? 0, default: 0] += 3
            expected[
                ports[ProcessorRig.key(Self.frames[(index * 7 + 3) % Self.frames.count]).masked(by: mask)] ?? 0,
                default: 0] += 1
        }
        for (port, count) in expected { #expect(rig.processor.pointee.sink.sent(port).count == count) }
        #expect(rig.processor.pointee.sink.misses.isEmpty)
    }
}
