import Testing

@testable import OpenFlow

/// Actions that are for tests alone.
@Suite struct DebugActionTests {
    @Test(arguments: OpenFlowVersion.allCases)
    func areKnownWhereTestsAreRun(version: OpenFlowVersion) throws {
        let actions: [Action] = [.debugSlowPath, .clone([.debugRecirculate]), .debugRecirculate]
        var writer = ByteWriter()
        ActionCodec.encode(actions, version: version, into: &writer)
        let read = try ActionCodec.decode(
            ByteReader(writer.bytes), version: version, context: .packetOut, takesDebugActions: true)
        #expect(read == actions)
        for action in actions {
            var writer = ByteWriter()
            ActionCodec.encode([action], version: version, into: &writer)
            let error = #expect(throws: OpenFlowError.self) {
                try ActionCodec.decode(ByteReader(writer.bytes), version: version, context: .packetOut)
            }
            #expect(error?.code == .badActionExperimenterType)
        }
    }
}
