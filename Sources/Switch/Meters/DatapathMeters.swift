import Control
import Datapath
import OpenFlow

/// The datapath's meters for all bridges: gives each a number of its own (OVS: `struct dpif_backer`'s meter_ids).
@ControlActor
final class DatapathMeters: MeterDevice {
    private let datapath: any DatapathControl
    /// Numbers that were in use and are free again; those from ``next`` on never were.
    private var free: [UInt32] = []
    private var next: UInt32 = 0

    init(datapath: any DatapathControl) { self.datapath = datapath }

    func makeMeter(_ contents: MeterContents) throws(OpenFlowError) -> UInt32 {
        let number: UInt32
        if let last = free.popLast() {
            number = last
        } else {
            guard next < type(of: datapath).meterLimit else {
                throw OpenFlowError(.outOfMeters, "the datapath has no more than \(next) meters")
            }
            number = next
            next += 1
        }
        do {
            try changeMeter(number, to: contents)
        } catch {
            free.append(number)
            throw error
        }
        return number
    }

    func changeMeter(_ number: UInt32, to contents: MeterContents) throws(OpenFlowError) {
        do {
            try datapath.setMeter(number, DatapathMeter(contents))
        } catch {
            throw OpenFlowError(.meterModUnknown, "\(error)")
        }
    }

    func removeMeter(_ number: UInt32) {
        // A number that the datapath could not let go of is not given out again.
        do { try datapath.setMeter(number, nil) } catch { return }
        free.append(number)
    }

    func counters(ofMeter number: UInt32) -> MeterCounters? {
        guard let seen = datapath.statistics(ofMeter: number) else { return nil }
        var result = MeterCounters(bands: seen.bands.map { .init(packets: $0.packets, bytes: $0.bytes) })
        result.packets = seen.packets
        result.bytes = seen.bytes
        return result
    }
}

extension DatapathMeter {
    /// OFPMF_PKTPS, OFPMF_BURST.
    private static let countsPacketsFlag: UInt16 = 2
    private static let burstFlag: UInt16 = 4

    fileprivate init(_ contents: MeterContents) {
        let hasBurst = contents.flags & Self.burstFlag != 0
        self.init(
            countsPackets: contents.flags & Self.countsPacketsFlag != 0,
            bands: contents.bands.map { band in
                let levels: UInt8? =
                    switch band.kind {
                    case .drop: nil
                    case .dscpRemark(let levels): levels
                    }
                return Band(rate: band.rate, burst: hasBurst ? band.burst : 0, remarkLevels: levels)
            })
    }
}
