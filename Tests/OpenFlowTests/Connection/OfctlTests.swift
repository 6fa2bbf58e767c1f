import Control
import Foundation
import Packets
import Testing

@testable import OpenFlow

/// Debian's ovs-ofctl against a bridge that is served here.
@Suite @ControlActor
struct OfctlTests {
    /// Two addresses, an Ethernet type that nobody has, two bytes.
    private static let packet = "0123456789abcdef0123456788b50102"

    private func withoutTimes(_ text: String) -> String {
        text.replacing(#/duration=[0-9.]+s, /#, with: "").replacing(#/xid=0x[0-9a-f]+/#, with: "xid")
    }

    @Test(arguments: [
        ([], GoldenFlows.all, GoldenFlows.shownByNXM),
        (["-O", "OpenFlow13"], GoldenFlows.all, GoldenFlows.shownBy13),
        (["-F", "openflow10"], GoldenFlows.version10, GoldenFlows.shownBy10),
    ] as [([String], [String], [String])])
    func flowsLookAsOnOpenVSwitch(options: [String], flows: [String], shown: [String]) async throws {
        try await withServedSwitch { served in
            let first = options.first ?? "--no-stats"
            let second = options.last ?? "--no-stats"
            let added = try await served.ofctl(
                first, second, "add-flows", "BRIDGE", "-", input: flows.joined(separator: "\n") + "\n")
            #expect(added == .init(status: 0, text: ""))
            #expect(served.bridge.flowTables.ruleCount == flows.count)
            let dump = try await served.ofctl(first, second, "--no-stats", "dump-flows", "BRIDGE")
            #expect(dump.flows == shown.sorted())
            // The dump read back finds every flow: strictly deleted, nothing is left.
            let deleted = try await served.ofctl(
                first, second, "--strict", "del-flows", "BRIDGE", "-",
                input: flows.map { flow in
                    flow.replacing(#/,?actions=.*/#, with: "")
                        .replacing(#/(cookie|idle_timeout|hard_timeout)=[^,]*,|,send_flow_rem/#, with: "")
                }.joined(separator: "\n") + "\n")
            #expect(deleted == .init(status: 0, text: ""))
            #expect(served.bridge.flowTables.ruleCount == 0)
        }
    }

    @Test func statisticsAreShown() async throws {
        try await withServedSwitch { served in
            #expect(try await served.ofctl("add-flow", "BRIDGE", "in_port=1,actions=2").status == 0)
            var rules: [Rule] = []
            served.bridge.flowTables.forEach { rules.append($0) }
            rules.first?.credit(packets: 3, bytes: 180, used: .now)
            let dump = try await served.ofctl("dump-flows", "BRIDGE")
            #expect(
                withoutTimes(dump.text) == """
                    NXST_FLOW reply (xid):
                     cookie=0x0, table=0, n_packets=3, n_bytes=180, idle_age=0, in_port=1 actions=output:2

                    """)
            let dump13 = try await served.ofctl("-O", "OpenFlow13", "dump-flows", "BRIDGE", "in_port=1")
            #expect(dump13.text.contains("n_packets=3, n_bytes=180, reset_counts in_port=1 actions=output:2"))
            for options in [["-F", "nxm"], ["-F", "openflow10"], ["-O", "OpenFlow13"]] {
                let aggregate = try await served.ofctl(options[0], options[1], "dump-aggregate", "BRIDGE")
                #expect(aggregate.text.contains("packet_count=3 byte_count=180 flow_count=1"))
            }
            let none = try await served.ofctl("dump-flows", "BRIDGE", "in_port=1,out_port=7")
            #expect(!none.text.contains("in_port") && none.status == 0)
        }
    }

    @Test func showAndPorts() async throws {
        try await withServedSwitch { served in
            let show = try await served.ofctl("show", "BRIDGE")
            #expect(show.text.contains("dpid:00000123456789ab"))
            #expect(show.text.contains("n_tables:254, n_buffers:0"))
            #expect(show.text.contains("capabilities: FLOW_STATS TABLE_STATS PORT_STATS QUEUE_STATS ARP_MATCH_IP"))
            #expect(show.text.contains(" 1(p1): addr:00:00:00:00:00:01"))
            #expect(show.text.contains("current:    10GB-FD COPPER"))
            #expect(show.text.contains("LOCAL(br0)"))
            #expect(show.text.contains("config:     PORT_DOWN\n     state:      LINK_DOWN"))
            #expect(show.text.contains("frags=normal miss_send_len=0"))
            let show13 = try await served.ofctl("-O", "OpenFlow13", "show", "BRIDGE")
            #expect(show13.text.contains("current:    10GB-FD COPPER"))
            #expect(show13.text.contains("speed: 10000 Mbps now, 0 Mbps max"))
            #expect(show13.text.contains("state:      LIVE"))
            for options in [["-O", "OpenFlow10"], ["-O", "OpenFlow13"]] {
                let described = try await served.ofctl(options[0], options[1], "dump-ports-desc", "BRIDGE")
                #expect(described.text.contains("2(p2)") && described.status == 0)
                let ports = try await served.ofctl(options[0], options[1], "dump-ports", "BRIDGE")
                #expect(ports.text.contains("3 ports") && ports.text.contains("rx pkts=2, bytes=?"))
                let one = try await served.ofctl(options[0], options[1], "dump-ports", "BRIDGE", "2")
                #expect(one.text.contains("1 ports") && one.text.contains("tx pkts=7"))
                let tables = try await served.ofctl(options[0], options[1], "dump-tables", "BRIDGE")
                #expect(tables.text.contains("table 0:\n    active=0, lookup=0, matched=0") && tables.status == 0)
                let described2 = try await served.ofctl(options[0], options[1], "dump-desc", "BRIDGE")
                #expect(described2.text.contains("Manufacturer: Nicira, Inc."))
                let queues = try await served.ofctl(options[0], options[1], "queue-stats", "BRIDGE")
                #expect(queues.text.contains("queue 0: bytes=?, pkts=?, errors=?"))
            }
            #expect(try await served.ofctl("-O", "OpenFlow13", "dump-ports", "BRIDGE").text.contains("duration=1.5"))
        }
    }

    @Test func requestsAboutWhatIsNotThere() async throws {
        try await withServedSwitch { served in
            for command in ["dump-groups", "dump-group-stats", "dump-group-features", "dump-meters", "meter-stats",
                "meter-features", "dump-table-features"]
            {
                let output = try await served.ofctl("-O", "OpenFlow13", command, "BRIDGE")
                #expect(output.status == 0, "\(command): \(output.text)")
                #expect(!output.text.contains("***") && !output.text.contains("ERROR"), "\(command)")
            }
            let group = try await served.ofctl(
                "-O", "OpenFlow13", "add-group", "BRIDGE", "group_id=1,type=all,bucket=actions=output:1")
            #expect(group.status == 0, "\(group.text)")
            let groups = try await served.ofctl("-O", "OpenFlow13", "dump-groups", "BRIDGE")
            #expect(groups.text.contains("group_id=1,type=all,bucket="))
            let missing = try await served.ofctl("-O", "OpenFlow13", "add-flow", "BRIDGE", "actions=group:2")
            #expect(missing.text.contains("OFPBAC_BAD_OUT_GROUP"), "\(missing.text)")
            for (flow, error) in [
                ("ip,actions=ct(commit)", "OFPBAC_BAD_VENDOR_TYPE"), ("actions=ct_clear", "OFPBAC_BAD_VENDOR_TYPE"),
                ("ip,actions=ct(nat)", "OFPBAC_BAD_VENDOR_TYPE"),
            ] {
                let output = try await served.ofctl("add-flow", "BRIDGE", flow)
                #expect(output.text.contains(error), "\(output.text)")
            }
            let encap = try await served.ofctl("-O", "OpenFlow13", "add-flow", "BRIDGE", "actions=encap(ethernet)")
            #expect(encap.text.contains("OFPBAC_BAD_VENDOR_TYPE"))
            #expect(served.bridge.flowTables.ruleCount == 0)
        }
    }

    @Test(arguments: ["OpenFlow10", "OpenFlow13"])
    func flowModifications(version: String) async throws {
        try await withServedSwitch { served in
            func ofctl(_ arguments: String...) async throws -> String {
                let output =
                    arguments.count == 2
                    ? try await served.ofctl("-O", version, arguments[0], "BRIDGE", arguments[1])
                    : try await served.ofctl("-O", version, arguments[0], arguments[1], "BRIDGE", arguments[2])
                return output.text
            }
            func flows() async throws -> [String] {
                try await served.ofctl("-O", version, "--no-stats", "dump-flows", "BRIDGE").flows.map {
                    $0.replacing("reset_counts ", with: "")
                }
            }
            #expect(try await ofctl("add-flow", "cookie=1,priority=5,ip,in_port=1,actions=2") == "")
            #expect(try await ofctl("add-flow", "cookie=2,in_port=2,actions=1") == "")
            #expect(try await ofctl("mod-flows", "in_port=1,actions=normal") == "")
            // Version 1.0 sets the cookie with the actions, to 0 here.
            let modified = (version == "OpenFlow10" ? "" : "cookie=0x1, ") + "priority=5,ip,in_port=1 actions=NORMAL"
            #expect(try await flows() == ["cookie=0x2, in_port=2 actions=output:1", modified].sorted())
            #expect(try await ofctl("--strict", "mod-flows", "priority=6,ip,in_port=1,actions=drop") == "")
            // Version 1.0 adds what it does not find.
            #expect(try await flows().count == (version == "OpenFlow10" ? 3 : 2))
            #expect(try await ofctl("del-flows", "cookie=2/-1") == "")
            #expect(try await flows().contains { $0.contains("in_port=2") } == false)
            #expect(try await ofctl("del-flows", "out_port=normal,ip") == "")
            #expect(try await flows().count == (version == "OpenFlow10" ? 1 : 0))
            let overlap = try await ofctl("add-flow", "check_overlap,priority=6,actions=1")
            #expect(version == "OpenFlow10" ? overlap.contains("OFPFMFC_OVERLAP") : overlap == "")
        }
    }

    @Test func replaceAndDifference() async throws {
        try await withServedSwitch { served in
            let file = served.directory + "/flows"
            try "in_port=1,actions=2\nin_port=2,actions=1\n".write(toFile: file, atomically: true, encoding: .utf8)
            _ = try await served.ofctl("add-flow", "BRIDGE", "in_port=3,actions=1")
            _ = try await served.ofctl("add-flow", "BRIDGE", "in_port=2,actions=drop")
            let difference = try await served.ofctl("diff-flows", "BRIDGE", file)
            #expect(difference.status == 2)
            #expect(
                difference.text.split(separator: "\n").map(String.init).sorted() == [
                    "+in_port=1 actions=output:2", "+in_port=2 actions=output:1", "-in_port=2 actions=drop",
                    "-in_port=3 actions=output:1",
                ])
            for version in ["OpenFlow10", "OpenFlow13"] {
                #expect(try await served.ofctl("-O", version, "replace-flows", "BRIDGE", file).text == "")
                #expect(try await served.ofctl("-O", version, "diff-flows", "BRIDGE", file).status == 0)
            }
        }
    }

    @Test func smallCommands() async throws {
        try await withServedSwitch { served in
            #expect(try await served.ofctl("get-frags", "BRIDGE").text == "normal\n")
            #expect(try await served.ofctl("probe", "BRIDGE").status == 0)
            #expect(try await served.ofctl("ping", "BRIDGE").text.contains("bytes from unix:"))
            for version in ["OpenFlow10", "OpenFlow13"] {
                #expect(try await served.ofctl("-O", version, "mod-port", "BRIDGE", "p1", "down").text == "")
                #expect(served.bridge.openFlowPorts[0].configuration == 1)
                #expect(try await served.ofctl("-O", version, "mod-port", "BRIDGE", "1", "up").text == "")
                #expect(served.bridge.openFlowPorts[0].configuration == 0)
                let sent = try await served.ofctl(
                    "-O", version, "packet-out", "BRIDGE", "in_port=1 packet=\(Self.packet) actions=2,normal")
                #expect(sent.text == "")
            }
            #expect(try await served.ofctl("mod-port", "BRIDGE", "2", "no-flood").text == "")
            #expect(served.bridge.openFlowPorts[1].configuration == 0x10)
            #expect(served.bridge.packets.count == 2)
            #expect(served.bridge.packets.allSatisfy { $0.inPort.rawValue == 1 && $0.actions.count == 2 })
            #expect(served.bridge.packets.first?.frame.count == 16)
        }
    }

    @Test(arguments: ["OpenFlow10", "OpenFlow13"])
    func monitorsHearOfPortsAndFlows(version: String) async throws {
        try await withServedSwitch { served in
            async let monitor = served.ofctl("-O", version, "monitor", "BRIDGE", "128")
            // It has said so once its length for misses is set.
            while !served.service.connections.values.contains(where: { $0.missSendLength == 128 }) {
                try await Task.sleep(for: .milliseconds(10))
            }
            _ = try await served.ofctl("add-flow", "BRIDGE", "send_flow_rem,in_port=1,cookie=7,actions=2")
            _ = try await served.ofctl("mod-port", "BRIDGE", "p2", "down")
            _ = try await served.ofctl("del-flows", "BRIDGE")
            // The monitor ends with its connection.
            await served.service.stop()
            let text = try await monitor.text
            #expect(text.contains("FLOW_REMOVED") && text.contains("reason=delete") && text.contains("cookie:0x7"))
            #expect(text.contains("OFPT_PORT_STATUS") && text.contains("MOD: 2(p2)"))
        }
    }

    @Test func versionsCanBeRestricted() async throws {
        try await withServedSwitch { served in
            served.service.allowedVersions = [.v13]
            let refused = try await served.ofctl("-O", "OpenFlow10", "show", "BRIDGE")
            #expect(refused.status == 1 && refused.text.contains("version negotiation failed"))
            #expect(try await served.ofctl("-O", "OpenFlow13", "show", "BRIDGE").status == 0)
        }
    }
}
