import OVSDB
import Switch
import Testing

@testable import Configuration

@Suite struct PortDecoderTests {
    private func vlan(_ columns: [String: Datum]) -> (VLANConfiguration, [Remark]) {
        PortDecoder.vlan(PortRow(Row(columns)), name: "p")
    }

    @Test func modesAreThoseOfTheManual() {
        #expect(vlan([:]).0 == VLANConfiguration())
        let access = vlan(["tag": .integer(9)]).0
        #expect(access.mode == .access && access.tag == 9)
        let explicit = vlan(["tag": .integer(9), "vlan_mode": .string("trunk"), "trunks": .integers([1, 2])]).0
        #expect(explicit.mode == .trunk && explicit.tag == 0 && explicit.trunks == [1, 2])
        let untagged = vlan(["tag": .integer(9), "vlan_mode": .string("native-untagged"), "trunks": .integers([1])]).0
        #expect(untagged.mode == .nativeUntagged && untagged.tag == 9 && untagged.trunks == [1, 9])
        let all = vlan(["tag": .integer(9), "vlan_mode": .string("native-tagged")]).0
        #expect(all.mode == .nativeTagged && all.trunks.isEmpty)
        #expect(vlan(["vlan_mode": .string("access")]).0.tag == 0)
    }

    @Test func trunksOfAnAccessPortAreIgnoredAloud() {
        let (access, remarks) = vlan(["tag": .integer(9), "trunks": .integers([1])])
        #expect(access.trunks.isEmpty)
        #expect(remarks.count == 1)
    }

    @Test(arguments: [
        ("never", VLANConfiguration.PriorityTags.never, 0), ("true", .ifNonzero, 0), ("if-nonzero", .ifNonzero, 0),
        ("always", .always, 0), ("sometimes", .never, 1),
    ])
    func priorityTags(text: String, expected: VLANConfiguration.PriorityTags, complaints: Int) {
        let (vlan, remarks) = vlan(["other_config": .map(["priority-tags": text])])
        #expect(vlan.priorityTags == expected)
        #expect(remarks.count == complaints)
    }

    @Test func serviceTunnels() {
        let (plain, silence) = vlan(["vlan_mode": .string("dot1q-tunnel"), "tag": .integer(9)])
        #expect(silence.isEmpty)
        #expect(plain.mode == .tunnel)
        #expect(plain.tag == 9)
        #expect(plain.customerVLANs.isEmpty)
        #expect(plain.serviceTPID == 0x88a8)
        let (other, _) = vlan(["vlan_mode": .string("dot1q-tunnel"), "other_config": .map(["qinq-ethtype": "802.1q"])])
        #expect(other.serviceTPID == 0x8100)
        let (strange, complaints) = vlan(["other_config": .map(["qinq-ethtype": "vlan"])])
        #expect(strange.serviceTPID == 0x88a8)
        #expect(complaints.count == 1)
    }

    @Test func bondsAreRefused() {
        let two = PortRow(Row(["interfaces": .uuids([.random(), .random()])]))
        #expect(PortDecoder.fault(two, name: "bond0")?.contains("bond of 2 interfaces") == true)
        #expect(PortDecoder.fault(PortRow(Row(["interfaces": .uuids([.random()])])), name: "p") == nil)
    }

    @Test func whatIsNotSupportedIsSaid() {
        #expect(vlan(["qos": .uuid(.random())]).1.count == 1)
        #expect(vlan(["lacp": .string("active")]).1.count == 1)
        #expect(vlan(["lacp": .string("off"), "protected": .boolean(false)]).1.isEmpty)
    }
}
