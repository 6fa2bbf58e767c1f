import Foundation

/// A network namespace with one interface on the switch.
struct Host {
    let name: String
    let namespace: String
    let interface: String
    /// Where its helpers keep files.
    let folder: String

    @discardableResult
    func run(_ line: String, timeoutSeconds: Int = 60) throws -> String {
        try run(line.split(separator: " ").map(String.init), timeoutSeconds: timeoutSeconds)
    }

    @discardableResult
    func run(_ words: [String], timeoutSeconds: Int = 60) throws -> String {
        try Command.check(["ip", "netns", "exec", namespace] + words, timeoutSeconds: timeoutSeconds)
    }

    func bringUp(address: String?) throws {
        // No router solicitations and the like: the tests count packets.
        try run(["sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1"])
        if let address { try run("ip address add \(address)/24 dev \(interface)") }
        try run("ip link set \(interface) up")
    }

    /// How many of `count` echo requests to `address` were answered.
    func ping(_ address: String, count: Int = 3, size: Int = 56) throws -> Int {
        let words = "ping -c \(count) -i 0.1 -W 1 -s \(size) \(address)".split(separator: " ").map(String.init)
        let output = try Command.run(["ip", "netns", "exec", namespace] + words)
        guard let match = output.text.firstMatch(of: /(\d+) received/), let received = Int(match.1) else {
            throw CommandError(words: words, output: output)
        }
        return received
    }

    /// Whether `address` answers.
    func reaches(_ address: String) throws -> Bool {
        try ping(address) > 0
    }

    /// The interface's hardware address.
    func hardwareAddress() throws -> String {
        try run("cat /sys/class/net/\(interface)/address").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Puts raw frames on the wire, as they are.
    func inject(_ frames: [[UInt8]], repeated: Int = 1) throws {
        let program = """
            import socket, sys
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            wire.bind((sys.argv[1], 0))
            for _ in range(int(sys.argv[2])):
                for frame in sys.argv[3:]:
                    wire.send(bytes.fromhex(frame))
            """
        let hexadecimal = frames.map { frame in frame.map { String(format: "%02x", $0) }.joined() }
        try run(["/usr/bin/python3", "-c", program, interface, String(repeated)] + hexadecimal)
    }

    /// Frames that the interface received so far.
    func received() throws -> Int {
        Int(
            try run("cat /sys/class/net/\(interface)/statistics/rx_packets").trimmingCharacters(
                in: .whitespacesAndNewlines)) ?? -1
    }

    /// Starts a ping of ten a second in the background; `BackgroundPing.finish` tells what became of it.
    func startPing(_ address: String) throws -> BackgroundPing {
        let file = "\(folder)/ping-\(name)"
        let words = ["/usr/sbin/ip", "netns", "exec", namespace, "ping", "-i", "0.1", "-W", "1", "-D", address]
        return BackgroundPing(child: try Child(words: words, output: file), file: file)
    }
}

/// A ping that runs while the test does something.
final class BackgroundPing {
    private let child: Child
    private let file: String

    init(child: Child, file: String) {
        self.child = child
        self.file = file
    }

    /// Ends it; returns the requests sent and answered, and the longest time without an answer.
    func finish() throws -> (sent: Int, answered: Int, longestGapSeconds: Double) {
        kill(child.pid, SIGINT)
        _ = child.wait()
        let text = try String(contentsOfFile: file, encoding: .utf8)
        guard let match = text.firstMatch(of: /(\d+) packets transmitted, (\d+) received/),
            let sent = Int(match.1), let answered = Int(match.2)
        else { throw LabError(text: "no summary from ping:\n\(text)") }
        let times = text.matches(of: /\[(\d+\.\d+)\] \d+ bytes from/).compactMap { Double($0.1) }
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        return (sent, answered, gaps.max() ?? .infinity)
    }
}
