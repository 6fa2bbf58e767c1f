/// This program's own release.
public enum VSwiftRelease {
    /// Of daemon and command line alike.
    public static let version = "0.1.0"
}
