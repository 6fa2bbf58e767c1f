import Control
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

/// NORMAL over ports of every VLAN mode, judged by a model written straight from the manual.
@ControlActor
@Suite struct NormalTests {
    private struct Mode {
        let name: String
        let vlan: VLANConfiguration

        init(
            _ name: String, _ mode: VLANConfiguration.Mode, tag: UInt16 = 0, trunks: Set<UInt16> = [],
            priority: VLANConfiguration.PriorityTags = .never
        ) {
            self.name = name
            var vlan = VLANConfiguration()
            vlan.mode = mode
            vlan.tag = tag
            vlan.trunks = trunks
            vlan.priorityTags = priority
            self.vlan = vlan
        }

        /// "A packet that ingresses … is in the VLAN …".
        func entering(_ tag: UInt16?) -> UInt16? {
            let vid = (tag ?? 0) & 0xfff
            switch vlan.mode {
            case .access: return vid == 0 ? vlan.tag : nil
            case .trunk: return vlan.trunks.isEmpty || vlan.trunks.contains(vid) ? vid : nil
            default:
                if vid == 0 { return vlan.tag }
                return vlan.trunks.isEmpty || vlan.trunks.contains(vid) || vid == vlan.tag ? vid : nil
            }
        }

        /// nil: does not leave here. Otherwise the tag that it bears, or none.
        func leaving(_ number: UInt16, came tag: UInt16?) -> [UInt16]? {
            switch vlan.mode {
            case .access: if number != vlan.tag { return nil }
            case .trunk: if !vlan.trunks.isEmpty, !vlan.trunks.contains(number) { return nil }
            default:
                let isListed = vlan.trunks.isEmpty || vlan.trunks.contains(number)
                if number != vlan.tag, number == 0 || !isListed { return nil }
            }
            let strips = vlan.mode == .access || (vlan.mode == .nativeUntagged && number == vlan.tag)
            let vid = strips ? 0 : number
            let priority = (tag ?? 0) & 0xe000
            if vid != 0 { return [vid | priority] }
            switch vlan.priorityTags {
            case .never: return []
            case .ifNonzero: return priority == 0 ? [] : [priority]
            case .always: return tag == nil ? [] : [priority]
            }
        }
    }

    private static let modes = [
        Mode("t", .trunk), Mode("t12", .trunk, trunks: [10, 20]), Mode("t0", .trunk, trunks: [0, 10]),
        Mode("a10", .access, tag: 10), Mode("b10", .access, tag: 10), Mode("a20", .access, tag: 20),
        Mode("a10n", .access, tag: 10, priority: .ifNonzero), Mode("a10a", .access, tag: 10, priority: .always),
        Mode("a0", .access, tag: 0),
        Mode("nt", .nativeTagged, tag: 10), Mode("nt20", .nativeTagged, tag: 20, trunks: [10]),
        Mode("nu", .nativeUntagged, tag: 10), Mode("nu20", .nativeUntagged, tag: 20, trunks: [10]),
        Mode("nua", .nativeUntagged, tag: 10, priority: .always),
        Mode("ta", .trunk, priority: .always), Mode("tn", .trunk, priority: .ifNonzero),
    ]
    private static let frames: [UInt16?] = [nil, 0, 0x6000, 10, 0xa00a, 20, 30]

    @Test func floodsWithinTheVLAN() async throws {
        try await SwitchBench.with { bench in
            try await matrix(bench, destination: .broadcast)
        }
    }

    @Test func floodsToTheUnknown() async throws {
        try await SwitchBench.with { bench in
            try await matrix(bench, destination: SwitchBench.station(0xffff))
        }
    }

