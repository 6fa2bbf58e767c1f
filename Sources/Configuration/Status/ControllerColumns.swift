import OVSDB
import OpenFlow

/// The status columns of a Controller row.
enum ControllerColumns {
    /// - Parameter status: nil for passive controllers, and for those that are not served.
    static func columns(_ status: ControllerStatus?) -> [String: Datum] {
        [
            "is_connected": .boolean(status?.isConnected ?? false),
            "role": .optional(status?.role),
            "status": .map(status?.details ?? [:]),
        ]
    }
}
