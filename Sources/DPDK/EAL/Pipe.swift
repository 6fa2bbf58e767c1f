import CLinux
import Glibc

/// A pipe whose ends are closed with it.
struct Pipe: ~Copyable {
    let reader: Int32
    private(set) var writer: Int32

    init() throws(DPDKError) {
        var ends: [Int32] = [-1, -1]
        let error = cl_pipe(&ends)
        guard error == 0 else {
            throw DPDKError(.system, "DPDK could not be tried: no pipe: \(DPDKError.text(error))", errno: -error)
        }
        (reader, writer) = (ends[0], ends[1])
    }

    mutating func closeWriter() {
        if writer >= 0 { close(writer) }
        writer = -1
    }

    deinit {
        close(reader)
        if writer >= 0 { close(writer) }
    }
}
