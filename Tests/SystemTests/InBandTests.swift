import Foundation
import Testing

extension SystemTests {
    /// A controller that is reached through the bridge it controls.
    @Suite
    struct InBandTests {
        /// Says hello in OpenFlow 1.0 and answers echo requests.
        private static let controller = """
            import socket, struct
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("10.0.0.2", 6653))
            listener.listen(5)
            while True:
                peer, _ = listener.accept()
                peer.sendall(struct.pack("!BBHI", 1, 0, 8, 1))
                try:
                    while True:
                        head = peer.recv(8, socket.MSG_WAITALL)
                        if len(head) < 8:
                            break
                        _, kind, length, transaction = struct.unpack("!BBHI", head)
                        peer.recv(length - 8, socket.MSG_WAITALL) if length > 8 else b""
                        if kind == 2:
                            peer.sendall(struct.pack("!BBHI", 1, 3, 8, transaction))
                except OSError:
                    pass
            """

        @Test("A secure bridge without flows lets its controller's connection through, and nothing else")
        func secureBridge() throws {
            try Lab.run { lab in
                try lab.vsctl(
                    "add-br br0 -- set Bridge br0 datapath_type=netdev fail_mode=secure "
                        + "other_config:disable-in-band=true")
                let host = try lab.addHost("away", vethOn: "br0", address: "10.0.0.2")
                try lab.inside("ip address add 10.0.0.1/24 dev br0")
                try lab.inside("ip link set br0 up")
                let peer = try Child(
                    words: ["/usr/sbin/ip", "netns", "exec", host.namespace, "/usr/bin/python3", "-c", Self.controller],
                    output: "\(lab.folder)/controller")
                defer {
                    kill(peer.pid, SIGKILL)
                    _ = peer.wait()
                }
                try lab.vsctl("set-controller br0 tcp:10.0.0.2:6653")
                #expect(!lab.eventually(seconds: 5) { try lab.vsctl("get Controller br0 is_connected") == "true" })
                try lab.vsctl("remove Bridge br0 other_config disable-in-band")
                #expect(lab.eventually(seconds: 20) { try lab.vsctl("get Controller br0 is_connected") == "true" })
                // Hidden from controllers, shown to the operator.
                #expect(try !lab.ofctl("dump-flows br0").contains("actions"))
                let rules = try lab.appctl("bridge/dump-flows br0")
                #expect(rules.contains("nw_dst=10.0.0.2,tp_dst=6653"), "\(rules)")
                // What is not the controller's is still dropped.
                #expect(try host.ping("10.0.0.1") == 0)
            }
        }
    }
}
