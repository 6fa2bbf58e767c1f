import Control
import Program

extension CommandRegistry {
    /// Adds the commands over the log: `vlog/set`, `vlog/list`, `vlog/list-pattern`, `vlog/reopen`, `vlog/close`,
    /// `vlog/enable-rate-limit`, `vlog/disable-rate-limit`.
    public func registerLogCommands(_ log: VLog) {
        register("vlog/set", usage: "{spec | PATTERN:destination:pattern}", arguments: 0...) { arguments in
            for argument in arguments.isEmpty ? ["dbg"] : arguments { try log.set(argument) }
            return ""
        }
        register("vlog/list") { _ in log.levelTable() }
        register("vlog/list-pattern") { _ in log.patternTable() }
        register("vlog/reopen") { _ in
            try log.reopenFile()
            return ""
        }
        register("vlog/close") { _ in
            log.closeFile()
            return ""
        }
        register("vlog/enable-rate-limit", usage: "[module]...", arguments: 0...) { arguments in
            RateLimitPolicy.shared.enforce(true, try log.modules(arguments))
            return ""
        }
        register("vlog/disable-rate-limit", usage: "[module]...", arguments: 0...) { arguments in
            RateLimitPolicy.shared.enforce(false, try log.modules(arguments))
            return ""
        }
    }
}

extension VLog {
    /// The modules that the arguments of `vlog/*-rate-limit` name; nil means all.
    fileprivate func modules(_ words: [String]) throws(UnixctlError) -> [String]? {
        let known = moduleNames
        var names: [String] = []
        for word in words.map({ $0.lowercased() }) {
            if word == "any" { return nil }
            guard known.contains(word) else { throw UnixctlError("unknown module") }
            names.append(word)
        }
        return names.isEmpty ? nil : names
    }
}
