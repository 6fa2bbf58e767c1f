import OVSDB
import OpenFlow
import Testing

@testable import Configuration

@Suite struct ControllerDecoderTests {
    private func decode(
        _ columns: [String: Datum], runDirectory: String? = nil
    ) -> (ControllerConfiguration?, [Remark]) {
        var decoder = ControllerDecoder(bridge: "br0", runDirectory: runDirectory)
        let result = decoder.decode(ControllerRow(Row(columns)), queueSize: 77, mayBeInBand: true)
        return (result, decoder.remarks)
    }

    @Test func defaultsAreOVSs() {
        let (controller, remarks) = decode(["target": .string("tcp:1.2.3.4")])
        var expected = ControllerConfiguration(target: "tcp:1.2.3.4", kind: .primary)
        expected.queueSize = 77
        #expect(controller == expected && remarks.isEmpty)
        #expect(
            controller?.maximumBackoffSeconds == 8 && controller?.probeIntervalSeconds == 5 && controller?.dscp == 48)
    }

    @Test func columnsAreRead() {
        let (controller, _) = decode([
            "target": .string("ptcp:"), "type": .string("primary"), "max_backoff": .integer(1500),
            "inactivity_probe": .integer(100), "enable_async_messages": .boolean(false),
            "controller_queue_size": .integer(9), "controller_rate_limit": .integer(100),
            "controller_burst_limit": .integer(30), "other_config": .map(["dscp": "0"]),
        ])
        #expect(controller?.kind == .primary && controller?.maximumBackoffSeconds == 1)
        #expect(controller?.probeIntervalSeconds == 1 && controller?.enablesAsync == false)
        #expect(controller?.queueSize == 9 && controller?.rateLimit == 100 && controller?.burstLimit == 30)
        #expect(controller?.dscp == 0)
        #expect(decode(["target": .string("tcp:a"), "inactivity_probe": .integer(0)]).0?.probeIntervalSeconds == 0)
        #expect(decode(["target": .string("tcp:a"), "other_config": .map(["dscp": "64"])]).0?.dscp == 48)
    }

    @Test func unixSocketsStayInTheRunDirectory() {
        for target in ["unix:/run/ovs/x", "unix:x", "punix:/run/ovs/br0.c"] {
            #expect(decode(["target": .string(target)], runDirectory: "/run/ovs").0 != nil, "\(target)")
        }
        for target in [
            "unix:/tmp/x", "unix:/run/ovs/../x", "punix:/run/ovs/other", "punix:/run/ovs/br0.a/b", "punix:x",
        ] {
            let (controller, remarks) = decode(["target": .string(target)], runDirectory: "/run/ovs")
            #expect(controller == nil && remarks.map(\.level) == [.error], "\(target)")
            #expect(decode(["target": .string(target)]).0 != nil)
        }
    }

    @Test func controllersAreInBandUnlessSaidOtherwise() {
        func isInBand(_ mode: String?, mayBe: Bool = true) -> Bool? {
            var columns: [String: Datum] = ["target": .string("tcp:1.2.3.4")]
            columns["connection_mode"] = mode.map { .string($0) }
            var decoder = ControllerDecoder(bridge: "br0", runDirectory: nil)
            let result = decoder.decode(ControllerRow(Row(columns)), queueSize: 77, mayBeInBand: mayBe)
            return decoder.remarks.isEmpty ? result?.isInBand : nil
        }
        #expect(isInBand(nil) == true && isInBand("in-band") == true && isInBand("out-of-band") == false)
        #expect(isInBand(nil, mayBe: false) == false && isInBand("in-band", mayBe: false) == false)
    }
}
