/// Who asks for a transaction, and what it may do.
public struct ExecutionContext {
    /// Whether the client holds a lock of that name.
    public var holdsLock: (String) -> Bool
    /// How long the transaction has been waiting.
    public var elapsedMilliseconds: Int64
    /// Whether an unmet `wait` suspends the transaction rather than fails it.
    public var mayWait: Bool
    /// Whether the client may only look.
    public var isReadOnly: Bool

    /// Whether the server itself asks, which may change its own database too.
    var isInternal = false

    /// A client that may do everything.
    public init(
        mayWait: Bool = false, elapsedMilliseconds: Int64 = 0, isReadOnly: Bool = false,
        holdsLock: @escaping (String) -> Bool = { _ in false }
    ) {
        self.mayWait = mayWait
        self.elapsedMilliseconds = elapsedMilliseconds
        self.isReadOnly = isReadOnly
        self.holdsLock = holdsLock
    }
}
