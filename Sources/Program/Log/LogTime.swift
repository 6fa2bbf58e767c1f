import Glibc

/// A moment of wall-clock time, to the millisecond.
public struct LogTime: Sendable, Equatable {
    /// Seconds since 1970, UTC.
    public var seconds: Int
    /// 0 to 999.
    public var milliseconds: Int

    /// A moment; `milliseconds` is 0 to 999.
    public init(seconds: Int, milliseconds: Int) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    /// Now.
    public static var now: LogTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// The moment as strftime(3) writes it with `format`, each `#` replaced by a digit of the fraction; digits after
    /// the third are 0 (OVS: `strftime_msec`).
    public func formatted(_ format: String, isUTC: Bool) -> String {
        guard !format.isEmpty else { return "" }
        var stamp = time_t(seconds)
        var broken = tm()
        if isUTC { gmtime_r(&stamp, &broken) } else { localtime_r(&stamp, &broken) }
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            let length = strftime(buffer.baseAddress, buffer.count, format, &broken)
            return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        guard text.utf8.contains(UInt8(ascii: "#")) else { return text }
        var divisor = 100
        var bytes = Array(text.utf8)
        for index in bytes.indices where bytes[index] == UInt8(ascii: "#") {
            bytes[index] = divisor == 0 ? UInt8(ascii: "0") : UInt8(ascii: "0") + UInt8(milliseconds / divisor % 10)
            divisor /= 10
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
