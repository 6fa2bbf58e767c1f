import CDPDK
import MemoryPlan
import Testing

@testable import DPDK

/// The computation that needs no DPDK, beside DPDK's own.
@Suite struct PoolFootprintTests {
    @Test(arguments: [1, 127, 1024, 2048, 2176, 3072, 9216, 10240, 65535 - 512])
    func strideIsDPDKs(_ dataRoom: Int) {
        let footprint = PoolFootprint(dataRoom: dataRoom, count: 1)
        #expect(UInt64(footprint.stride) == cdpdk_pool_bytes(1, UInt16(dataRoom)))
    }

    @Test func headroomIsDPDKs() {
        #expect(BufferClass.headroom == Int(CDPDK_HEADROOM))
    }
}
