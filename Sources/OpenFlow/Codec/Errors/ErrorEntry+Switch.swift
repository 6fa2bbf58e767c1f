extension ErrorEntry {
    /// Errors about ports, tables, queues, the switch as a whole and roles.
    static func switchEntry(_ code: OpenFlowError.Code) -> ErrorEntry? {
        switch code {
        case .badPort: ErrorEntry("OFPPMFC_BAD_PORT", .standard(from: .v10, 4, 0), .standard(from: .v11, 7, 0))
        case .badHardwareAddress:
            ErrorEntry(
                "OFPPMFC_BAD_HW_ADDR", .standard(from: .v10, 4, 1), .standard(from: .v11, 7, 1))
        case .badPortConfiguration: ErrorEntry("OFPPMFC_BAD_CONFIG", .standard(from: .v11, 7, 2))
        case .badPortAdvertisement: ErrorEntry("OFPPMFC_BAD_ADVERTISE", .standard(from: .v11, 7, 3))
        case .portPermissions: ErrorEntry("OFPPMFC_EPERM", .standard(from: .v12, 7, 4))
        case .badTableModTable: ErrorEntry("OFPTMFC_BAD_TABLE", .standard(from: .v11, 8, 0))
        case .badTableModConfiguration: ErrorEntry("OFPTMFC_BAD_CONFIG", .standard(from: .v11, 8, 1))
        case .tableModPermissions: ErrorEntry("OFPTMFC_EPERM", .standard(from: .v12, 8, 2))
        case .badQueuePort: ErrorEntry("OFPQOFC_BAD_PORT", .standard(from: .v10, 5, 0), .standard(from: .v11, 9, 0))
        case .badQueue: ErrorEntry("OFPQOFC_BAD_QUEUE", .standard(from: .v10, 5, 1), .standard(from: .v11, 9, 1))
        case .queuePermissions: ErrorEntry("OFPQOFC_EPERM", .standard(from: .v10, 5, 2), .standard(from: .v11, 9, 2))
        case .badConfigurationFlags: ErrorEntry("OFPSCFC_BAD_FLAGS", .standard(from: .v11, 10, 0))
        case .badConfigurationLength: ErrorEntry("OFPSCFC_BAD_LEN", .standard(from: .v11, 10, 1))
        case .staleRole: ErrorEntry("OFPRRFC_STALE", .standard(from: .v12, 11, 0))
        case .roleUnsupported: ErrorEntry("OFPRRFC_UNSUP", .standard(from: .v12, 11, 1))
        case .roleRequestBad: ErrorEntry("OFPRRFC_BAD_ROLE", .nicira(from: .v10, 1, 513), .standard(from: .v12, 11, 2))
        case .badTableFeaturesTable: ErrorEntry("OFPTFFC_BAD_TABLE", .standard(from: .v13, 13, 0))
        case .badTableFeaturesMetadata: ErrorEntry("OFPTFFC_BAD_METADATA", .standard(from: .v13, 13, 1))
        case .tableFeaturesPermissions: ErrorEntry("OFPTFFC_EPERM", .standard(from: .v13, 13, 5))
        case .badTableFeaturesCapabilities: ErrorEntry("OFPTFFC_BAD_CAPA", .standard(from: .v15, 13, 6))
        case .badTableFeaturesMaximum: ErrorEntry("OFPTFFC_BAD_MAX_ENT", .standard(from: .v15, 13, 7))
        case .badTableFeatures: ErrorEntry("OFPTFFC_BAD_FEATURES", .standard(from: .v15, 13, 8))
        case .badTableFeaturesCommand: ErrorEntry("OFPTFFC_BAD_COMMAND", .standard(from: .v15, 13, 9))
        case .tooManyTables: ErrorEntry("OFPTFFC_TOO_MANY", .standard(from: .v15, 13, 10))
        case .duplicateTable: ErrorEntry("NXTFFC_DUP_TABLE", .experimenter(from: .v13, .nicira, 44))
        default: nil
        }
    }
}