    private func matrix(_ bench: SwitchBench, destination: MACAddress) async throws {
        let bridge = try await bench.bridge("br0")
        var ports: [BridgePort] = []
        for mode in Self.modes { ports.append(try await bench.port(mode.name, on: "br0") { $0.vlan = mode.vlan }) }
        let local = try #require(bridge.port(numbered: .local))
        let all = zip(Self.modes, ports) + [(Mode("br0", .trunk), local)]
        for (index, (mode, port)) in all.enumerated() {
            for tag in Self.frames {
                let tags = tag.map { [(tpid: UInt16(0x8100), tci: $0)] } ?? []
                let key = bench.key(on: port, from: SwitchBench.station(index), to: destination, tags: tags)
                let actions = bench.datapath.receive(key)
                var expected: [PortID: [[UInt16]]] = [:]
                if let vlan = mode.entering(tag) {
                    for (other, target) in all where target !== port {
                        if let leaving = other.leaving(vlan, came: tag), let id = target.portID {
                            expected[id] = [leaving]
                        }
                    }
                    #expect(bridge.macTable.lookup(SwitchBench.station(index), vlan: vlan) == port.number)
                } else {
                    #expect(actions == [.drop(.vlanMismatch)])
                }
                let came = SwitchBench.outputs(of: actions, from: key)
                #expect(came == expected, "in on \(mode.name) with \(String(describing: tag))")
            }
        }
    }

