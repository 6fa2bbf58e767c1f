import Control
import Datapath
import Machine
import Program
import Service

/// The texts of `dpif-netdev/pmd-stats-show`, `pmd-perf-show` and `pmd-rxq-show`, and the figures since the last clear.
@ControlActor
final class ThreadStatisticsReport {
    private let datapath: Datapath
    private var baselines: [ThreadID: ThreadReport] = [:]
    private var cleared = ContinuousClock.now

    init(_ datapath: Datapath) { self.datapath = datapath }

    /// `pmd-stats-clear`: figures count from now on.
    func clear() {
        for report in datapath.threadReports { baselines[report.thread] = report }
        cleared = .now
    }

    /// Threads, the PMD threads first as OVS lists them; only `core` if given, only PMD threads if asked.
    private func reports(core: Int?, pmdOnly: Bool) -> [ThreadReport] {
        let all = datapath.threadReports.map { report in baselines[report.thread].map { report.since($0) } ?? report }
        let chosen = all.filter { (core == nil || $0.thread.core == core) && (!pmdOnly || $0.thread.isPMD) }
        return chosen.filter(\.thread.isPMD) + chosen.filter { !$0.thread.isPMD }
    }

    private func title(_ report: ThreadReport) -> String {
        report.thread.isPMD
            ? "pmd thread numa_id \(report.node ?? 0) core_id \(report.thread.core):\n" : "main thread:\n"
    }

    func statistics(core: Int?, pmdOnly: Bool) -> String {
        reports(core: core, pmdOnly: pmdOnly).map { report in
            let lookups = report.tableHits == 0 ? 0 : Double(report.tableProbes) / Double(report.tableHits)
            let batch = report.outputBatches == 0 ? 0 : Double(report.outputPackets) / Double(report.outputBatches)
            var text = title(report)
            text += """
                  packets received: \(report.packets)
                  packet recirculations: 0
                  avg. datapath passes per packet: \(report.packets == 0 ? "0.00" : "1.00")
                  phwol hits: 0
                  mfex opt hits: 0
                  simple match hits: \(report.previousHits)
                  emc hits: \(report.frontHits)
                  smc hits: 0
                  megaflow hits: \(report.tableHits)
                  avg. subtable lookups per megaflow hit: \(Decimal.text(lookups, places: 2))
                  miss with success upcall: \(report.misses &- min(report.misses, report.upcallsLost))
                  miss with failed upcall: \(report.upcallsLost)
                  avg. packets per output batch: \(Decimal.text(batch, places: 2))

                """
            let cycles = report.busyCycles &+ report.idleCycles
            guard cycles > 0, report.thread.isPMD else { return text }
            text += "  idle cycles: \(report.idleCycles) (\(percent(report.idleCycles, cycles)))\n"
            text += "  processing cycles: \(report.busyCycles) (\(percent(report.busyCycles, cycles)))\n"
            guard report.packets > 0 else { return text }
            let packets = Double(report.packets)
            text += "  avg cycles per packet: \(Decimal.text(Double(cycles) / packets, places: 2)) "
            text += "(\(cycles)/\(report.packets))\n"
            text +=
                "  avg processing cycles per packet: \(Decimal.text(Double(report.busyCycles) / packets, places: 2)) "
            return text + "(\(report.busyCycles)/\(report.packets))\n"
        }.joined()
    }

    private func percent(_ part: UInt64, _ whole: UInt64) -> String {
        Decimal.text(Double(part) / Double(whole) * 100, places: 2) + "%"
    }

