import Glibc
import Machine

/// The Open_vSwitch row's `statistics` (`enable-statistics`): processors, load, memory, our processes, file systems.
enum SystemStatistics {
    /// Reads everything anew. May wait for file systems: not for the control thread.
    static func collect(runDirectory: String) -> [String: String] {
        var map: [String: String] = ["cpu": String(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))]
        map["load_average"] = TextFile.read("/proc/loadavg").map {
            $0.split(separator: " ").prefix(3).joined(separator: ",")
        }
        map["memory"] = TextFile.read("/proc/meminfo").flatMap(memory)
        for (name, process) in processes(runDirectory) { map["process_\(name)"] = process }
        let systems = fileSystems(TextFile.read("/proc/mounts") ?? "")
        if !systems.isEmpty { map["file_systems"] = systems.joined(separator: " ") }
        return map
    }

    /// Total, used, cached, swap total, swap used: kilobytes.
    static func memory(_ text: String) -> String? {
        var fields: [Substring: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
            if words.count >= 2, let value = Int(words[1]) { fields[words[0]] = value }
        }
        guard let total = fields["MemTotal"], let free = fields["MemFree"] else { return nil }
        let cached = (fields["Buffers"] ?? 0) + (fields["Cached"] ?? 0)
        let swap = fields["SwapTotal"] ?? 0
        return "\(total),\(total - free),\(min(cached, total - free)),\(swap),\(swap - (fields["SwapFree"] ?? swap))"
    }

    /// Virtual and resident size (kB), time on processors (ms), crashes, and age (ms) twice, from proc(5)'s `stat`.
    static func process(_ stat: String, uptimeSeconds: Double, ticksPerSecond: Int, pageBytes: Int) -> String? {
        // The name in parentheses may hold anything, also spaces.
        guard let end = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ").map { Int($0) }
        guard fields.count > 21, let user = fields[11], let system = fields[12], let start = fields[19],
            let virtual = fields[20], let resident = fields[21]
        else { return nil }
        let busy = (user + system) * 1000 / ticksPerSecond
        let age = max(0, Int((uptimeSeconds - Double(start) / Double(ticksPerSecond)) * 1000))
        return "\(virtual / 1024),\(resident * pageBytes / 1024),\(busy),0,\(age),\(age)"
    }

    private static func processes(_ directory: String) -> [(String, String)] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        let uptime = TextFile.read("/proc/uptime")?.split(separator: " ").first.flatMap { Double($0) } ?? 0
        var result: [(String, String)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".pid"), let pid = processNumber("\(directory)/\(name)"), pid > 0,
                let stat = TextFile.read("/proc/\(pid)/stat"),
                let line = process(
                    stat, uptimeSeconds: uptime, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)),
                    pageBytes: sysconf(Int32(_SC_PAGESIZE)))
            else { continue }
            result.append((String(name.dropLast(4)), line))
        }
        return result
    }

    /// The number in a pidfile. Our own is not read: closing it again would give up the lock that says we live
    /// (fcntl(2)).
    private static func processNumber(_ path: String) -> Int32? {
        if isOpen(path) { return getpid() }
        return TextFile.read(path)?.split(separator: "\n").first.flatMap { Int32($0) }
    }

    /// Whether this process has the file open.
    private static func isOpen(_ path: String) -> Bool {
        var wanted = stat()
        guard stat(path, &wanted) == 0, let stream = opendir("/proc/self/fd") else { return false }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            var candidate = stat()
            let number = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                Int32(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
            }
            if let number, fstat(number, &candidate) == 0, candidate.st_ino == wanted.st_ino,
                candidate.st_dev == wanted.st_dev
            {
                return true
            }
        }
        return false
    }

    /// `mount point,kilobytes,kilobytes used` of local, writable file systems.
    private static func fileSystems(_ mounts: String) -> [String] {
        var seen: Set<Substring> = []
        return mounts.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 4, words[0].hasPrefix("/dev/"), words[3].split(separator: ",").first == "rw",
                seen.insert(words[0]).inserted
            else { return nil }
            var information = statvfs()
            guard statvfs(String(words[1]), &information) == 0, information.f_blocks > 0 else { return nil }
            let unit = UInt64(information.f_frsize)
            let total = UInt64(information.f_blocks).multipliedReportingOverflow(by: unit).partialValue / 1024
            let free = UInt64(information.f_bfree).multipliedReportingOverflow(by: unit).partialValue / 1024
            let point = words[1].replacing("\\040", with: "_").replacing(",", with: "_")
            return "\(point),\(total),\(total &- free)"
        }
    }
}
