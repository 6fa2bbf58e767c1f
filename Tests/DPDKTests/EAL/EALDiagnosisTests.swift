import Machine
import Testing

@testable import DPDK

/// The messages are those of Debian's DPDK 22.11.11.
@Suite struct EALDiagnosisTests {
    private func diagnose(
        _ extra: String, errors: [String], errorOutput: String = "", result: Int32? = -22, signal: String? = nil,
        pools: [HugepageReport.Pool] = [], mounts: [Int: String] = [:]
    ) -> DPDKError {
        var outcome = TrialOutcome()
        outcome.messages = errors.map { EALMessage(level: 4, text: $0) }
        outcome.errorOutput = errorOutput
        outcome.result = signal == nil ? result : nil
        outcome.exitStatus = signal == nil ? 1 : nil
        outcome.signalName = signal
        return EALDiagnosis(
            configuration: EALConfiguration(otherConfig: ["dpdk-extra": extra]), outcome: outcome,
            hugepages: HugepageReport(pools: pools, mounts: mounts)
        ).error
    }

    @Test func unknownWord() {
        let error = diagnose(
            "--bogus", errors: ["EAL: Invalid 'command line' arguments."],
            errorOutput: "ovs-vswitchd: unrecognized option '--bogus'\n")
        #expect(error.code == .initialization)
        #expect(error.errno == 22)
        #expect(error.description.hasPrefix("unrecognized option '--bogus'"))
        #expect(error.description.contains("other_config:dpdk-extra"))
    }

    @Test func noHugepages() {
        let error = diagnose(
            "", errors: ["EAL: Cannot get hugepage information."],
            pools: [.init(node: 0, pageKiB: 2048, total: 0, free: 0)])
        #expect(error.description.contains("no hugepages are reserved (node 0: 0 of 0 hugepages of 2048 kB free)"))
        #expect(
            error.description.contains(
                "echo 512 > /sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages"))
    }

    @Test func notMounted() {
        let pools = [HugepageReport.Pool(node: 0, pageKiB: 2048, total: 600, free: 600)]
        let errors = [
            "EAL: 600 hugepages of size 2097152 reserved, but no mounted hugetlbfs found for that size",
            "EAL: Cannot get hugepage information.",
        ]
        let error = diagnose("--legacy-mem", errors: errors, pools: pools)
        #expect(error.description.contains("mount -t hugetlbfs -o pagesize=2048K none /dev/hugepages"))
    }

    @Test func noPermission() {
        let error = diagnose(
            "--legacy-mem",
            errors: ["EAL: Failed to lock hugepage directory!", "EAL: Cannot get hugepage information."], result: -13,
            pools: [.init(node: 0, pageKiB: 2048, total: 600, free: 600)], mounts: [2048: "/mnt/huge"])
        #expect(
            error.description.hasPrefix(
                "Failed to lock hugepage directory!; the daemon has no permission to use the hugetlbfs at /mnt/huge: "))
        #expect(error.description.contains("'chown USER /mnt/huge'"))
    }

    @Test func notEnoughOnANode() {
        let pools = [
            HugepageReport.Pool(node: 0, pageKiB: 2048, total: 1024, free: 1000),
            HugepageReport.Pool(node: 1, pageKiB: 2048, total: 512, free: 512),
        ]
        let errors = [
            "EAL: Not enough memory available on socket 1! Requested: 32768MB, available: 1024MB",
            "EAL: Cannot init memory",
        ]
        let error = diagnose("--socket-mem 1024,32768", errors: errors, pools: pools)
        #expect(
            error.description.hasPrefix(
                "Not enough memory available on socket 1! Requested: 32768MB, available: 1024MB; "))
        #expect(error.description.contains("node 0: requested 1024 MiB, available 2000 MiB"))
        #expect(error.description.contains("node 1: requested 32768 MiB, available 1024 MiB"))
        #expect(error.description.contains("echo 16384 > /sys/devices/system/node/node1/"))
        #expect(!error.description.contains("node0/hugepages"))
    }

    @Test func socketMemoryThatIsNoList() {
        let error = diagnose("--socket-mem=64,x", errors: ["EAL: invalid parameters for --socket-mem"])
        #expect(error.description.contains("(now '64,x') is a list of MiB for each NUMA node, such as 1024,0"))
    }

    @Test func processorTooOld() {
        let errors = [
            "ERROR: This system does not support \"RDSEED\".", "ERROR: This system does not support \"AVX\".",
            "EAL: unsupported cpu type.",
        ]
        let error = diagnose("", errors: errors)
        #expect(error.description.contains("unsupported cpu type; this processor lacks RDSEED, AVX"))
    }

    @Test func killedBySignal() {
        let error = diagnose("", errors: ["EAL: PANIC in main()"], signal: "SIGABRT")
        #expect(error.description == "DPDK's start ends with SIGABRT: PANIC in main()")
    }

    @Test func withoutAWord() {
        #expect(diagnose("", errors: [], result: -12).description == "Cannot allocate memory")
    }

    @Test func anotherProcess() {
        func advice(_ extra: String) -> String {
            let line = "EAL: Cannot create lock on '/var/run/dpdk/rte/config'. Is another primary process running?"
            return diagnose(extra, errors: [line]).description
        }
        let place = "other_config:dpdk-extra"
        #expect(
            advice("--legacy-mem").hasSuffix(
                ": give this one a prefix of its own, add --file-prefix=vswitch to \(place)"))
        // What is in use is no way out.
        #expect(advice("--file-prefix=vswitch").hasSuffix(", --file-prefix=vswitch2 in place of vswitch in \(place)"))
        #expect(advice("--file-prefix vswitch2").hasSuffix(", --file-prefix=vswitch3 in place of vswitch2 in \(place)"))
        #expect(advice("--file-prefix=other").hasSuffix(", --file-prefix=vswitch in place of other in \(place)"))
    }
}
