import Foundation

/// A child process. Foundation's `Process` waits on a socket that its children inherit, so that waiting for a program
/// that leaves a daemon behind never ends; this one waits for the process itself.
final class Child {
    let pid: pid_t

    /// Starts `words` (the first one an absolute path) with standard input from /dev/null and both outputs into a file.
    init(words: [String], environment: [String: String] = [:], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Closing a descriptor that is not open is no error here; the C library's close-from is not in its module.
        for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // Dispatch's threads block signals: a child that inherited that could not be ended by SIGTERM.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var arguments = words.map { strdup($0) } + [nil]
        var values = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + values).forEach { free($0) } }
        var identifier: pid_t = 0
        let status = posix_spawn(&identifier, words[0], &actions, &attributes, &arguments, &values)
        guard status == 0 else { throw LabError(text: "\(words[0]): \(String(cString: strerror(status)))") }
        pid = identifier
    }

    /// Waits for the end; returns the exit status, or 128 and the signal that ended it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
