import OpenFlow

/// Chooses the OpenFlow numbers of a bridge's ports (OVS: `alloc_ofp_port`).
struct PortNumbers {
    /// When ports with these numbers went: they are not given to others soon, since flows may still name them.
    private var freed: [OpenFlowPort: ContinuousClock.Instant] = [:]
    /// The number that was chosen last.
    private var last: UInt16 = 0

    /// The upper half of the numbers is for those who ask for them.
    private static let chosenLimit: UInt16 = 32768
    private static let rest = Duration.seconds(3600)

    /// The number that a new port gets: the one requested, the one it had, or the next that no port has or had in the
    /// last hour; nil: none is left.
    func choose(
        for configuration: BridgePortConfiguration, now: ContinuousClock.Instant, isTaken: (OpenFlowPort) -> Bool
    ) -> OpenFlowPort? {
        for wish in [configuration.requestedNumber, configuration.previousNumber] {
            if let wish, (1..<OpenFlowPort.limit).contains(wish.rawValue), !isTaken(wish) { return wish }
        }
        var oldest: (number: OpenFlowPort, freed: ContinuousClock.Instant)?
        var value = last
        for _ in 1..<Self.chosenLimit {
            value = value + 1 < Self.chosenLimit ? value + 1 : 1
            let number = OpenFlowPort(rawValue: value)
            if isTaken(number) { continue }
            guard let then = freed[number], now - then <= Self.rest else { return number }
            if oldest.map({ then < $0.freed }) ?? true { oldest = (number, then) }
        }
        return oldest?.number
    }

    /// A port has this number now.
    mutating func take(_ number: OpenFlowPort, for configuration: BridgePortConfiguration) {
        freed[number] = nil
        let isWish = [configuration.requestedNumber, configuration.previousNumber].contains(number)
        if number.rawValue < Self.chosenLimit, !isWish { last = number.rawValue }
    }

    /// It has gone.
    mutating func free(_ number: OpenFlowPort, now: ContinuousClock.Instant) { freed[number] = now }
}
