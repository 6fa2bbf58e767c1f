import Testing

@testable import OpenFlow

@Suite
struct ConnectionMessageTests {
    @Test(arguments: OpenFlowVersion.allCases)
    func rolesAreRead(version: OpenFlowVersion) throws {
        let encoder = ReplyEncoder(version: version)
        let suffix = PrintedMessage.suffix(version)
        let request = RoleRequest(role: .primary, generation: 5, isNicira: version < .v12)
        let text = try PrintedMessage.text(encoder.role(request, role: .primary, generation: 5, 2))
        #expect(
            text == (version < .v12
                ? "NXT_ROLE_REPLY\(suffix): role=primary"
                : "OFPT_ROLE_REPLY\(suffix): role=primary generation_id=5"))
        let status = encoder.roleStatus(RoleStatus(role: .secondary, reason: .primaryRequest, generation: 7))
        let name = version == .v13 ? "ONFT" : "OFPT"
        #expect(
            try PrintedMessage.text(status) == (version < .v13
                ? "" : "\(name)_ROLE_STATUS\(suffix): role=secondary generation_id=7 reason=primary_request"))
    }

    @Test(arguments: [OpenFlowVersion.v13, .v14, .v15])
    func asyncConfigurationsAreRead(version: OpenFlowVersion) throws {
        let text = try PrintedMessage.text(ReplyEncoder(version: version).async(.standard(version), 2))
        let later = version > .v13
        #expect(
            text == """
                OFPT_GET_ASYNC_REPLY\(PrintedMessage.suffix(version)):
                 primary:
                       PACKET_IN: no_match action\(later ? " action_set group packet_out" : "")
                     PORT_STATUS: add delete modify
                    FLOW_REMOVED: idle hard delete group_delete\(later ? " meter_delete eviction" : "")
                     ROLE_STATUS: (off)
                    TABLE_STATUS: (off)
                  REQUESTFORWARD: (off)

                 secondary:
                       PACKET_IN: (off)
                     PORT_STATUS: add delete modify
                    FLOW_REMOVED: (off)
                     ROLE_STATUS: (off)
                    TABLE_STATUS: (off)
                  REQUESTFORWARD: (off)
                """)
    }

    private func asyncChange(_ version: OpenFlowVersion, _ body: [UInt8]) throws(OpenFlowError) -> AsyncChange? {
        let message = OpenFlowMessage(version: version, type: 28, transaction: 1, body: body)
        guard case .setAsync(let change) = try RequestDecoder(version: version).decode(message) else { return nil }
        return change
    }

    @Test func masksReplaceAndPropertiesChange() throws {
        var before = AsyncConfiguration.standard(.v14)
        before.roleStatus.primary = 7
        // Port status for secondary connections, table status for others.
        let change = try #require(try asyncChange(.v14, [0, 2, 0, 8, 0, 0, 0, 4, 0, 9, 0, 8, 0, 0, 0, 8]))
        let after = change.applied(to: before)
        #expect(after.portStatus.secondary == 4 && after.tableStatus.primary == 8)
        #expect(after.roleStatus == before.roleStatus && after.portStatus.primary == before.portStatus.primary)
        let masks = try #require(
            try asyncChange(.v13, [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4] + [UInt8](repeating: 0, count: 12)))
        let replaced = masks.applied(to: before)
        // "Action" stands for all of 1.4's kinds of it, and "no match" for the table-miss flow.
        #expect(replaced.packetIn == AsyncConfiguration.Masks(primary: 0b11_1010, secondary: 0b100_0001))
        #expect(replaced.portStatus == AsyncConfiguration.Masks(primary: 4) && replaced.roleStatus.primary == 0)
    }

    @Test func unknownPropertiesAndBitsAreRefused() {
        func code(_ body: [UInt8]) -> OpenFlowError.Code? {
            do throws(OpenFlowError) {
                _ = try asyncChange(.v14, body)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code([0, 12, 0, 8, 0, 0, 0, 0]) == .asyncUnsupported)
        #expect(code([0, 3, 0, 8, 0, 0, 0, 8]) == .asyncInvalid)
        #expect(code([0, 3, 0, 7, 0, 0, 0, 0]) == .badPropertyLength)
        #expect(code([0, 3, 0, 9, 0, 0, 0, 0]) == .badPropertyLength)
    }

    @Test(arguments: [OpenFlowVersion.v13, .v14, .v15])
    func bundleRepliesAreRead(version: OpenFlowVersion) throws {
        let reply = ReplyEncoder(version: version).bundleReply(BundleControl(bundle: 9, kind: .commit, flags: 3), 2)
        #expect(
            try PrintedMessage.text(reply)
                == "\(version == .v13 ? "ONFT" : "OFPT")_BUNDLE_CONTROL\(PrintedMessage.suffix(version)):\n"
                + " bundle_id=0x9 type=COMMIT_REPLY flags=atomic ordered")
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func tunnelOptionsAreRead(version: OpenFlowVersion) throws {
        let table = TLVTable(mappings: [.init(optionClass: 0xffff, optionType: 1, length: 4, index: 2)])
        let text = try PrintedMessage.text(ReplyEncoder(version: version).tlvTable(table, 2))
        #expect(text.contains(" max option space=256 max fields=64\n allocated option space=4\n"))
        #expect(text.hasSuffix(" 0xffff   0x1       4  tun_metadata2"))
    }
}
