/// Whether another plan would share the load out better: the variance of the threads' busy shares, by NUMA node.
struct LoadBalance {
    /// Cycles that a thread could have spent in the time that the loads were measured in.
    let capacity: [Int: UInt64]
    let cores: [QueueScheduler.Core]

    /// By how many per cent the variance of the best improved node would fall.
    func improvement(
        _ cycles: [UInt64], from current: [Int?], to planned: [Int?], isolated: Set<Int>
    ) -> Int {
        Set(cores.map(\.node)).reduce(0) { best, node in
            let members = cores.filter { $0.node == node && !isolated.contains($0.number) }
            let before = variance(members, cycles, current)
            let after = variance(members, cycles, planned)
            return after < before ? max(best, Int((before - after) * 100 / before)) : best
        }
    }

    private func variance(_ members: [QueueScheduler.Core], _ cycles: [UInt64], _ places: [Int?]) -> Double {
        guard !members.isEmpty else { return 0 }
        let shares = members.map { core in
            let load = zip(cycles, places).reduce(UInt64(0)) { $1.1 == core.number ? $0 &+ $1.0 : $0 }
            let whole = capacity[core.number] ?? 0
            return whole == 0 ? 0 : Double(load) * 100 / Double(whole)
        }
        let mean = shares.reduce(0, +) / Double(shares.count)
        return shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count)
    }
}
