import Glibc
import OpenFlow

/// What one process image leaves to the next when the daemon begins anew in place: TAPs that stay open, what bridges
/// know that is in no database, the EAL's arguments that have been tried, and what operators have set by `ovs-appctl`.
struct HandOver {
    /// Names the descriptor in the environment of the next image.
    private static let variable = "VSWIFT_HANDOVER"

    var taps: [String: Int32] = [:]
    var bridges: [UInt8] = []
    var triedArguments: [String] = []
    /// Specifications of the log.
    var log: [String] = []
    /// The files of the databases that are served here, and where; empty where somebody else serves them.
    var databases: [String] = []
    var remotes: [String] = []

    /// Writes everything to a file without a name in `directory`; its descriptor, or nil when that fails.
    func store(in directory: String) -> Int32? {
        let path = "\(directory)/ovs-vswitchd.\(getpid()).handover"
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return nil }
        unlink(path)
        var writer = ByteWriter()
        writer.u32(UInt32(taps.count))
        for (name, tap) in taps {
            writer.write(name)
            writer.u32(UInt32(bitPattern: tap))
        }
        for list in [triedArguments, log, databases, remotes] { writer.write(list) }
        writer.append(bridges)
        var offset = 0
        while offset < writer.bytes.count {
            let written = writer.bytes[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else {
                close(descriptor)
                return nil
            }
            offset += written
        }
        lseek(descriptor, 0, SEEK_SET)
        setenv(Self.variable, String(descriptor), 1)
        return descriptor
    }

    /// What the image before has left; nil when there was none.
    static func take() -> HandOver? {
        guard let text = getenv(variable), let descriptor = Int32(String(cString: text)) else { return nil }
        unsetenv(variable)
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        var reader = ByteReader(bytes)
        var result = HandOver()
        do throws(OpenFlowError) {
            for _ in 0..<(try reader.u32()) {
                let name = try reader.text()
                result.taps[name] = Int32(bitPattern: try reader.u32())
            }
            result.triedArguments = try reader.texts()
            result.log = try reader.texts()
            result.databases = try reader.texts()
            result.remotes = try reader.texts()
            result.bridges = reader.rest()
        } catch {
            return nil
        }
        return result
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ text: String) {
        let bytes = Array(text.utf8)
        u32(UInt32(bytes.count))
        append(bytes)
    }

    fileprivate mutating func write(_ list: [String]) {
        u32(UInt32(list.count))
        for text in list { write(text) }
    }
}

extension ByteReader {
    fileprivate mutating func text() throws(OpenFlowError) -> String {
        var part = try part(Int(try u32()))
        return String(decoding: part.rest(), as: UTF8.self)
    }

    fileprivate mutating func texts() throws(OpenFlowError) -> [String] {
        var result: [String] = []
        for _ in 0..<(try u32()) { result.append(try text()) }
        return result
    }
}
