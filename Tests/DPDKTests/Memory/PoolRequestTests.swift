import MemoryPlan
import Testing

@testable import DPDK

@Suite struct PoolRequestTests {
    @Test func namesAreOVSs() {
        let request = PoolRequest(
            bufferClass: BufferClass(mtu: 9000), node: 1, owner: "dpdk0", mtu: 9000, first: 262144)
        #expect(request.name(count: 131072) == "ovs_mp_9198_1_131072")
        let hashed = request.hashedName(count: 131072)
        #expect(hashed.utf8.count == 25 && hashed.hasPrefix("ovs") && hashed.hasSuffix("01091980131072"))
        var other = request
        #expect(PoolRequest(
            bufferClass: BufferClass(mtu: 9000), node: 1, owner: "dpdk1", mtu: 9000, first: 262144
        ).hashedName(count: 131072) != hashed)
        other.prefix = "kernel_mp"
        #expect(other.name(count: 4096) == "kernel_mp_9198_1_4096")
    }
}