    @Test func knownStationsAreReachedOnTheirPortAlone() async throws {
        for source in Self.modes {
            try await SwitchBench.with { bench in
                try await bench.bridge("br0")
                let first = try await bench.port("in", on: "br0") { $0.vlan = source.vlan }
                try await bench.port("other", on: "br0")
                var target: [(Mode, BridgePort)] = []
                for mode in Self.modes {
                    target.append((mode, try await bench.port(mode.name, on: "br0") { $0.vlan = mode.vlan }))
                }
                for (index, (mode, port)) in target.enumerated() {
                    for tag in Self.frames {
                        guard let vlan = source.entering(tag), let leaving = mode.leaving(vlan, came: tag) else {
                            continue
                        }
                        let station = SwitchBench.station(100 + index)
                        // The table is set by hand: a mode may send into a VLAN that it would not take in.
                        port.bridge.macTable.addStatic(station, vlan: vlan, port: port.number)
                        let tags = tag.map { [(tpid: UInt16(0x8100), tci: $0)] } ?? []
                        let key = bench.key(on: first, from: SwitchBench.station(1), to: station, tags: tags)
                        let actions = bench.datapath.receive(key)
                        let id = try #require(port.portID)
                        #expect(
                            SwitchBench.outputs(of: actions, from: key) == [id: [leaving]],
                            "\(source.name) to \(mode.name) with \(String(describing: tag))")
                    }
                }
            }
        }
    }

    @Test func aStationOnTheSamePortIsNotSentBack() async throws {
        try await SwitchBench.with { bench in
            try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            try await bench.port("p2", on: "br0")
            bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(2), to: .broadcast))
            let back = bench.datapath.receive(
                bench.key(on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2)))
            #expect(back == [.drop(.noDestination)])
        }
    }

    @Test func reservedAddressesStayUnlessTold() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let key = bench.key(on: p1, from: SwitchBench.station(1), to: MACAddress(number: 0x0180_c200_0000))
            #expect(bench.datapath.receive(key) == [.drop(.reservedAddress)])
            #expect(bridge.macTable.count == 0)
            var changed = bridge.configuration
            changed.forwardsBPDU = true
            bench.target.updateBridge(changed)
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(key)) == ["br0"])
            #expect(bench.datapath.misses == 1)
        }
    }

    @Test func groupSourcesAndFloodVLANsAreNotLearned() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0") { $0.floodVLANs = [5] }
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            bench.datapath.receive(bench.key(on: p1, from: MACAddress(number: 0x0300_0000_0001), to: .broadcast))
            bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast, tags: [(0x8100, 5)]))
            #expect(bridge.macTable.count == 0)
            let reply = bench.key(on: p2, from: SwitchBench.station(2), to: SwitchBench.station(1), tags: [(0x8100, 5)])
            #expect(bench.ports(bench.datapath.receive(reply)) == ["br0", "p1"])
        }
    }

    @Test func portsClosedToFloodingGetOnlyWhatIsTheirs() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            let p2 = try await bench.port("p2", on: "br0")
            let p3 = try await bench.port("p3", on: "br0")
            bench.datapath.receive(bench.key(on: p2, from: SwitchBench.station(2), to: .broadcast))
            for (port, bit) in [(p2, PortConfigurationBits.noFlood), (p3, PortConfigurationBits.down)] {
                try bridge.modifyPort(
                    port.number, hardware: port.openFlowDescription.hardware, configuration: bit, mask: bit)
            }
            await bridge.barrier()
            #expect(
                bench.ports(bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(1), to: .broadcast)))
                    == ["br0"])
            #expect(
                bench.ports(
                    bench.datapath.receive(bench.key(on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2))))
                    == ["p2"])
            #expect(bench.datapath.settings.map(\.1) == [false])
        }
    }

    @Test func portsAreClosedToFramesAndToSpanningTreesApart() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            try bridge.apply(
                FlowMod(command: .add, table: 0, match: Match(), priority: 1, actions: [.output(.local, maxLength: 0)]),
                origin: nil)
            let bits = PortConfigurationBits.noReceive | PortConfigurationBits.noReceiveSpanningTree
            for (setting, expected) in [
                (0, [["br0"], ["br0"], ["br0"]]), (PortConfigurationBits.noReceive, [[], ["br0"], []]),
                (PortConfigurationBits.noReceiveSpanningTree, [["br0"], [], ["br0"]]), (bits, [[], [], []]),
            ] as [(UInt32, [Set<String>])] {
                try bridge.modifyPort(
                    p1.number, hardware: p1.openFlowDescription.hardware, configuration: setting, mask: bits)
                await bridge.barrier()
                // A frame, a BPDU, which has no type, and what is sent to the same address but has one.
                let frames: [(MACAddress, UInt16)] = [
                    (.broadcast, EtherType.ipv4), (.spanningTree, EtherType.none), (.spanningTree, EtherType.ipv4),
                ]
                let outputs: [Set<String>] = frames.map { destination, type in
                    var key = bench.key(on: p1, from: SwitchBench.station(1), to: destination)
                    key.setU16(FlowField.ethernetType, type)
                    return bench.ports(bench.datapath.receive(key))
                }
                #expect(outputs == expected, "\(setting)")
            }
        }
    }

    @Test func anAccessPortsPriorityTagsAreOfTheUsualType() async throws {
        try await SwitchBench.with { bench in
            let bridge = try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            try await bench.port("p2", on: "br0") {
                $0.vlan.mode = .access
                $0.vlan.tag = 2
                $0.vlan.priorityTags = .always
            }
            try bridge.apply(
                FlowMod(command: .add, table: 0, match: Match(), priority: 1, actions: [.output(.normal, maxLength: 0)])
            )
            let actions = bench.datapath.receive(
                bench.key(
                    on: p1, from: SwitchBench.station(1), to: SwitchBench.station(2), tags: [(0x88a8, 0x6002)]))
            let pushed = actions.compactMap { action in
                if case .pushVLAN(let tpid, let tci) = action { [tpid, tci & 0xefff] } else { nil }
            }
            #expect(pushed.contains([0x8100, 0x6000]) && !pushed.contains([0x88a8, 0x6000]))
        }
    }

    @Test func onePriorityIsLikeAnotherWhereTheTagStays() async throws {
        try await SwitchBench.with { bench in
            try await bench.bridge("br0")
            let p1 = try await bench.port("p1", on: "br0")
            try await bench.port("p2", on: "br0")
            for priority in UInt16(0)..<8 {
                bench.datapath.receive(
                    bench.key(
                        on: p1, from: SwitchBench.station(1), to: .broadcast, tags: [(0x8100, priority << 13 | 9)]))
            }
            #expect(bench.datapath.misses == 1)
        }
    }
}
