import ArgumentParser
import Glibc
import OVSDB
import OVSDBServer

/// Makes a database's file.
struct CreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes the file of an empty database.")

    @Argument(help: "The file to make.") var file: String
    @Argument(help: "A schema; that of Open_vSwitch unless given.") var schema: String?

    func run() throws {
        QuietLog.begin()
        let json = try schema.map { try JSON(parsing: try readFile($0)) } ?? OpenVSwitchSchema.json
        try DatabaseFile.create(file, schema: json)
    }
}

/// The bytes of a file.
func readFile(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw StorageError("\(path): open failed", errno: errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { break }
        bytes += chunk[..<count]
    }
    guard ferror(file) == 0 else { throw StorageError("\(path): read failed", errno: errno) }
    return bytes
}
