import Packets
import Testing

@testable import OpenFlow

@Suite
struct PortAndQueueMessageTests {
    private var port: OpenFlowPortDescription {
        var port = OpenFlowPortDescription(
            number: OpenFlowPort(rawValue: 1), hardware: MACAddress(number: 1), name: "p1")
        port.currentFeatures = 0x40 | 0x80
        port.currentSpeedKilobits = 10_000_000
        port.configuration = 1
        return port
    }

    private func text(_ version: OpenFlowVersion) -> String {
        """
        1(p1): addr:00:00:00:00:00:01
             config:     PORT_DOWN
             state:      \(version == .v10 ? "0" : "LIVE")
             current:    10GB-FD COPPER
             speed: 10000 Mbps now, 0 Mbps max
        """
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func portsAreRead(version: OpenFlowVersion) throws {
        let encoder = ReplyEncoder(version: version)
        let suffix = PrintedMessage.suffix(version)
        #expect(
            try PrintedMessage.text(encoder.portDescriptions([port], 2))
                == "OFPST_PORT_DESC reply\(suffix):\n \(text(version))")
        #expect(
            try PrintedMessage.text(encoder.portStatus(port, .modified))
                == "OFPT_PORT_STATUS\(suffix): MOD: \(text(version))")
        let features = try PrintedMessage.text(encoder.features(datapathID: 0xabcdef, ports: [port], 1))
        #expect(features.hasPrefix("OFPT_FEATURES_REPLY\(suffix): dpid:0000000000abcdef\nn_tables:254, n_buffers:0\n"))
        let capabilities =
            switch version {
            case .v10: "FLOW_STATS TABLE_STATS PORT_STATS QUEUE_STATS ARP_MATCH_IP"
            case .v11: "FLOW_STATS TABLE_STATS PORT_STATS GROUP_STATS QUEUE_STATS ARP_MATCH_IP"
            case .v12, .v13: "FLOW_STATS TABLE_STATS PORT_STATS GROUP_STATS QUEUE_STATS"
            case .v14, .v15: "FLOW_STATS TABLE_STATS PORT_STATS GROUP_STATS QUEUE_STATS BUNDLES"
            }
        #expect(features.contains("capabilities: \(capabilities)\n") || features.hasSuffix(": \(capabilities)"))
        #expect(features.hasSuffix(text(version)) == (version < .v13))
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func portStatisticsAreRead(version: OpenFlowVersion) throws {
        var statistics = OpenFlowPortStatistics()
        statistics.receivedPackets = 5
        statistics.transmittedBytes = 6
        statistics.receivedCRCErrors = 3
        statistics.collisions = 2
        statistics.duration = .milliseconds(1500)
        statistics.custom = ["rx_b": 7, "rx_a": 8]
        var duration = version < .v13 ? "" : "\n           duration=1.500s"
        if version >= .v14 {
            duration += "\n           CUSTOM Statistics\n                      rx_a=8, rx_b=7,"
        }
        let messages = ReplyEncoder(version: version).portStatistics([(port.number, statistics)], 2)
        #expect(
            try PrintedMessage.text(messages) == """
                OFPST_PORT reply\(PrintedMessage.suffix(version)): 1 ports
                  port  1: rx pkts=5, bytes=?, drop=?, errs=?, frame=?, over=?, crc=3
                           tx pkts=?, bytes=6, drop=?, errs=?, coll=2\(duration)
                """)
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func queuesAreRead(version: OpenFlowVersion) throws {
        let encoder = ReplyEncoder(version: version)
        var statistics = QueueStatistics(port: port.number, queue: 3)
        statistics.bytes = 4
        statistics.packets = 2
        statistics.errors = 1
        statistics.duration = .seconds(9)
        let suffix = PrintedMessage.suffix(version)
        #expect(
            try PrintedMessage.text(
                encoder.queueStatistics([statistics, QueueStatistics(port: .local, queue: 1)], 2)) == """
                OFPST_QUEUE reply\(suffix): 2 queues
                  port 1 queue 3: bytes=4, pkts=2, errors=1, duration=\(version < .v13 ? "?" : "9s")
                  port LOCAL queue 1: bytes=?, pkts=?, errors=?, duration=?
                """)
        var description = QueueDescription(port: port.number, queue: 3)
        description.minimumRate = 100
        description.maximumRate = 1000
        let name = version < .v14 ? "OFPT_QUEUE_GET_CONFIG_REPLY" : "OFPST_QUEUE_DESC reply"
        #expect(
            try PrintedMessage.text(
                encoder.queueDescriptions(
                    [QueueDescription(port: port.number, queue: 0), description], port: port.number, 2)) == """
                \(name)\(suffix): port=1
                queue 0:
                queue 3: min_rate:10.0% max_rate:100.0%
                """)
    }
}
