/// What came of looking into the database's file, as no server answered.
public enum DatabaseFileState: Sendable, Equatable {
    /// The settings are from this file.
    case read(String)
    /// There is none, or it cannot be read: why.
    case unreadable(String)
    /// Whoever asks may not read it: why.
    case forbidden(String)
    /// It is there, and is no database that a switch could begin with: why.
    case damaged(String)
}
