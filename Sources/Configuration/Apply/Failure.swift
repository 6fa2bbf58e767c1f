/// A change that could not be made, and when that is worth another try.
struct Failure {
    /// What was tried.
    let change: ConfigurationChange
    /// For the row's `error`.
    let text: String
    /// The applier's epoch then: a later one means that something was released or brought up since.
    let epoch: Int
    let when: ContinuousClock.Instant
    /// The kernel's index of the device of the interface's name then; 0: there was none.
    let kernelIndex: UInt32
}
