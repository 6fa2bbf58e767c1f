import Testing

@testable import Configuration

@Suite struct SystemStatisticsTests {
    @Test func memory() {
        let text = """
            MemTotal:        8000 kB
            MemFree:         3000 kB
            Buffers:          100 kB
            Cached:           400 kB
            SwapTotal:       1000 kB
            SwapFree:         900 kB
            """
        #expect(SystemStatistics.memory(text) == "8000,5000,500,1000,100")
        #expect(SystemStatistics.memory("nonsense") == nil)
    }

    @Test func aProcessWhoseNameHasParentheses() {
        let tail = "S 1 1 1 0 -1 0 0 0 0 0 150 50 0 0 20 0 1 0 1000 4096000 250"
        let line = SystemStatistics.process(
            "12 (a) b) \(tail)", uptimeSeconds: 15, ticksPerSecond: 100, pageBytes: 4096)
        #expect(line == "4000,1000,2000,0,5000,5000")
        #expect(SystemStatistics.process("12 (a", uptimeSeconds: 1, ticksPerSecond: 100, pageBytes: 4096) == nil)
    }

    @Test func thisMachine() throws {
        let map = SystemStatistics.collect(runDirectory: "/nonexistent")
        #expect(Int(map["cpu"] ?? "") ?? 0 > 0)
        #expect(map["load_average"]?.split(separator: ",").count == 3)
        #expect(map["memory"]?.split(separator: ",").count == 5)
        #expect(!map.keys.contains { $0.hasPrefix("process_") })
    }

    @Test func identity() {
        let identity = SystemIdentity(osRelease: "ID=debian\nVERSION_ID=\"12\"\nNAME=x\nnonsense\n")
        #expect(identity.systemType == "debian" && identity.systemVersion == "12" && identity.version == "3.1.0")
        #expect(SystemIdentity(osRelease: "").systemType == nil)
    }
}
