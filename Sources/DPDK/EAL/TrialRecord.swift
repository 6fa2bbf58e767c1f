import FoundationEssentials
import Glibc

/// Remembers in a file the arguments that came up last and the surroundings in which they did, so that the next process
/// need not try them first.
///
/// While they are used the file is gone: whoever dies of them all the same tries them before the next time.
struct TrialRecord: Sendable {
    private struct Entry: Codable {
        let arguments: [String]
        let surroundings: EALSurroundings
    }

    /// Options whose outcome follows from themselves and the surroundings. Others name devices, files, or libraries,
    /// of which nothing is remembered.
    private static let foreseeable: Set<String> = [
        "-c", "-l", "--lcores", "-m", "-n", "--socket-mem", "--socket-limit", "--in-memory", "--no-huge", "--no-pci",
        "--no-telemetry", "--no-shconf",
    ]
    private static let noDevice = ["-a", "0000:00:00.0"]

    /// Where it is; the folder is the daemon's own.
    let file: String

    /// Whether the arguments came up last time, in surroundings that were no better than these.
    func vouches(for arguments: [String], in surroundings: EALSurroundings) -> Bool {
        guard Self.isForeseeable(arguments), let data = try? Data(contentsOf: URL(fileURLWithPath: file)),
            let entry = try? JSONDecoder().decode(Entry.self, from: data)
        else { return false }
        return entry.arguments == arguments && surroundings.isAsGood(as: entry.surroundings)
    }

    /// Notes that the arguments came up. `surroundings` are those before, when their memory was free.
    func keep(_ arguments: [String], _ surroundings: EALSurroundings) {
        guard Self.isForeseeable(arguments),
            let data = try? JSONEncoder().encode(Entry(arguments: arguments, surroundings: surroundings))
        else { return }
        try? data.write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    /// Forgets what is noted.
    func withdraw() {
        unlink(file)
    }

    private static func isForeseeable(_ arguments: [String]) -> Bool {
        var words = arguments.dropFirst()
        while let word = words.popFirst() {
            if word == noDevice[0], words.first == noDevice[1] {
                words.removeFirst()
            } else if word.hasPrefix("-") {
                let option = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
                if !foreseeable.contains(option) { return false }
            }
        }
        return true
    }
}
