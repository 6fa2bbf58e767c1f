/// A Unix domain socket, or the directory that it is in, could not be opened.
public struct SocketPathError: Error {
    /// Why, as open(2) tells.
    public let errno: Int32
}
