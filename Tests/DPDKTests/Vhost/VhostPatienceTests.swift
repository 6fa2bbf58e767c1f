import Foundation
import Testing

@testable import DPDK

@Suite struct VhostPatienceTests {
    private let file = VhostPatience.File(number: 7, changed: 1)
    private let start = ContinuousClock.now

    @Test func aFileAtWhichNobodyWasIsTriedMoreRarely() {
        var patience = VhostPatience()
        #expect(patience.allows(file, now: start))
        var (now, pauses) = (start, [Duration]())
        for _ in 0..<9 {
            patience.refused(file, now: now)
            var pause = Duration.zero
            while !patience.allows(file, now: now + pause) { pause += .seconds(1) }
            pauses.append(pause)
            now += pause
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    }

    @Test(arguments: [VhostPatience.File(number: 8, changed: 1), VhostPatience.File(number: 7, changed: 2)])
    func aFileMadeAnewIsTriedAtOnce(_ other: VhostPatience.File) {
        var patience = VhostPatience()
        for _ in 0..<5 { patience.refused(file, now: start) }
        #expect(!patience.allows(file, now: start + .seconds(3)))
        #expect(patience.allows(other, now: start))
        patience.refused(other, now: start)
        #expect(patience.allows(other, now: start + .seconds(1)))
    }

    @Test func onlySocketsCount() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "patience-\(UUID().uuidString.prefix(8))")
            .path
        #expect(VhostPatience.File(path: path) == nil)
        FileManager.default.createFile(atPath: path, contents: Data())
        defer { unlink(path) }
        #expect(VhostPatience.File(path: path) == nil)
    }
}
