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
        for name in ["dead.99.ctl", "br0.mgmt"] { close(try bindSocket("\(folder)/\(name)")) }
        // Nobody listens at one that is named after a process that lives: it may be about to.
        close(try bindSocket("\(folder)/busy.7.ctl"))
        let found = machine.complaints("run directory")
        try #require(found.map(\.evidence) == ["br0.mgmt, dead.99.ctl, dead.pid"])
        #expect(
            found[0].cure
                == "rm /run/openvswitch/br0.mgmt /run/openvswitch/dead.99.ctl /run/openvswitch/dead.pid")
    }

    /// Nothing is in `/proc/net/unix` here, as in another network namespace; processes are not seen either.
    @Test func socketsOfTheLivingAreLeftToThem() throws {
        let machine = try Machinery()
        let folder = "\(machine.folder.path)/run/openvswitch"
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        for (name, type) in [("db.sock", SOCK_STREAM), ("full.sock", SOCK_STREAM), ("log.sock", SOCK_DGRAM)] {
            descriptors.append(try bindSocket("\(folder)/\(name)", type: type))
        }
        descriptors.append(try bindSocket("\(folder)/vswitchd.99.ctl"))
        for index in [0, 1, 3] { try #require(listen(descriptors[index], 0) == 0) }
        // One socket bound and closed tells that the others are not only overlooked.
        close(try bindSocket("\(folder)/gone"))
        for spelling in ["/run/openvswitch", "/run/openvswitch/", "/run/../run/openvswitch", "/run/./openvswitch"] {
            machine.runDirectory = spelling
            #expect(machine.complaints("run directory").map(\.evidence) == ["gone"], "\(spelling)")
        }
        for descriptor in descriptors { close(descriptor) }
        descriptors = []
        #expect(
            machine.complaints("run directory").map(\.evidence) == [
                "db.sock, full.sock, gone, log.sock, vswitchd.99.ctl"
            ])
    }

    @Test func lockedPidfilesAreOfTheLiving() throws {
        let machine = try Machinery()
        let file = try machine.folder.write("run/openvswitch/vswitchd.pid", "99\n")
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        holder.arguments = [
            "-c",
            "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); "
                + "sys.stdin.read()",
            file,
        ]
        let (input, output) = (Pipe(), Pipe())
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        #expect(output.fileHandleForReading.availableData.count == 1)
        #expect(machine.complaints("run directory").isEmpty)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        #expect(machine.complaints("run directory").map(\.evidence) == ["vswitchd.pid"])
    }

    /// A socket that is bound; nobody listens at it.
    private func bindSocket(_ path: String, type: __socket_type = SOCK_STREAM) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
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
        try #require(result == 0)
        return descriptor
    }
}
