/// Where hugetlbfs is mounted, and who may use it.
struct MountCheck: Check {
    let subject = "hugetlbfs"

    func examine(_ host: Host) -> [Finding] {
        let mounts = host.hugepages.mounts
        let reserved = Set(host.hugepages.pools.filter { $0.total > 0 }.map(\.pageKiB))
        // With some of its pages in reach, DPDK starts.
        let isBarred = host.facts?.needsMount == true && reserved.isDisjoint(with: mounts.keys)
        var findings = reserved.sorted().filter { mounts[$0] == nil }.map { missing($0, isBarred) }
        for (size, path) in mounts.sorted(by: { $0.key < $1.key }) { findings.append(examine(path, size, host)) }
        findings += chosenDirectory(host)
        if findings.isEmpty {
            findings.append(Finding(.note, "no hugetlbfs is mounted", evidence: "/proc/mounts", cure: nil))
        }
        return findings
    }

    private func missing(_ size: Int, _ isBarred: Bool) -> Finding {
        let whom =
            isBarred
            ? "DPDK will not start, which other_config:dpdk-extra tells to have them through files (--legacy-mem)"
            : "programs that ask for files of them, such as guests with mem-path=, cannot have them; the switch can"
        return Finding(
            isBarred ? .error : .note, "no hugetlbfs is mounted for pages of \(size) kB: \(whom)",
            evidence: "/proc/mounts",
            cure: "mount -t hugetlbfs -o pagesize=\(size)K none /dev/hugepages\(size == 2048 ? "" : "-\(size)kB")")
    }

    private func examine(_ path: String, _ size: Int, _ host: Host) -> Finding {
        let lack = host.severity(ofLack: \.wantsHugepages)
        guard let status = host.tree.status(path) else {
            return Finding(
                lack, "\(path) is in the mount table and cannot be reached", evidence: "stat fails",
                cure: "umount \(path), then mount -t hugetlbfs -o pagesize=\(size)K none \(path)")
        }
        let user = host.processes.user(host.subjectProcess) ?? 0
        let mode = String(status.mode, radix: 8)
        let isOpen = user == 0 || (status.owner == user ? status.mode & 0o700 == 0o700 : status.mode & 0o007 == 0o007)
        guard isOpen else {
            return Finding(
                lack, "user \(user) may not use \(path)", evidence: "owner \(status.owner), mode \(mode)",
                cure: "mount -o remount,uid=\(user) \(path), or chown \(user) \(path)")
        }
        return Finding(
            .fine, "\(path) has pages of \(size) kB", evidence: "owner \(status.owner), mode \(mode)")
    }

    /// `dpdk-hugepage-dir` must be such a mount.
    private func chosenDirectory(_ host: Host) -> [Finding] {
        guard let chosen = host.facts?.otherConfig["dpdk-hugepage-dir"], !chosen.isEmpty else { return [] }
        if host.hugepages.mounts.values.contains(chosen) { return [] }
        return [
            Finding(
                .error, "other_config:dpdk-hugepage-dir is '\(chosen)', and no hugetlbfs is mounted there",
                evidence: "/proc/mounts has " + (host.hugepages.mounts.values.sorted().joined(separator: ", ")),
                cure: "mount -t hugetlbfs none \(chosen), or remove the setting")
        ]
    }
}