    func performance(core: Int?) -> String {
        let seconds = cleared.duration(to: .now) / .seconds(1)
        var text = "Measurement duration: \(Decimal.text(seconds, places: 3)) s\n\n"
        for report in reports(core: core, pmdOnly: true) {
            let cycles = report.busyCycles &+ report.idleCycles
            text += title(report) + "\n"
            let perRound = report.iterations == 0 ? 0 : seconds * 1e6 / Double(report.iterations)
            text += row("Iterations:", report.iterations, "\(Decimal.text(perRound, places: 2)) us/it")
            text += row("- Used TSC cycles:", cycles, "100.0 % of total cycles")
            text += row("- idle iterations:", report.iterations &- min(report.iterations, report.bursts),
                "\(share(report.idleCycles, cycles)) % of used cycles")
            text += row("- busy iterations:", report.bursts, "\(share(report.busyCycles, cycles)) % of used cycles")
            let rate = seconds > 0 ? Double(report.packets) / seconds / 1000 : 0
            let cost = report.packets == 0 ? 0 : Double(report.busyCycles) / Double(report.packets)
            text += row(
                "Rx packets:", report.packets,
                "\(Decimal.text(rate, places: 0)) Kpps, \(Decimal.text(cost, places: 0)) cycles/pkt")
            text += row("Datapath passes:", report.packets, "1.00 passes/pkt")
            text += row("- Simple Match hits:", report.previousHits, "\(share(report.previousHits, report.packets)) %")
            text += row("- EMC hits:", report.frontHits, "\(share(report.frontHits, report.packets)) %")
            let lookups = report.tableHits == 0 ? 0 : Double(report.tableProbes) / Double(report.tableHits)
            text += row("- Megaflow hits:", report.tableHits,
                "\(share(report.tableHits, report.packets)) %, \(Decimal.text(lookups, places: 2)) subtbl lookups/hit")
            text += row("- Upcalls:", report.misses, "\(share(report.misses, report.packets)) %")
            text += row("- Lost upcalls:", report.upcallsLost, "\(share(report.upcallsLost, report.packets)) %")
            let batch = report.outputBatches == 0 ? 0 : Double(report.outputPackets) / Double(report.outputBatches)
            let out = seconds > 0 ? Double(report.outputPackets) / seconds / 1000 : 0
            text += row("Tx packets:", report.outputPackets, "\(Decimal.text(out, places: 0)) Kpps")
            text += row("Tx batches:", report.outputBatches, "\(Decimal.text(batch, places: 2)) pkts/batch") + "\n"
        }
        return text
    }

    private func row(_ label: String, _ value: UInt64, _ note: String) -> String {
        "  " + label.padded(to: 20) + String(value).padded(to: 12, onLeft: true) + "  (\(note))\n"
    }

    private func share(_ part: UInt64, _ whole: UInt64) -> String {
        Decimal.text(whole == 0 ? 0 : Double(part) / Double(whole) * 100, places: 1)
    }

    /// Which thread polls what, and each queue's share of its thread over the last so many seconds.
    func queues(core: Int?, seconds: Int?) -> String {
        let longest = LoadHistory.intervals * LoadHistory.intervalSeconds
        let step = LoadHistory.intervalSeconds
        let chosen = seconds.flatMap { $0 > 0 && $0 <= longest ? ($0 + step - 1) / step * step : nil } ?? longest
        let reports = datapath.pollingReports(seconds: chosen).filter { core == nil || core == $0.thread.core }
        guard !reports.isEmpty else { return "" }
        return "Displaying last \(chosen) seconds pmd usage %\n" + reports.map(text).joined()
    }

    private func text(_ report: PollingReport) -> String {
        var text = "pmd thread numa_id \(report.node) core_id \(report.thread.core):\n"
        text += "  isolated : \(report.isIsolated)\n"
        for queue in report.queues {
            text +=
                "  port: \(queue.portName.padded(to: 16))  queue-id: \(String(queue.index).padded(to: 2, onLeft: true))"
            text += queue.isEnabled ? " (enabled) " : " (disabled)"
            text += "  pmd usage: \(share(queue.usage))\n"
        }
        if !report.queues.isEmpty { text += "  overhead: \(share(report.overhead))\n" }
        return text
    }

    private func share(_ percent: Int?) -> String {
        percent.map { String($0).padded(to: 2, onLeft: true) + " %" } ?? "NOT AVAIL"
    }
}
