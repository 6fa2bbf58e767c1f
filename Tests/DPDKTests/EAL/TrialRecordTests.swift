import Foundation
import Machine
import TestSupport
import Testing

@testable import DPDK

/// What is remembered of starts that came up, and when it counts.
@Suite struct TrialRecordTests {
    private let directory: TemporaryDirectory
    private let record: TrialRecord
    private let words = EALConfiguration(
        otherConfig: ["dpdk-init": "true", "dpdk-socket-mem": "512,512"], lowestCore: 0
    ).arguments

    init() throws {
        directory = try TemporaryDirectory()
        record = TrialRecord(file: "\(directory.path)/ovs-vswitchd.eal")
    }

    private func surroundings(
        boot: String = "b", free: [Int] = [300, 300], mounts: [Int: String] = [:]
    ) -> EALSurroundings {
        let pools = free.enumerated().map { node, free in
            HugepageReport.Pool(node: node, pageKiB: 2048, total: 600, free: free)
        }
        return EALSurroundings(facts: [boot], hugepages: HugepageReport(pools: pools, mounts: mounts))
    }

    @Test func whatCameUpIsVouchedForWhereThereIsAsMuch() {
        #expect(!record.vouches(for: words, in: surroundings()))
        record.keep(words, surroundings())
        #expect(record.vouches(for: words, in: surroundings()))
        #expect(record.vouches(for: words, in: surroundings(free: [300, 600])))
        #expect(!record.vouches(for: words, in: surroundings(free: [300, 299])))
        #expect(!record.vouches(for: words, in: surroundings(free: [600])))
        #expect(!record.vouches(for: words, in: surroundings(boot: "c")))
        #expect(!record.vouches(for: words, in: surroundings(mounts: [2048: "/x"])))
        #expect(!record.vouches(for: words + ["--no-telemetry"], in: surroundings()))
    }

    @Test func nothingIsVouchedForWhileItIsUsed() {
        record.keep(words, surroundings())
        record.withdraw()
        #expect(!record.vouches(for: words, in: surroundings()))
    }

    @Test(arguments: ["--vdev=net_null0", "-a 0000:01:00.0", "-d /lib/x.so", "--huge-dir /mnt", "--legacy-mem", "--x"])
    func whatNamesMoreThanMemoryIsNotRemembered(_ extra: String) {
        let words = EALConfiguration(otherConfig: ["dpdk-init": "true", "dpdk-extra": extra], lowestCore: 0).arguments
        record.keep(words, surroundings())
        #expect(!record.vouches(for: words, in: surroundings()))
    }

    @Test(arguments: ["", "{}", "{\"arguments\":[", "\u{0}\u{1}\u{2}"])
    func rubbishIsNoRecord(_ text: String) throws {
        try directory.write("ovs-vswitchd.eal", text)
        #expect(!record.vouches(for: words, in: surroundings()))
    }

    @Test func moreOfWhatFailedIsBetter() {
        let failed = surroundings(free: [10, 10])
        #expect(!surroundings(free: [10, 10]).isBetter(than: failed))
        #expect(!surroundings(free: [9, 10]).isBetter(than: failed))
        #expect(surroundings(free: [9, 11]).isBetter(than: failed))
        #expect(surroundings(free: [10, 10], mounts: [2048: "/dev/hugepages"]).isBetter(than: failed))
    }

    @Test func theseSurroundingsAreAsGoodAsThemselves() {
        let now = EALSurroundings.read()
        #expect(now.facts.contains { $0.hasPrefix("Cpus_allowed:") } && !now.facts[0].isEmpty)
        #expect(EALSurroundings.read().facts == now.facts)
    }
}
