import Control
import Logging
import OVSDB

/// Writes status back into the rows, one transaction at a time and only what differs from what is there.
@ControlActor
final class StatusWriter {
    /// Called after each attempt; true: the database has all that was asked before the call.
    var onWritten: (@ControlActor (Bool) -> Void)?
    /// Makes the report of the moment.
    var report: (@ControlActor () -> StatusReport)?

    private let client: OVSDBClient
    private let log = Logger(label: "bridge")
    private var limit = RateLimit(perMinute: 12, burst: 3)
    private var wanted: StatusReport.Scope = []
    private var isWriting = false

    init(_ client: OVSDBClient) { self.client = client }

    /// Asks that the columns be written soon; several requests may end in one transaction.
    func request(_ scope: StatusReport.Scope) {
        wanted.formUnion(scope)
        guard !isWriting, client.isConnected else { return }
        isWriting = true
        Task { @ControlActor in
            while !self.wanted.isEmpty, self.client.isConnected {
                let scope = self.wanted
                self.wanted = []
                let isWritten = await self.write(scope)
                self.onWritten?(isWritten)
                if !isWritten { break }
            }
            self.isWriting = false
        }
    }

    private func write(_ scope: StatusReport.Scope) async -> Bool {
        guard let report = report?() else { return true }
        let operations = report.operations(scope, replica: client.tables)
        guard !operations.isEmpty else { return true }
        do throws(OVSDBError) {
            _ = try await client.transact(operations)
            return true
        } catch {
            // Not connected, or not ours to write: there will be another occasion.
            if error.code == .disconnected || error.code == .notLocked || error.code == .io { return false }
            if let held = limit.admit() {
                log.warning("could not write status to the database: \(error)\(held > 0 ? " (\(held) like it)" : "")")
            }
            return await writeGeneration(report)
        }
    }

    /// A refused value must not keep `ovs-vsctl` waiting: the generation goes alone.
    private func writeGeneration(_ report: StatusReport) async -> Bool {
        guard let root = report.desired.root, let generation = report.generation else { return true }
        var columns = RootRow()
        columns.curCfg = generation
        let operation = Operation.update(columns, where: [.row(root)])
        do throws(OVSDBError) {
            _ = try await client.transact([operation])
            return true
        } catch {
            return false
        }
    }
}
