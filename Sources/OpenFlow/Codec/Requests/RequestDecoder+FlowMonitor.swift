extension RequestDecoder {
    /// The monitors of one request, in each version's form.
    func flowMonitors(_ body: inout ByteReader) throws(OpenFlowError) -> [FlowMonitorRequest] {
        var monitors: [FlowMonitorRequest] = []
        while body.remaining > 0 {
            switch version {
            case .v10, .v11, .v12: monitors.append(try monitorNicira(&body))
            case .v13: monitors.append(try monitorONF(&body))
            case .v14, .v15: monitors.append(try monitor14(&body))
            }
        }
        return monitors
    }

    private func monitorNicira(_ body: inout ByteReader) throws(OpenFlowError) -> FlowMonitorRequest {
        var monitor = FlowMonitorRequest(id: try body.u32(), command: .add)
        monitor.flags = try flags(try body.u16(), known: 0b11_1111)
        monitor.selection.outPort = restriction(OpenFlowPort(rawValue: try body.u16()))
        let matchLength = Int(try body.u16())
        monitor.selection.table = try table(&body)
        guard try body.number(5) == 0 else { throw OpenFlowError(.mustBeZeroRequest, "flow monitor") }
        monitor.selection.match = try body.matchNXM(matchLength, allowsCookie: false).match
        return monitor
    }

    private func monitorONF(_ body: inout ByteReader) throws(OpenFlowError) -> FlowMonitorRequest {
        var monitor = FlowMonitorRequest(id: try body.u32(), command: .add)
        monitor.flags = try flags(try body.u16(), known: 0b11_1111)
        // The match's length, which the match tells too.
        try body.skip(2)
        monitor.selection.outPort = restriction(try OpenFlowPort(wide: try body.u32()))
        monitor.selection.table = try table(&body)
        guard try body.number(3) == 0 else { throw OpenFlowError(.mustBeZeroRequest, "flow monitor") }
        monitor.selection.match = try body.match(version)
        return monitor
    }

    private func monitor14(_ body: inout ByteReader) throws(OpenFlowError) -> FlowMonitorRequest {
        let id = try body.u32()
        let port = try body.u32()
        let group = try body.u32()
        let bits = try body.u16()
        let table = try table(&body)
        let number = try body.u8()
        guard let command = FlowMonitorRequest.Command(rawValue: number) else {
            throw OpenFlowError(.badMonitorCommand, "command \(number)")
        }
        var monitor = FlowMonitorRequest(id: id, command: command)
        monitor.selection.match = try body.match(version)
        guard command != .delete else { return monitor }
        monitor.flags = try flags(bits, known: 0b111_1111)
        monitor.selection.table = table
        monitor.selection.outPort = restriction(try OpenFlowPort(wide: port))
        monitor.selection.outGroup = group == .max ? nil : group
        return monitor
    }

    /// At least one kind of change must be asked for.
    private func flags(_ bits: UInt16, known: UInt16) throws(OpenFlowError) -> FlowMonitorRequest.Flags {
        guard bits & 0b1110 != 0, bits & ~known == 0 else { throw OpenFlowError(.badMonitorFlags, "flags \(bits)") }
        // Bit 6 of version 1.4, "only own": OVS takes it, as its tools do, for "own changes in full".
        return FlowMonitorRequest.Flags(rawValue: bits & 0b11_1111 | (bits & 1 << 6 != 0 ? 1 << 5 : 0))
    }
}
