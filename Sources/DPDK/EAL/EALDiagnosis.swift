import Machine

/// Turns a failed trial into a sentence that says what failed, why, with which figures, and what mends it.
struct EALDiagnosis: Sendable {
    let configuration: EALConfiguration
    let outcome: TrialOutcome
    let hugepages: HugepageReport

    /// The error for the row and the log.
    var error: DPDKError {
        let parts = [reason, explanation].compactMap { $0 }
        return DPDKError(
            .initialization, parts.joined(separator: "; "), errno: outcome.result.map { $0 < 0 ? -$0 : 0 } ?? 0)
    }

    /// EAL's own last words, or how its process ended.
    private var reason: String {
        let said = unknownOption ?? mostTelling?.sentence
        if outcome.isTimeout { return "DPDK did not come up in time" + (said.map { ": \($0)" } ?? "") }
        if let signal = outcome.signalName {
            return "DPDK's start ends with \(signal)" + (said.map { ": \($0)" } ?? "")
        }
        if let said { return said }
        if let result = outcome.result, result < 0 { return DPDKError.text(result) }
        return "DPDK's start ends with exit status \(outcome.exitStatus ?? -1) and without a word"
    }

    /// The last error that is about a cause: EAL follows each with general ones.
    private var mostTelling: EALMessage? {
        let errors = outcome.messages.filter(\.isError)
        return errors.last { !$0.isGeneral } ?? errors.last
    }

    /// getopt's complaint: "unrecognized option '--bogus'".
    private var unknownOption: String? {
        let line = outcome.errorOutput.split(separator: "\n").first { line in
            ["unrecognized option", "invalid option", "requires an argument", "is ambiguous", "doesn't allow"]
                .contains { line.contains($0) }
        }
        guard let line else { return nil }
        guard let colon = line.firstRange(of: ": ") else { return String(line) }
        return String(line[colon.upperBound...])
    }

    private func says(_ text: String) -> Bool {
        outcome.messages.contains { $0.text.contains(text) }
    }

    private var explanation: String? {
        if unknownOption != nil { return "mend other_config:dpdk-extra, whose words go to DPDK's EAL as they are" }
        if says("invalid parameters for --socket-mem") { return socketMemory }
        if says("Not enough memory available") { return memory }
        if says("Failed to lock hugepage directory") { return locked }
        if says("Cannot get hugepage information") || says("Cannot init memory") {
            guard hugepages.hasAny else { return noHugepages }
            return says("no mounted hugetlbfs found") ? mount : memory
        }
        if says("unsupported cpu type") || says("This system does not support") { return processor }
        if says("Cannot create lock on") {
            return sharedPrefix
        }
        if says("Permission denied") { return "the daemon must run as root or have access to the file named" }
        return nil
    }

    /// Whoever types this may have more in `dpdk-extra`: what is to be put there is no value for the whole of it.
    private var sharedPrefix: String {
        let (option, place) = ("--file-prefix", "other_config:dpdk-extra")
        let used = value(of: option)
        let number = used.flatMap { $0.hasPrefix("vswitch") ? Int($0.dropFirst("vswitch".count)) ?? 1 : nil }
        let free = "vswitch" + (number.map { String($0 &+ 1) } ?? "")
        return "another DPDK program uses the same files: give this one a prefix of its own, "
            + (used.map { "\(option)=\(free) in place of \($0) in \(place)" } ?? "add \(option)=\(free) to \(place)")
    }

    private var socketMemory: String {
        "other_config:dpdk-socket-mem (now '\(value(of: "--socket-mem") ?? "")') is a list of MiB for each NUMA node, "
            + "such as 1024,0"
    }

    private var noHugepages: String {
        "no hugepages are reserved (\(asked)): reserve some with \(cures) or do without by "
            + "other_config:dpdk-extra=\"--no-huge -m 512\""
    }

    private var mount: String {
        let unmounted = hugepages.pools.first { $0.total > 0 && hugepages.mounts[$0.pageKiB] == nil }
        guard let size = unmounted?.pageKiB else { return memory }
        return "hugepages are reserved (\(hugepages.figures)) but no hugetlbfs is mounted for pages of \(size) kB: "
            + "mount it with 'mount -t hugetlbfs -o pagesize=\(size)K none /dev/hugepages'"
    }

    private var locked: String {
        let mounts = hugepages.mounts.sorted { $0.key < $1.key }.map(\.value)
        let place = value(of: "--huge-dir") ?? mounts.first ?? "/dev/hugepages"
        return "the daemon has no permission to use the hugetlbfs at \(place): run it as root, give it the mount with "
            + "'chown USER \(place)', or leave --legacy-mem out, as memory without files needs none"
    }

    private var memory: String {
        "\(asked): reserve more with \(cures) or ask for less in other_config:dpdk-socket-mem"
    }

    /// MiB asked for, by node.
    private var requested: [Int: Int] {
        let list = (value(of: "--socket-mem") ?? "").split(separator: ",", omittingEmptySubsequences: false)
        return Dictionary(uniqueKeysWithValues: list.enumerated().map { ($0.offset, Int($0.element) ?? 0) })
            .filter { $0.value > 0 }
    }

    private var asked: String {
        let requested = requested
        if requested.isEmpty { return hugepages.figures }
        return Set(hugepages.pools.map(\.node)).union(requested.keys).sorted().map { node in
            "node \(node): requested \(requested[node] ?? 0) MiB, available \(hugepages.freeMiB(node: node)) MiB"
        }.joined(separator: ", ")
    }

    /// A command for each node that is short of what was asked.
    private var cures: String {
        let requested = requested
        let short = requested.filter { $0.value > hugepages.freeMiB(node: $0.key) }.keys.sorted()
        let least = Int(value(of: "-m") ?? "") ?? 1024
        return (short.isEmpty ? [0] : short).map { node in
            "'\(hugepages.cure(node: node, mebibytes: requested[node] ?? least))'"
        }.joined(separator: " and ")
    }

    private var processor: String {
        let lacking = outcome.messages.compactMap { message -> String? in
            guard message.text.contains("This system does not support") else { return nil }
            return message.text.split(separator: "\"").dropFirst().first.map(String.init)
        }
        return "this processor lacks " + (lacking.isEmpty ? "what DPDK was built for" : lacking.joined(separator: ", "))
            + ": give the guest the host's processor model, or run DPDK on another machine"
    }

    /// The word after an option, or after its `=`.
    private func value(of option: String) -> String? {
        let words = configuration.arguments
        if let index = words.lastIndex(of: option), index + 1 < words.count { return words[index + 1] }
        return words.last { $0.hasPrefix("\(option)=") }.map { String($0.dropFirst(option.count + 1)) }
    }
}
