import Packets
import Testing

@testable import Datapath

/// Who asks for thousands of masks gets thousands of flows instead.
@Suite struct MaskPressureTests {
    /// What the look-up of a rule with these values asks to be looked at, for a packet that differs first at the given
    /// bits.
    private func mask(source: Int, ports: Int, others: Int) -> FlowMask {
        var mask = FlowMask()
        mask.setU32(FlowField.ipv4Source, UInt32.max << UInt32(31 - source))
        mask.setU16(FlowField.transportSource, UInt16.max << UInt16(15 - ports))
        mask.setU16(FlowField.transportDestination, UInt16.max << UInt16(15 - others))
        return mask
    }

    @Test func masksAreBoundedWhereFlowsAreNot() {
        let rig = ProcessorRig()
        var flows = 0
        for source in 0..<32 {
            for ports in 0..<16 {
                for others in 0..<16 {
                    let wanted = mask(source: source, ports: ports, others: others)
                    let narrowed = rig.mirror.narrowed(wanted)
                    #expect((narrowed ?? wanted).isSuperset(of: wanted))
                    var key = FlowKey()
                    key.setU32(FlowField.ipv4Source, 1 << UInt32(31 - source))
                    key.setU16(FlowField.transportSource, 1 << UInt16(15 - ports))
                    key.setU16(FlowField.transportDestination, 1 << UInt16(15 - others))
                    if rig.add(key, narrowed ?? wanted, [.output(PortID(rawValue: 1))]) != nil { flows += 1 }
                    #expect(rig.mirror.lookup(key) != nil)
                }
            }
        }
        #expect(flows > 1000)
        // Whole bytes of one address and two ports can be had in 4 * 2 * 2 ways.
        #expect(rig.mirror.maskCount <= MaskPressure.bytes + 16)
    }

    @Test func manyFieldsEndInOneMask() {
        var pressure = MaskPressure()
        for index in 1..<MaskList.limit {
            var mask = FlowMask()
            mask[index] = 0x10
            pressure.note(mask)
        }
        var one = FlowMask()
        one[4] = 1
        var other = FlowMask()
        other[7] = 0x8000
        let first = pressure.narrowed(one, among: MaskPressure.everything)
        pressure.note(first)
        let second = pressure.narrowed(other, among: MaskPressure.everything)
        pressure.note(second)
        #expect(first.isSuperset(of: one) && second.isSuperset(of: other))
        #expect(pressure.narrowed(one, among: MaskPressure.everything) == second)
    }

    @Test func fewMasksStayAsTheyAre() {
        var pressure = MaskPressure()
        let wide = mask(source: 3, ports: 4, others: 5)
        pressure.note(wide)
        #expect(pressure.narrowed(wide, among: MaskPressure.bytes - 1) == wide)
        #expect(pressure.narrowed(wide, among: MaskPressure.bytes) != wide)
    }
}
