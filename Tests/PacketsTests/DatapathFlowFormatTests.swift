import Foundation
import Packets
import Testing

@Suite struct DatapathFlowFormatTests {
    private func key(_ frame: [UInt8]) -> FlowKey {
        ReferenceExtractor.extract(frame, inPort: 2) ?? FlowKey()
    }

    private var base: FlowMask {
        var mask = FlowMask()
        mask.setHost32(FlowField.inPort, .max)
        mask.setHost32(FlowField.recircID, .max)
        mask.setU16(FlowField.ethernetType, .max)
        return mask
    }

    @Test func switchedByAddress() {
        var mask = base
        mask.setMAC(FlowField.ethernetSource, .broadcast)
        mask.setMAC(FlowField.ethernetDestination, .broadcast)
        mask.setU8(FlowField.networkFragment, 3)
        let key = key(SampleFrames.all[0].frame)
        #expect(
            DatapathFlowFormat.describe(key, mask: mask)
                == "recirc_id(0),in_port(2),packet_type(ns=0,id=0),eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02),"
                + "eth_type(0x0800),ipv4(frag=no)")
        #expect(DatapathFlowFormat.describe(key, mask: mask) { "p\($0)" }.contains("in_port(p2),"))
    }

    @Test func everyFieldOfAFlow() {
        var mask = base
        mask.setU8(FlowField.networkFragment, 3)
        let key = key(SampleFrames.all[0].frame)
        let text = DatapathFlowFormat.describe(key, mask: mask, showsAll: true)
        #expect(
            text.hasPrefix(
                "skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),"
                    + "dp_hash(0/0),in_port(2),"))
        #expect(text.contains("eth(src=02:00:00:00:00:01/00:00:00:00:00:00,dst="))
        #expect(text.hasSuffix("proto=17/0,tos=0x2e/0,ttl=61/0,frag=no),udp(src=4000/0,dst=53/0)"))
        #expect(
            DatapathFlowFormat.describe(packet: key).hasPrefix(
                "skb_priority(0),skb_mark(0),ct_state(0),ct_zone(0),ct_mark(0),ct_label(0),recirc_id(0),dp_hash(0),"))
    }

    @Test func partialMasks() {
        var mask = base
        mask.setMAC(FlowField.ethernetDestination, MACAddress(1, 0, 0, 0, 0, 0))
        mask.setU32(FlowField.ipv4Destination, 0xffff_ff00)
        mask.setU8(FlowField.networkProtocol, .max)
        mask.setU8(FlowField.networkTOS, 0xfc)
        mask.setU16(FlowField.transportDestination, .max)
        mask.setU16(FlowField.transportSource, 0xff00)
        #expect(
            DatapathFlowFormat.describe(key(SampleFrames.all[0].frame), mask: mask)
                == "recirc_id(0),in_port(2),packet_type(ns=0,id=0),eth(dst=02:00:00:00:00:02/01:00:00:00:00:00),"
                + "eth_type(0x0800),ipv4(dst=10.0.0.2/255.255.255.0,proto=17,tos=0x2e/0xfc),udp(src=4000/0xff00,dst=53)"
        )
    }

    @Test func tagsEncapsulate() {
        var mask = base
        mask.setU16(FlowField.outerTCI, .max)
        mask.setU16(FlowField.innerTCI, 0x1fff)
        let frame = SampleFrames.base.vlan(20, priority: 2, tpid: 0x88a8).vlan(10).ipv4(
            from: SampleFrames.a, to: SampleFrames.b
        ).bytes()
        #expect(
            DatapathFlowFormat.describe(key(frame), mask: mask)
                == "recirc_id(0),in_port(2),packet_type(ns=0,id=0),eth_type(0x88a8),vlan(vid=20,pcp=2),"
                + "encap(eth_type(0x8100),vlan(vid=10),encap(eth_type(0x0800)))")
    }

    @Test func otherProtocols() {
        var mask = base
        for index in 1..<FlowKeyExtractor.wordCount { mask[index] = .max }
        func tail(_ name: String) -> String {
            let frame = SampleFrames.all.first { $0.name == name }?.frame ?? []
            let text = DatapathFlowFormat.describe(key(frame), mask: mask)
            return String(text[(text.range(of: "eth_type(")?.lowerBound ?? text.startIndex)...])
        }
        #expect(
            tail("arp")
                == "eth_type(0x0806),arp(sip=10.0.0.1,tip=10.0.0.2,op=1,sha=02:00:00:00:00:01,tha=00:00:00:00:00:00)")
        #expect(
            tail("tcp")
                == "eth_type(0x0800),ipv4(src=10.0.0.1,dst=10.0.0.2,proto=6,tos=0x2e,ttl=61,frag=no),"
                + "tcp(src=4001,dst=80),tcp_flags(syn|ack|ns)")
        #expect(
            tail("neighbour solicitation")
                == "eth_type(0x86dd),"
                + "ipv6(src=fd00::1,dst=fd00::2,label=0x12345,proto=58,tclass=0x48,hlimit=62,frag=no),"
                + "icmpv6(type=135,code=0),nd(target=fe80::9,sll=02:00:00:00:00:07,tll=00:00:00:00:00:00),"
                + "nd_ext(nd_reserved=0x00000000,nd_options_type=1)")
        #expect(tail("mpls") == "eth_type(0x8847),mpls(label=100,tc=0,ttl=64,bos=0,label=200,tc=0,ttl=9,bos=1)")
        #expect(tail("later fragment").contains("frag=later"))
    }
}
