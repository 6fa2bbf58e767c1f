import CDPDK

/// One band of a meter: a bucket of tokens that all threads draw from, in one number.
///
/// The number is the time at which the bucket will be full again (the generic cell rate algorithm of ITU-T I.371): how
/// far that lies ahead says how many tokens are missing, and drawing moves it on. So a draw is one
/// compare-and-exchange, and no token is given out twice. Times are TSC cycles with ``MeterBand/fraction`` bits behind
/// the point, and may wrap.
struct MeterBand {
    /// When the bucket is full.
    var fullAt: UInt64
    /// How long an empty bucket takes to fill.
    let fillTime: UInt64
    /// The time in which one token comes, with 24 bits more behind the point. A token is a bit or a packet.
    let timePerToken: UInt64
    /// Kilobits or packets per second: of several bands that are exceeded, the highest applies.
    let rate: UInt32
    /// 0: drop; else so many levels of drop precedence are added.
    let remarkLevels: UInt32
    /// What the band applied to.
    var packets: UInt64 = 0
    var bytes: UInt64 = 0
    private var unused: UInt64 = 0
    private var unusedToo: UInt64 = 0

    typealias Reference = UnsafeMutablePointer<MeterBand>

    static var fraction: UInt64 { 8 }

    init(_ band: DatapathMeter.Band, countsPackets: Bool, hertz: UInt64, now: UInt64) {
        rate = band.rate
        // A remark by 0 levels is not a drop: it changes nothing, but is counted.
        remarkLevels = band.remarkLevels.map { UInt32($0) | Self.remarks } ?? 0
        let tokensPerSecond = max(UInt64(band.rate) * (countsPackets ? 1 : 1000), 1)
        let depth = UInt64(band.burst == 0 ? band.rate : band.burst) * (countsPackets ? 1 : 1000)
        // 2^32 cycles a second, with all digits, just fit.
        timePerToken = (min(hertz, UInt64(UInt32.max)) << 32) / tokensPerSecond
        let fill = depth.multipliedFullWidth(by: timePerToken)
        fillTime = fill.high >> 22 == 0 ? fill.high << 40 | fill.low >> 24 : 1 << 62
        fullAt = now << Self.fraction
    }

    /// In ``remarkLevels``: the band remarks.
    static var remarks: UInt32 { 0x100 }

    /// Draws tokens at a time (in units of this band), all or none; false when there are not so many.
    @inline(__always)
    static func draw(_ band: Reference, _ tokens: UInt64, at time: UInt64) -> Bool {
        let price = tokens.multipliedFullWidth(by: band.pointee.timePerToken)
        let wait = price.high << 40 | price.low >> 24
        let fullAt = place(of: band)
        while true {
            let current = cdpdk_atomic_load(fullAt)
            // In the past, or so far ahead that a wrapped clock must have got there: the bucket is full.
            var missing = current &- time
            if missing > band.pointee.fillTime { missing = 0 }
            if price.high >> 22 != 0 || wait > band.pointee.fillTime &- missing { return false }
            if cdpdk_atomic_replace(fullAt, current, time &+ missing &+ wait) != 0 { return true }
        }
    }

    @inline(__always)
    static func count(_ band: Reference, bytes: UInt64) {
        let place = UnsafeMutableRawPointer(band)
        cdpdk_atomic_add((place + packetsOffset).assumingMemoryBound(to: UInt64.self), 1)
        cdpdk_atomic_add((place + packetsOffset + 8).assumingMemoryBound(to: UInt64.self), bytes)
    }

    @inline(__always)
    private static func place(of band: Reference) -> UnsafeMutablePointer<UInt64> {
        UnsafeMutableRawPointer(band).assumingMemoryBound(to: UInt64.self)
    }

    /// Where ``packets`` lies; ``bytes`` follows it.
    static var packetsOffset: Int { 32 }
}
