import Machine

/// What operators change, by options and by `vlog/*`.
extension VLog {
    /// Applies one specification of `-v` or `vlog/set`.
    public func set(_ text: String) throws(ManagementError) {
        apply(try specification(text))
    }

    /// Reads a specification against the modules there are.
    func specification(_ text: String) throws(ManagementError) -> LogSpecification {
        // The set of names is taken first: the parser calls back, and the lock is not recursive.
        let names = moduleNames
        return try LogSpecification(text) { names.contains($0) }
    }

    /// Puts a specification in force.
    public func apply(_ specification: LogSpecification) {
        state.withLock { state in
            switch specification {
            case .levels(let name, let only, let level):
                for destination in only.map({ [$0] }) ?? LogDestination.allCases {
                    if let name {
                        state.modules[name]?.set(destination, level)
                    } else {
                        state.levels[destination.rawValue] = level
                        for module in state.modules.values { module.set(destination, level) }
                    }
                }
            case .pattern(let only, let text):
                for destination in only.map({ [$0] }) ?? LogDestination.allCases {
                    state.patterns[destination.rawValue] = LogPattern(text)
                }
            case .facility(let facility): state.syslog.facility = facility
            }
        }
    }

    /// Lets no line below `level` through to the console, whatever the modules' thresholds were.
    public func limitConsole(to level: LogLevel) {
        state.withLock { state in
            let index = LogDestination.console.rawValue
            state.levels[index] = min(state.levels[index], level)
            for module in state.modules.values { module.set(.console, min(module[.console], level)) }
        }
    }

    /// Gives up standard error: what detaching does.
    public func closeConsole() {
        apply(.levels(module: nil, destination: .console, level: .off))
        state.withLock { state in
            state.isConsoleOpen = false
            refreshOpen(state)
        }
    }

    /// Chooses the way to the system log, and the target besides (nil: none).
    public func setSyslog(method: SyslogMethod, target: UDPTarget?) {
        state.withLock { state in
            state.syslog.method = method
            state.syslog.target = target
            refreshOpen(state)
        }
    }

    /// Begins to log to the file `path`.
    public func openFile(_ path: String) throws(ManagementError) {
        state.withLock { $0.file = LogFile(path: path) }
        try reopenFile()
    }

    /// Opens the log file again, as after a rotation; says so in the log if it is not the file that was open.
    ///
    /// - Throws: code `.invalid` when there is no log file to open, `.system` when it cannot be opened.
    public func reopenFile() throws(ManagementError) {
        let module = module("vlog")
        try state.withLock { state throws(ManagementError) in
            guard var file = state.file else { throw ManagementError(.invalid, "Logging to file not configured") }
            do throws(ManagementError) {
                let isOther = try file.open()
                state.file = file
                refreshOpen(state)
                guard isOther else { return }
                write(.info, module, "opened log file \(file.path)", &state)
            } catch {
                write(.warning, module, "failed to open \(file.path) for logging: \(error)", &state)
                throw error
            }
        }
    }

    /// Closes the log file until it is opened again.
    public func closeFile() {
        state.withLock { state in
            state.file?.close()
            refreshOpen(state)
        }
    }

    /// Names the main thread of this process in lines, as "(monitor)".
    public func setProcessName(_ name: String) {
        state.withLock { $0.processName = name }
    }

    /// The table of `vlog/list`.
    public func levelTable() -> String {
        var text = "                 console    syslog    file\n                 -------    ------    ------\n"
        let modules = state.withLock { $0.modules.values.sorted { $0.name < $1.name } }
        for module in modules {
            text += module.name.padded(to: 16)
            for (destination, gap) in [(LogDestination.console, 2), (.syslog, 7), (.file, 7)] {
                text += String(repeating: " ", count: gap) + module[destination].name.padded(to: 4, onLeft: true)
            }
            text += "\n"
        }
        return text
    }

    /// The table of `vlog/list-pattern`.
    public func patternTable() -> String {
        var text =
            "         prefix                            format\n         ------                            ------\n"
        for destination in [LogDestination.syslog, .console, .file] {
            let pattern = state.withLock { $0.patterns[destination.rawValue].text }
            let prefix = destination == .syslog ? LogPattern.syslogPrefix.text : "none"
            text += destination.name.uppercased().padded(to: 7) + "  " + prefix.padded(to: 32) + "  \(pattern)\n"
        }
        return text
    }
}
