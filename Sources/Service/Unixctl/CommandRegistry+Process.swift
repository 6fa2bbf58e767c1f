import Control

extension CommandRegistry {
    /// Adds the commands over the process: `version`, `coverage/show`, `coverage/read-counter`, `memory/show`.
    ///
    /// - Parameter version: the first line of `--version`.
    public func registerProcessCommands(version: String, coverage: Coverage, memory: MemoryReport) {
        register("version") { _ in version }
        register("coverage/show") { _ in coverage.table() }
        register("coverage/read-counter", usage: "COUNTER", arguments: 1...1) { arguments in
            guard let total = coverage.totals()[arguments[0]] else { throw UnixctlError("No such counter") }
            return "\(total)"
        }
        register("memory/show") { _ in await memory.text() }
    }

    /// Adds `exit`: `shutdown` (told whether `--cleanup` was given) is awaited before the client gets its answer; when
    /// the answer has left `end` is called, which ends the process.
    public func registerExit(
        shutdown: @escaping @Sendable @ControlActor (_ isCleanup: Bool) async -> Void,
        end: @escaping @Sendable @ControlActor () -> Void
    ) {
        register("exit", usage: "[--cleanup]", arguments: 0...1) { [weak self] arguments in
            await shutdown(arguments.first == "--cleanup")
            self?.afterReply = end
            return ""
        }
    }
}
