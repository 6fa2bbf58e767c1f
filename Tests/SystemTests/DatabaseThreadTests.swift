import Foundation
import Testing

extension SystemTests {
    /// The database that the daemon serves itself, beside everything else that the daemon does.
    @Suite
    struct DatabaseThreadTests {
        /// What one round came to.
        private struct Round {
            let transaction: Duration
            let slowestAnswer: Duration
        }

        @Test("While a transaction inserts 10,000 rows, commands are answered as if there were none")
        func commandsDuringATransaction() throws {
            let folder = try DaemonFolder()
            defer { folder.close() }
            try folder.start()
            let pid = try #require(folder.pid("ovs-vswitchd"))
            var rounds: [Round] = []
            // Whoever else uses the machine can make any answer late, but not all; one thread for both would.
            while rounds.count < 10 {
                let round = try round("\(folder.path)/db.sock", "\(folder.path)/ovs-vswitchd.\(pid).ctl")
                rounds.append(round)
                if round.slowestAnswer * 10 < round.transaction { return }
            }
            Issue.record("no round in which every answer came within a tenth of the transaction's time: \(rounds)")
        }

        private func round(_ database: String, _ control: String) throws -> Round {
            let control = try UnixSocket(control)
            let outcome = Outcome()
            Thread.detachNewThread {
                outcome.finish(Result { try Self.insert(into: database) })
            }
            var slowest = Duration.zero
            while !outcome.isThere {
                let clock = ContinuousClock.now
                let answer = try control.ask(Array(#"{"method":"version","params":[],"id":1}"#.utf8), id: 1)
                slowest = max(slowest, clock.duration(to: .now))
                #expect(answer.contains("Open vSwitch"))
            }
            return Round(transaction: try outcome.get(), slowestAnswer: slowest)
        }

        /// Inserts 10,000 rows in one transaction; how long that takes. Nobody refers to the rows, so that none of them
        /// stays: the switch, a client of the database, is to have no work by them.
        private static func insert(into database: String) throws -> Duration {
            let socket = try UnixSocket(database)
            let pairs = (0..<20).map { #"["key \#($0)","value"]"# }.joined(separator: ",")
            let operations = (0..<10_000).map { number in
                #"{"op":"insert","table":"IPFIX","row":{"obs_domain_id":\#(number),"#
                    + #""external_ids":["map",[\#(pairs)]]}}"#
            }
            let list = operations.joined(separator: ",")
            let request = #"{"method":"transact","params":["Open_vSwitch",\#(list)],"id":7}"#
            let bytes = Array(request.utf8)
            let clock = ContinuousClock.now
            let reply = try socket.ask(bytes, id: 7)
            let time = clock.duration(to: .now)
            // As many new rows, and no error.
            guard reply.split(separator: "uuid\",").count > 10_000, !reply.contains("\"details\"") else {
                throw LabError(text: "the transaction failed: \(reply.prefix(500))")
            }
            return time
        }
    }
}

/// Where a thread leaves what it has found.
private final class Outcome: @unchecked Sendable {
    private let lock = NSLock()
    private var result: Result<Duration, any Error>?

    func finish(_ result: Result<Duration, any Error>) { lock.withLock { self.result = result } }
    var isThere: Bool { lock.withLock { result != nil } }
    func get() throws -> Duration { try lock.withLock { try result?.get() } ?? .zero }
}
