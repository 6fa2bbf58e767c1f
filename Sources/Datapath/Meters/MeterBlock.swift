import CDPDK
import Glibc

/// A meter as packet threads see it: a header, its bands behind it, in memory of control's that all threads share.
///
/// Only numbers within it change, and those by single instructions that no other thread can interrupt.
struct MeterBlock {
    typealias Reference = UnsafeMutablePointer<MeterBlock>

    /// What came to the meter.
    var packets: UInt64 = 0
    var bytes: UInt64 = 0
    let bandCount: Int
    let countsPackets: Bool

    /// Bands begin on a cache line.
    static var headerByteCount: Int { 64 }

    /// Makes a meter with buckets that are full at `now`, a time stamp. `hertz`: stamps in a second. Control only.
    static func make(_ meter: DatapathMeter, now: UInt64, hertz: UInt64) -> Reference {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: headerByteCount + meter.bands.count * MemoryLayout<MeterBand>.stride, alignment: 64)
        let reference = block.bindMemory(to: MeterBlock.self, capacity: 1)
        reference.initialize(to: MeterBlock(bandCount: meter.bands.count, countsPackets: meter.countsPackets))
        for (index, band) in meter.bands.enumerated() {
            (block + headerByteCount + index * MemoryLayout<MeterBand>.stride)
                .initializeMemory(
                    as: MeterBand.self,
                    to: MeterBand(band, countsPackets: meter.countsPackets, hertz: hertz, now: now))
        }
        return reference
    }

    /// Frees a meter that no thread knows any more. Control only.
    static func free(_ meter: Reference) { UnsafeMutableRawPointer(meter).deallocate() }

    @inline(__always)
    static func bands(of meter: Reference) -> MeterBand.Reference {
        (UnsafeMutableRawPointer(meter) + headerByteCount).assumingMemoryBound(to: MeterBand.self)
    }

    @inline(__always)
    static func count(_ meter: Reference, packets: Int, bytes: UInt64) {
        let numbers = UnsafeMutableRawPointer(meter).assumingMemoryBound(to: UInt64.self)
        cdpdk_atomic_add(numbers, UInt64(truncatingIfNeeded: packets))
        cdpdk_atomic_add(numbers + 1, bytes)
    }

    /// What it has counted, for control while threads count on.
    @inline(never)
    static func statistics(of meter: Reference) -> DatapathMeterStatistics {
        var result = DatapathMeterStatistics(bands: [])
        result.packets = meter.pointee.packets
        result.bytes = meter.pointee.bytes
        let bands = bands(of: meter)
        for index in 0..<meter.pointee.bandCount {
            result.bands.append(.init(packets: bands[index].packets, bytes: bands[index].bytes))
        }
        return result
    }

    /// A thread's table of meters by number, of whose pages only those in use are made.
    static func makeTable() -> UnsafeMutablePointer<Reference?> {
        guard let table = calloc(Int(tableSize), MemoryLayout<Reference?>.stride) else {
            fatalError("no memory for a table of \(tableSize) meters")
        }
        return table.bindMemory(to: Reference?.self, capacity: Int(tableSize))
    }

    static func freeTable(_ table: UnsafeMutablePointer<Reference?>) { Glibc.free(table) }

    /// Numbers are below.
    static var tableSize: UInt32 { 65536 }
}
