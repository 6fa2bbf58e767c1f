import Packets
import Testing

@testable import Datapath

@Suite struct VLANTagTests {
    private let builder = PacketBuilder(
        source: MACAddress(number: 0x0202_0304_0506), destination: MACAddress(number: 0x060a_0b0c_0d0e))
    private let inner = { (builder: PacketBuilder) in
        builder.ipv4(from: IPv4Address(1, 2, 3, 4), to: IPv4Address(5, 6, 7, 8)).udp(from: 1, to: 2).payload([9, 8, 7])
    }

    @Test func pushAndPopAreInverse() {
        let fakes = FakeMbufs()
        let plain = inner(builder).bytes()
        let tagged = inner(builder.vlan(100, priority: 3)).bytes()
        let double = inner(builder.vlan(7, tpid: 0x88a8).vlan(100, priority: 3)).bytes()
        let mbuf = fakes.make(plain)
        VLANTag.push(mbuf, tpid: UInt16(0x8100).bigEndian, tci: UInt16(3 << 13 | 100).bigEndian)
        #expect(frame(of: mbuf) == tagged)
        #expect(mbuf.pointee.pkt_len == UInt32(tagged.count))
        VLANTag.push(mbuf, tpid: UInt16(0x88a8).bigEndian, tci: UInt16(7).bigEndian)
        #expect(frame(of: mbuf) == double)
        VLANTag.pop(mbuf)
        #expect(frame(of: mbuf) == tagged)
        VLANTag.pop(mbuf)
        #expect(frame(of: mbuf) == plain)
        VLANTag.pop(mbuf)
        #expect(frame(of: mbuf) == plain)
        #expect(mbuf.pointee.data_off == 128)
        #expect(mbuf.pointee.pkt_len == UInt32(plain.count))
    }

    @Test func aProgramPushesWithoutThePresentBit() {
        let rig = ProcessorRig()
        let plain = inner(builder).bytes()
        rig.add(
            ProcessorRig.key(plain), ProcessorRig.layer2Mask,
            [
                .pushVLAN(tpid: 0x8100, tci: 0x1000 | 3 << 13 | 100), .output(PortID(rawValue: 2)),
            ])
        rig.process([plain, plain])
        let sent = rig.processor.pointee.sink.sent(2).map { frame(of: $0) }
        #expect(sent == [[UInt8]](repeating: inner(builder.vlan(100, priority: 3)).bytes(), count: 2))
    }

    @Test func aProgramPops() {
        let rig = ProcessorRig()
        let tagged = inner(builder.vlan(100)).bytes()
        rig.add(ProcessorRig.key(tagged), ProcessorRig.layer2Mask, [.popVLAN, .output(PortID(rawValue: 2))])
        rig.process([tagged])
        #expect(rig.processor.pointee.sink.sent(2).map { frame(of: $0) } == [inner(builder).bytes()])
    }

    @Test func severalOutputsShare() {
        let rig = ProcessorRig()
        let plain = inner(builder).bytes()
        rig.add(
            ProcessorRig.key(plain), ProcessorRig.layer2Mask, (2..<5).map { .output(PortID(rawValue: $0)) })
        let mbufs = rig.process([plain])
        for port in 2..<5 as Range<UInt32> { #expect(rig.processor.pointee.sink.sent(port) == mbufs) }
        #expect(mbufs[0].pointee.refcnt == 3)
    }
}
