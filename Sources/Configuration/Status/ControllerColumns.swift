import OVSDB
import OpenFlow

/// The status columns of a Controller row.
enum ControllerColumns {
    /// - Parameter status: nil for passive controllers, and for those that are not served.
    static func columns(_ status: ControllerStatus?) -> ControllerRow {
        var row = ControllerRow()
        row.isConnected = status?.isConnected ?? false
        row.role = status?.role
        row.status = status?.details ?? [:]
        return row
    }
}
