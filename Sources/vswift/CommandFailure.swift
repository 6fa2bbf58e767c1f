/// Why a command could not do what it was asked for, when it was not the fault of how it was asked.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
