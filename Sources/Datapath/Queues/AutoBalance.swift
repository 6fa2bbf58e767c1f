/// When queues are shared out anew by themselves (`other_config:pmd-auto-lb…`).
public struct AutoBalance: Sendable, Equatable {
    /// `pmd-auto-lb`.
    public var isEnabled = false
    /// `pmd-auto-lb-rebal-interval`: minutes between looks.
    public var intervalMinutes = 1
    /// `pmd-auto-lb-load-threshold`: per cent above which a thread is overloaded.
    public var loadThreshold = 95
    /// `pmd-auto-lb-improvement-threshold`: per cent by which the variance of loads has to fall.
    public var improvementThreshold = 25

    /// OVS's defaults.
    public init() {}
}
