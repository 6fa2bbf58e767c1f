extension ErrorEntry {
    /// OFPET_BAD_ACTION, OFPET_BAD_INSTRUCTION.
    static func actionEntry(_ code: OpenFlowError.Code) -> ErrorEntry? {
        switch code {
        case .badActionType: ErrorEntry("OFPBAC_BAD_TYPE", .standard(from: .v10, 2, 0))
        case .badActionLength: ErrorEntry("OFPBAC_BAD_LEN", .standard(from: .v10, 2, 1))
        case .badActionExperimenter: ErrorEntry("OFPBAC_BAD_VENDOR", .standard(from: .v10, 2, 2))
        case .badActionExperimenterType: ErrorEntry("OFPBAC_BAD_VENDOR_TYPE", .standard(from: .v10, 2, 3))
        case .badOutPort: ErrorEntry("OFPBAC_BAD_OUT_PORT", .standard(from: .v10, 2, 4))
        case .badActionArgument: ErrorEntry("OFPBAC_BAD_ARGUMENT", .standard(from: .v10, 2, 5))
        case .actionPermissions: ErrorEntry("OFPBAC_EPERM", .standard(from: .v10, 2, 6))
        case .tooManyActions: ErrorEntry("OFPBAC_TOO_MANY", .standard(from: .v10, 2, 7))
        case .badActionQueue: ErrorEntry("OFPBAC_BAD_QUEUE", .standard(from: .v10, 2, 8))
        case .badOutGroup: ErrorEntry("OFPBAC_BAD_OUT_GROUP", .nicira(from: .v10, 2, 9), .standard(from: .v11, 2, 9))
        case .matchInconsistent:
            ErrorEntry(
                "OFPBAC_MATCH_INCONSISTENT", .nicira(from: .v10, 1, 522), .standard(from: .v11, 2, 10))
        case .unsupportedOrder: ErrorEntry("OFPBAC_UNSUPPORTED_ORDER", .standard(from: .v11, 2, 11))
        case .badTag: ErrorEntry("OFPBAC_BAD_TAG", .standard(from: .v11, 2, 12))
        case .badSetType: ErrorEntry("OFPBAC_BAD_SET_TYPE", .nicira(from: .v10, 1, 523), .standard(from: .v12, 2, 13))
        case .badSetLength: ErrorEntry("OFPBAC_BAD_SET_LEN", .nicira(from: .v10, 1, 524), .standard(from: .v12, 2, 14))
        case .badSetArgument:
            ErrorEntry(
                "OFPBAC_BAD_SET_ARGUMENT", .nicira(from: .v10, 1, 525), .standard(from: .v12, 2, 15))
        case .badSetMask:
            ErrorEntry(
                "OFPBAC_BAD_SET_MASK", .experimenter(from: .v13, .onf, 4250), .standard(from: .v15, 2, 16))
        case .badActionMeter: ErrorEntry("OFPBAC_BAD_METER", .standard(from: .v15, 2, 17))
        case .mustBeZeroAction:
            ErrorEntry(
                "NXBAC_MUST_BE_ZERO", .nicira(from: .v10, 2, 256), .experimenter(from: .v12, .nicira, 11))
        case .badConjunction:
            ErrorEntry(
                "NXBAC_BAD_CONJUNCTION", .nicira(from: .v10, 2, 526), .experimenter(from: .v12, .nicira, 15))
        case .badHeaderType: ErrorEntry("NXBAC_BAD_HEADER_TYPE", .experimenter(from: .v13, .nicira, 39))
        case .conntrackUnsupported:
            ErrorEntry(
                "NXBAC_CT_DATAPATH_SUPPORT", .nicira(from: .v10, 1, 265), .experimenter(from: .v12, .nicira, 42))
        case .unknownInstruction: ErrorEntry("OFPBIC_UNKNOWN_INST", .standard(from: .v11, 3, 0))
        case .unsupportedInstruction:
            ErrorEntry(
                "OFPBIC_UNSUP_INST", .nicira(from: .v10, 2, 257), .standard(from: .v11, 3, 1))
        case .badInstructionTable: ErrorEntry("OFPBIC_BAD_TABLE_ID", .standard(from: .v11, 3, 2))
        case .unsupportedMetadata: ErrorEntry("OFPBIC_UNSUP_METADATA", .standard(from: .v11, 3, 3))
        case .unsupportedMetadataMask: ErrorEntry("OFPBIC_UNSUP_METADATA_MASK", .standard(from: .v11, 3, 4))
        case .badInstructionExperimenter: ErrorEntry("OFPBIC_BAD_EXPERIMENTER", .standard(from: .v11, 3, 5))
        case .badInstructionExperimenterType:
            ErrorEntry(
                "OFPBIC_BAD_EXP_TYPE", .standard(from: .v11, 3, 5), .standard(from: .v12, 3, 6))
        case .badInstructionLength: ErrorEntry("OFPBIC_BAD_LEN", .standard(from: .v12, 3, 7))
        case .instructionPermissions: ErrorEntry("OFPBIC_EPERM", .standard(from: .v12, 3, 8))
        case .duplicateInstruction:
            ErrorEntry(
                "OFPBIC_DUP_INST", .nicira(from: .v11, 3, 256), .experimenter(from: .v12, .onf, 2600),
                .standard(from: .v14, 3, 9))
        default: nil
        }
    }
}
