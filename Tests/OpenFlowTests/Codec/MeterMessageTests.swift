import Testing

@testable import OpenFlow

@Suite
struct MeterMessageTests {
    private static let versions: [OpenFlowVersion] = [.v13, .v14, .v15]
    private let meter = MeterContents(
        flags: 0b0101,
        bands: [
            .init(kind: .drop, rate: 1000, burst: 20), .init(kind: .dscpRemark(levels: 2), rate: 500, burst: 10),
        ])

    @Test(arguments: versions)
    func repliesAreRead(version: OpenFlowVersion) throws {
        let encoder = ReplyEncoder(version: version)
        var statistics = MeterStatistics(meter: 4)
        statistics.flowCount = 2
        statistics.input = .init(packets: 8, bytes: 80)
        statistics.bands = [.init(packets: 1, bytes: 2), .init(packets: 3, bytes: 4)]
        statistics.duration = .seconds(3)
        let suffix = PrintedMessage.suffix(version)
        #expect(
            try PrintedMessage.text(encoder.meterStatistics([statistics], 2)) == """
                OFPST_METER reply\(suffix):
                meter:4 flow_count:2 packet_in_count:8 byte_in_count:80 duration:3s bands:
                0: packet_count:1 byte_count:2
                1: packet_count:3 byte_count:4
                """)
        let text = """
            meter=4 kbps burst bands=
            type=drop rate=1000 burst_size=20
            type=dscp_remark rate=500 burst_size=10 prec_level=2
            """
        #expect(
            try PrintedMessage.text(encoder.meterConfigurations([MeterDescription(meter: 4, contents: meter)], 2))
                == "OFPST_METER_CONFIG reply\(suffix):\n\(text)")
        #expect(
            try PrintedMessage.text(encoder.meterFeatures(MeterFeatures(maximumMeters: 100, maximumBands: 8), 2)) == """
                OFPST_METER_FEATURES reply\(suffix):
                max_meter:100 max_bands:8 max_color:0
                band_types: drop dscp_remark
                capabilities: kbps pktps burst stats
                """)
        let change = MeterMod(command: .add, id: 4, meter: meter)
        let forwarded = encoder.requestForward(.meterMod(change), 6)
        #expect(try PrintedMessage.text(forwarded).hasSuffix("meter_mod ADD \(text)"))
    }

    @Test(arguments: versions)
    func modificationsReadBackTheSame(version: OpenFlowVersion) throws {
        for command in [MeterMod.Command.add, .modify] {
            let change = MeterMod(command: command, id: 4, meter: meter)
            let message = ReplyEncoder(version: version).meterMod(change, 6)
            #expect(try RequestDecoder(version: version).decode(message) == .meterMod(change))
        }
        // What a deletion says of the meter does not count.
        let message = ReplyEncoder(version: version).meterMod(MeterMod(command: .delete, id: 4, meter: meter), 6)
        let none = MeterContents(flags: 0, bands: [])
        let deletion = MeterMod(command: .delete, id: 4, meter: none)
        #expect(try RequestDecoder(version: version).decode(message) == .meterMod(deletion))
    }

    @Test func eachFaultHasItsError() {
        func code(_ bytes: [UInt8]) -> OpenFlowError.Code? {
            do throws(OpenFlowError) {
                let message = OpenFlowMessage(version: .v13, type: 29, transaction: 1, body: bytes)
                _ = try RequestDecoder(version: .v13).decode(message)
                return nil
            } catch {
                return error.code
            }
        }
        let drop: [UInt8] = [0, 1, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(code([0, 0, 0, 1, 0, 0, 0, 1] + drop) == nil)
        #expect(code([0, 9, 0, 1, 0, 0, 0, 1] + drop) == .badMeterCommand)
        #expect(code([0, 0, 0, 3, 0, 0, 0, 1] + drop) == .badMeterFlags)
        #expect(code([0, 0, 0, 1, 0, 0, 0, 1, 0, 3] + drop.dropFirst(2)) == .badBand)
        #expect(code([0, 0, 0, 1, 0, 0, 0, 1] + drop.dropLast()) == .badLength)
        #expect(code([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 17] + drop.dropFirst(4)) == .badLength)
    }
}
