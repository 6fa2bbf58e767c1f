import Control
import NIOCore
import NIOPosix

extension ListeningAddress {
    /// Makes the socket and has `bootstrap` listen on it. The file of a Unix domain socket is there when this returns.
    ///
    /// - Throws: the `errno` with which that file could not be made.
    package func bind(with bootstrap: ServerBootstrap) throws(SocketPathError) -> EventLoopFuture<any Channel> {
        switch self {
        case .unix(let path): bootstrap.withBoundSocket(try UnixListener.open(path))
        case .tcp(let host, let port), .tls(let host, let port):
            bootstrap
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host ?? "0.0.0.0", port: port)
        }
    }
}
