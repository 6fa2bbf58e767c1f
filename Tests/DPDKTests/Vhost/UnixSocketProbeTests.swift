import Foundation
import Testing

@testable import DPDK

@Suite struct UnixSocketProbeTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    /// A socket bound to the path; its descriptor.
    private func bind(_ path: String, listens: Bool) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        if listens { #expect(listen(descriptor, 1) == 0) }
        return descriptor
    }

    @Test func tellsStaleSocketsFromLiveOnes() throws {
        try inFolder { folder in
            #expect(UnixSocketProbe.state(of: "\(folder)/none") == .absent)
            let live = bind("\(folder)/live", listens: true)
            #expect(UnixSocketProbe.state(of: "\(folder)/live") == .live)
            close(live)
            #expect(UnixSocketProbe.state(of: "\(folder)/live") == .stale)
            FileManager.default.createFile(atPath: "\(folder)/file", contents: Data())
            #expect(UnixSocketProbe.state(of: "\(folder)/file") == .notASocket)
        }
    }
}
