extension RequestDecoder {
    private static let bandSize = 16

    func meterMod(_ body: inout ByteReader) throws(OpenFlowError) -> MeterMod {
        let number = try body.u16()
        let flags = try body.u16()
        let id = try body.u32()
        guard let command = MeterMod.Command(rawValue: number) else {
            throw OpenFlowError(.badMeterCommand, "command \(number)")
        }
        guard command != .delete else {
            return MeterMod(command: command, id: id, meter: MeterContents(flags: 0, bands: []))
        }
        // kbps and pktps exclude each other.
        guard flags & 0b11 != 0b11, flags & ~0b1111 == 0 else { throw OpenFlowError(.badMeterFlags, "flags \(flags)") }
        var bands: [MeterContents.Band] = []
        while body.remaining > 0 { bands.append(try band(&body)) }
        return MeterMod(command: command, id: id, meter: MeterContents(flags: flags, bands: bands))
    }

    private func band(_ body: inout ByteReader) throws(OpenFlowError) -> MeterContents.Band {
        let type = try body.u16()
        let length = Int(try body.u16())
        // Both kinds of bands have the same size.
        guard length == Self.bandSize else { throw OpenFlowError(.badLength, "band of \(length) bytes") }
        let rate = try body.u32()
        let burst = try body.u32()
        let levels = try body.u8()
        try body.skip(3)
        switch type {
        case 1: return MeterContents.Band(kind: .drop, rate: rate, burst: burst)
        case 2: return MeterContents.Band(kind: .dscpRemark(levels: levels), rate: rate, burst: burst)
        default: throw OpenFlowError(.badBand, "band type \(type)")
        }
    }
}
