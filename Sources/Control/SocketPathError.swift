/// The directory of a socket could not be opened.
public struct SocketPathError: Error {
    /// Why, as open(2) tells.
    public let errno: Int32
}
