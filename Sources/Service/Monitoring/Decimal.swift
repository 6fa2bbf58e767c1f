import Packets
import Program

/// Numbers with a fixed count of decimal places, as printf's "%.Nf".
package enum Decimal {
    /// `value`, which must not be negative, rounded to `places` decimals.
    package static func text(_ value: Double, places: Int) -> String {
        guard value.isFinite, value < 1e15 else { return "\(value)" }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = UInt64((value * scale).rounded(.toNearestOrEven))
        guard places > 0 else { return String(scaled) }
        return "\(scaled / UInt64(scale)).\(TextNumber.padded(scaled % UInt64(scale), digits: places))"
    }
}
