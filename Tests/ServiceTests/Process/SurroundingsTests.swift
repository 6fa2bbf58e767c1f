import Foundation
import Program
import Testing

@Suite struct SurroundingsTests {
    @Test func whatTheProcessHas() {
        let (here, whole) = (Surroundings.current, ProcessInfo.processInfo.environment)
        #expect(here.workingDirectory == FileManager.default.currentDirectoryPath)
        #expect(here.environment == whole.filter { here.environment.keys.contains($0.key) })
        #expect(here.environment.keys.allSatisfy { $0.hasPrefix("OVS_") })
        #expect(RunDirectories.ofThisProcess == RunDirectories(environment: whole))
    }

    @Test func foldersThatTheEnvironmentNames() {
        let debian = RunDirectories(environment: [:])
        #expect(debian.run == "/var/run/openvswitch" && debian.database == "/etc/openvswitch")
        let named = RunDirectories(environment: ["OVS_RUNDIR": "/r", "OVS_SYSCONFDIR": "/s"])
        #expect(named.pidfile == "/r/ovs-vswitchd.pid" && named.database == "/s/openvswitch")
        #expect(RunDirectories(environment: ["OVS_DBDIR": "/d", "OVS_SYSCONFDIR": "/s"]).database == "/d")
    }
}
