/// Why a command could not do what it was asked for, when it was not the fault of how it was asked.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether whoever asked may not.
    let isDenial: Bool

    init(_ description: String, isDenial: Bool = false) {
        self.description = description
        self.isDenial = isDenial
    }
}
