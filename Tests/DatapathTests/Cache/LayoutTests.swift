import CDPDK
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

    @Test func theMbufIsTwoLines() { #expect(MemoryLayout<cdpdk_mbuf>.size == 128) }
}
