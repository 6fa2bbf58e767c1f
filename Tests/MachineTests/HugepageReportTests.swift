import TestSupport
import Testing

@testable import Machine

@Suite struct HugepageReportTests {
    @Test func readsNodesAndMounts() throws {
        let directory = try TemporaryDirectory()
        for node in 0...1 {
            try directory.write("node/node\(node)/cpu\(node)/online", "1")
            let pages = "node/node\(node)/hugepages/hugepages-2048kB"
            try directory.write("\(pages)/nr_hugepages", "\(512 * node)\n")
            try directory.write("\(pages)/free_hugepages", "\(500 * node)\n")
        }
        let table = try directory.write(
            "mounts",
            """
            proc /proc proc rw 0 0
            none /dev/hugepages hugetlbfs rw,relatime,pagesize=2M 0 0
            none /mnt/huge hugetlbfs rw,relatime,pagesize=1024M 0 0
            """)
        let report = HugepageReport.read(root: directory.path, mountTable: table)
        #expect(
            report.pools == [
                .init(node: 0, pageKiB: 2048, total: 0, free: 0), .init(node: 1, pageKiB: 2048, total: 512, free: 500),
            ])
        #expect(report.mounts == [2048: "/dev/hugepages", 1_048_576: "/mnt/huge"])
        #expect(report.hasAny)
        #expect(report.freeMiB(node: 1) == 1000)
        #expect(report.figures == "node 1: 500 of 512 hugepages of 2048 kB free")
        #expect(
            report.cure(node: 1, mebibytes: 2000)
                == "echo 1012 > /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages")
    }

    @Test func aMountWithoutSizeHasTheDefault() {
        #expect(HugepageReport.parseMounts("h /h hugetlbfs rw 0 0\n", defaultKiB: 64) == [64: "/h"])
        #expect(HugepageReport.parseMounts("broken\n\nh /h hugetlbfs", defaultKiB: 64).isEmpty)
    }
}
