import DPDK
import Datapath
import Machine

/// Reads what concerns PMD threads out of the Open_vSwitch row's `other_config`.
enum PMDDecoder {
    /// The longest sleep that may be asked for, in microseconds.
    private static let longestSleep = 10_000

    static func decode(_ options: inout OptionReader, remarks: inout [Remark]) -> PMDConfiguration {
        var result = PMDConfiguration()
        result.cores = options.value("pmd-cpu-mask", expected: "a hexadecimal mask of cores") {
            guard $0.utf8.count <= 4096, let mask = CoreMask(hexadecimal: $0), !mask.cores.isEmpty else { return nil }
            return Set(mask.cores)
        }
        if let text = options.text("pmd-rxq-assign") {
            if let assignment = QueueAssignment(rawValue: text) {
                result.assignment = assignment
            } else {
                remarks.append(
                    Remark(
                        .warning,
                        "Unsupported rx queue to PMD assignment mode in pmd-rxq-assign. Defaulting to 'cycles'.",
                        module: .dpifNetdev))
            }
        }
        result.isolatesPinnedCores = options.boolean("pmd-rxq-isolate", default: true)
        if !result.isolatesPinnedCores && result.assignment != .group {
            remarks.append(
                Remark(
                    .warning,
                    "pmd-rxq-isolate can only be set false when using pmd-rxq-assign=group", module: .dpifNetdev))
            result.isolatesPinnedCores = true
        }
        let defaults = AutoBalance()
        result.autoBalance.isEnabled = options.boolean("pmd-auto-lb", default: false)
        // 0 counts as 1; what is beyond the range is the default, as in OVS.
        result.autoBalance.intervalMinutes = max(
            1, number("pmd-auto-lb-rebal-interval", upTo: 20_000, &options) ?? defaults.intervalMinutes)
        result.autoBalance.loadThreshold =
            number("pmd-auto-lb-load-threshold", upTo: 100, &options) ?? defaults.loadThreshold
        result.autoBalance.improvementThreshold =
            number("pmd-auto-lb-improvement-threshold", upTo: 100, &options) ?? defaults.improvementThreshold
        // OVS 3.2 has renamed it.
        let sleep = options.integer("pmd-maxsleep", in: 0...longestSleep, default: 0)
        result.maximumSleep = options.integer("pmd-sleep-max", in: 0...longestSleep, default: sleep)
        return result
    }

    private static func number(_ key: String, upTo most: Int, _ options: inout OptionReader) -> Int? {
        options.value(key, expected: "a number from 0 to \(most)") {
            Int($0).flatMap { (0...most).contains($0) ? $0 : nil }
        }
    }
}
