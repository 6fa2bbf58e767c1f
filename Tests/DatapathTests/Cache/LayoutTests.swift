import CDPDK
import Control
import Testing

@testable import Datapath

/// The places that hot structures are drawn with.
@Suite struct LayoutTests {
    @Test func theEntrysHeaderIsOneLine() {
        #expect(MemoryLayout<FlowEntry>.stride == FlowEntry.headerByteCount)
        #expect(MemoryLayout<FlowEntry>.offset(of: \.program) == 8)
        #expect(MemoryLayout<FlowEntry>.offset(of: \.packets) == 16)
        #expect(MemoryLayout<FlowEntry>.offset(of: \.subtable) == 40)
        #expect(MemoryLayout<FlowEntry>.offset(of: \.cookie) == 56)
    }

    @Test func aStepIsSixteenBytes() {
        #expect(MemoryLayout<ActionOp>.stride == 16)
        #expect(MemoryLayout<ActionProgramHeader>.stride == 16)
    }

    @ControlActor @Test func metersAreWhereAtomicsLookForThem() {
        #expect(MemoryLayout<MeterBand>.stride == 64)
        #expect(MemoryLayout<MeterBand>.offset(of: \.fullAt) == 0)
        #expect(MemoryLayout<MeterBand>.offset(of: \.packets) == MeterBand.packetsOffset)
        #expect(MemoryLayout<MeterBand>.offset(of: \.bytes) == MeterBand.packetsOffset + 8)
        #expect(MemoryLayout<MeterBlock>.offset(of: \.packets) == 0)
        #expect(MemoryLayout<MeterBlock>.offset(of: \.bytes) == 8)
        #expect(MeterBlock.tableSize == Datapath.meterLimit)
    }

    @Test func aPieceIsThreeWords() { #expect(MemoryLayout<HeaderPiece>.stride == 24) }

    @Test func dropsHaveTheirPlaces() { #expect(DropReason.allCases.count <= PortCounters().drops.count) }

    @Test func theMbufIsTwoLines() { #expect(MemoryLayout<cdpdk_mbuf>.size == 128) }
}
