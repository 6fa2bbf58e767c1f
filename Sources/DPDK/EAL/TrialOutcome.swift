/// How a trial of the EAL ended.
struct TrialOutcome: Sendable, Equatable {
    /// DPDK's messages, in order.
    var messages: [EALMessage] = []
    /// What was written to standard error: getopt's words about unknown options.
    var errorOutput = ""
    /// What `rte_eal_init` returned; nil if it did not return.
    var result: Int32?
    /// The exit status, or nil if a signal ended the process.
    var exitStatus: Int32?
    /// The signal's name ("SIGABRT"), if one ended the process.
    var signalName: String?
    /// The time limit was reached, and the process ended for it.
    var isTimeout = false

    /// Whether the same call would work in this process.
    var isSuccess: Bool { (result ?? -1) >= 0 && exitStatus == 0 }

    /// Takes one line of the report (see ``EALTrial``); others are kept as messages, as they may explain a failure.
    mutating func take(_ line: Substring) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        if parts.count == 3, parts[0] == "M", let level = UInt32(parts[1]) {
            messages.append(EALMessage(level: level, text: String(parts[2])))
        } else if parts.count == 2, parts[0] == "R", let value = Int32(parts[1]) {
            result = value
        } else if !line.isEmpty {
            messages.append(EALMessage(level: 7, text: String(line)))
        }
    }
}
