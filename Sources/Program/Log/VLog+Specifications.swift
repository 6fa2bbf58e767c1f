/// What operators have changed, for a process image that follows this one.
extension VLog {
    /// Levels, patterns and the facility, as ``set(_:)`` takes them.
    public var specifications: [String] {
        state.withLock { state in
            var result: [String] = []
            for destination in LogDestination.allCases {
                let usual = state.levels[destination.rawValue]
                result.append("any:\(destination.name):\(usual.name)")
                for module in state.modules.values where module[destination] != usual {
                    result.append("\(module.name):\(destination.name):\(module[destination].name)")
                }
                result.append("PATTERN:\(destination.name):\(state.patterns[destination.rawValue].text)")
            }
            if let facility = state.syslog.facility { result.append("FACILITY:\(facility.name)") }
            return result
        }
    }

    /// Puts ``specifications`` of another image in force; modules that have not logged in this one are made.
    public func adopt(_ specifications: [String]) throws(ManagementError) {
        for text in specifications {
            let specification = try LogSpecification(text) { _ in true }
            if case .levels(let name?, _, _) = specification { _ = module(name) }
            apply(specification)
        }
    }
}
