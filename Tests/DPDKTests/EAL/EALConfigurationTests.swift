import Testing

@testable import DPDK

@Suite struct EALConfigurationTests {
    private func words(_ otherConfig: [String: String]) -> String {
        EALConfiguration(otherConfig: otherConfig, lowestCore: 3).arguments.joined(separator: " ")
    }

    @Test(
        arguments: [
            (nil, .off), ("false", .off), ("", .off), ("yes", .off), ("true", .on), ("TRUE", .on), ("try", .attempt),
        ] as [(String?, EALConfiguration.Wish)])
    func wish(_ value: String?, _ wish: EALConfiguration.Wish) {
        #expect(EALConfiguration(otherConfig: value.map { ["dpdk-init": $0] } ?? [:]).wish == wish)
    }

    @Test func withoutSettings() {
        #expect(words([:]) == "ovs-vswitchd --in-memory -l 3 -a 0000:00:00.0")
    }

    @Test func orderIsExtraThenPlainThenMemory() {
        let settings = [
            "dpdk-extra": "--no-telemetry -n 4", "dpdk-socket-mem": "1024,0", "dpdk-hugepage-dir": "/mnt/huge",
            "dpdk-lcore-mask": "0x2", "dpdk-socket-limit": "2048,0",
        ]
        #expect(
            words(settings)
                == "ovs-vswitchd --no-telemetry -n 4 -c 0x2 --huge-dir /mnt/huge --socket-limit 2048,0 "
                + "--socket-mem 1024,0 --in-memory -a 0000:00:00.0")
    }

    @Test func allocMem() {
        #expect(words(["dpdk-alloc-mem": "2048"]) == "ovs-vswitchd -m 2048 --in-memory -l 3 -a 0000:00:00.0")
    }

    @Test func extraWinsWithAWarning() {
        let configuration = EALConfiguration(
            otherConfig: ["dpdk-extra": "--socket-mem=64 -c 1", "dpdk-socket-mem": "1024", "dpdk-lcore-mask": "2"])
        #expect(
            configuration.arguments.joined(separator: " ")
                == "ovs-vswitchd --socket-mem=64 -c 1 --in-memory -a 0000:00:00.0")
        #expect(
            configuration.notices.map(\.text) == [
                "Ignoring database defined option '-c' due to dpdk-extra config",
                "Ignoring database defined option '--socket-mem' due to dpdk-extra config",
            ])
        #expect(configuration.notices.allSatisfy { $0.level == .warning })
    }

    @Test func twoKindsOfMemoryAreToldAndTheLastTaken() {
        let configuration = EALConfiguration(otherConfig: ["dpdk-alloc-mem": "64", "dpdk-socket-mem": "128"])
        #expect(configuration.arguments.contains("--socket-mem"))
        #expect(!configuration.arguments.contains("-m"))
        #expect(configuration.notices.map(\.level) == [.error])
    }

    @Test(arguments: ["--no-huge -m 512", "--no-huge --no-shconf"])
    func withoutHugepagesNothingIsSharedEither(_ extra: String) {
        let found = EALConfiguration(otherConfig: ["dpdk-extra": extra]).arguments
        #expect(!found.contains("--in-memory"))
        #expect(found.filter { $0 == "--no-shconf" }.count == 1)
    }

    @Test(arguments: ["--in-memory", "--legacy-mem"])
    func memoryModeOfTheOperatorStays(_ extra: String) {
        let found = EALConfiguration(otherConfig: ["dpdk-extra": extra]).arguments
        #expect(found.filter { $0 == "--in-memory" || $0 == "--legacy-mem" } == [extra])
    }

    @Test(arguments: ["-a 0000:01:00.0", "-b 0000:01:00.0", "--no-pci", "--allow=0000:01:00.0"])
    func choiceOfDevicesOfTheOperatorStays(_ extra: String) {
        #expect(!EALConfiguration(otherConfig: ["dpdk-extra": extra]).arguments.contains("0000:00:00.0"))
    }

    @Test(arguments: [("", false), ("--legacy-mem", true), ("--no-huge", false), ("--legacy-mem --no-shconf", false)])
    func othersAreAdmittedToWhatIsInFiles(_ extra: String, _ expected: Bool) {
        #expect(EALConfiguration(otherConfig: ["dpdk-extra": extra]).admitsOthers == expected)
    }

    @Test func emptyValuesAreNone() {
        #expect(words(["dpdk-lcore-mask": "", "dpdk-socket-mem": ""]) == words([:]))
    }

    @Test func logLine() {
        let configuration = EALConfiguration(
            otherConfig: ["dpdk-extra": "--no-pci", "dpdk-socket-mem": "4096,4096"], lowestCore: 0)
        #expect(configuration.logLine == "EAL ARGS: ovs-vswitchd --no-pci --socket-mem 4096,4096 --in-memory -l 0.")
    }
}
