import Doctor
import Foundation
import Testing

@Suite struct RemainsTests {
    @Test func filesThatPinHugepages() throws {
        let machine = try Machinery()
        for number in 0..<4 {
            let file = try machine.folder.write("dev/hugepages/rtemap_\(number)", "")
            truncate(file, 2 << 20)
        }
        try machine.folder.write("dev/hugepages/notes", "")
        #expect(
            machine.complaints("map files").map(\.cause) == [
                "4 files in /dev/hugepages for nobody, with 8 MiB of hugepages"
            ])
        #expect(machine.complaints("map files").first?.cure == "rm /dev/hugepages/rtemap_*")
        let maps = (0..<3).map { "7f0000000000-7f0000200000 rw-s 00000000 00:0f 12  /dev/hugepages/rtemap_\($0)\n" }
        try machine.process(50, name: "testpmd", cores: "0-3", maps: maps.joined())
        let found = machine.findings("map files")
        try #require(found.map(\.severity) == [.warning, .fine])
        #expect(found[0].evidence.hasPrefix("rtemap_3:"))
        #expect(found[1].cause == "3 files in /dev/hugepages, in use, 6 MiB")
        #expect(found[1].evidence.contains("50 (testpmd, alive)"))
    }

    @Test func socketsAndPidfilesOfTheDead() throws {
        let machine = try Machinery()
        let folder = "\(machine.folder.path)/run/openvswitch"
        try machine.folder.write("run/openvswitch/alive.pid", "7\n")
        #expect(machine.complaints("run directory").isEmpty)
        try machine.folder.write("run/openvswitch/dead.pid", "99\n")
        for name in ["dead.99.ctl", "db.sock"] { try bindSocket("\(folder)/\(name)") }
        try machine.folder.write(
            "proc/net/unix",
            "Num       RefCount Protocol Flags    Type St Inode Path\n"
                + "0000000000000000: 00000002 00000000 00010000 0001 01 123 /run/openvswitch/db.sock\n")
        let found = machine.complaints("run directory")
        try #require(found.map(\.evidence) == ["dead.99.ctl, dead.pid"])
        #expect(found[0].cure == "rm /run/openvswitch/dead.99.ctl /run/openvswitch/dead.pid")
    }

    /// Leaves a socket that nobody listens at.
    private func bindSocket(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        try #require(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(result == 0)
    }
}
