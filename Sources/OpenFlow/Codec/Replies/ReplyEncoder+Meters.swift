extension ReplyEncoder {
    /// OFPMP_METER.
    func meterStatistics(_ meters: [MeterStatistics], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.meter, transaction: transaction)
        for meter in meters {
            reply.add { writer in
                writer.u32(meter.meter)
                writer.u16(0)
                writer.zeros(6)
                writer.u32(meter.flowCount)
                writer.u64(meter.input.packets)
                writer.u64(meter.input.bytes)
                writer.duration(meter.duration)
                for band in meter.bands {
                    writer.u64(band.packets)
                    writer.u64(band.bytes)
                }
                writer.patch(writer.count, at: 4)
            }
        }
        return reply.messages()
    }

    /// OFPMP_METER_CONFIG.
    func meterConfigurations(_ meters: [MeterDescription], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(
            version: version, type: MultipartType.meterConfiguration, transaction: transaction)
        for meter in meters {
            reply.add { writer in
                writer.u16(0)
                writer.u16(meter.contents.flags)
                writer.u32(meter.meter)
                bands(meter.contents.bands, into: &writer)
                writer.patch(writer.count, at: 0)
            }
        }
        return reply.messages()
    }

    /// OFPMP_METER_FEATURES.
    func meterFeatures(_ features: MeterFeatures, _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.meterFeatures, transaction: transaction)
        reply.add { writer in
            writer.u32(features.maximumMeters)
            writer.u32(features.bandKinds)
            writer.u32(features.capabilities)
            writer.u8(features.maximumBands)
            writer.zeros(3)
        }
        return reply.messages()
    }

    /// A meter-mod as others are told of it.
    func meterMod(_ change: MeterMod, _ transaction: UInt32) -> OpenFlowMessage {
        message(.meterMod, transaction) { writer in
            writer.u16(change.command.rawValue)
            writer.u16(change.meter.flags)
            writer.u32(change.id)
            bands(change.meter.bands, into: &writer)
        }
    }

    private func bands(_ bands: [MeterContents.Band], into writer: inout ByteWriter) {
        for band in bands {
            let (type, levels): (UInt16, UInt8) =
                switch band.kind {
                case .drop: (1, 0)
                case .dscpRemark(let levels): (2, levels)
                }
            writer.u16(type)
            writer.u16(16)
            writer.u32(band.rate)
            writer.u32(band.burst)
            writer.u8(levels)
            writer.zeros(3)
        }
    }
}
