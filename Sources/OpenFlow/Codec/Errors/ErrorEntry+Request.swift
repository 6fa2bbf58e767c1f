extension ErrorEntry {
    /// OFPET_HELLO_FAILED, OFPET_BAD_REQUEST and what Nicira adds to the latter.
    static func requestEntry(_ code: OpenFlowError.Code) -> ErrorEntry? {
        switch code {
        case .helloIncompatible: ErrorEntry("OFPHFC_INCOMPATIBLE", .standard(from: .v10, 0, 0))
        case .badVersion: ErrorEntry("OFPBRC_BAD_VERSION", .standard(from: .v10, 1, 0))
        case .badType: ErrorEntry("OFPBRC_BAD_TYPE", .standard(from: .v10, 1, 1))
        case .badMultipart: ErrorEntry("OFPBRC_BAD_STAT", .standard(from: .v10, 1, 2))
        case .badExperimenter: ErrorEntry("OFPBRC_BAD_VENDOR", .standard(from: .v10, 1, 3))
        case .badSubtype, .badExperimenterType: ErrorEntry("OFPBRC_BAD_SUBTYPE", .standard(from: .v10, 1, 4))
        case .permissions: ErrorEntry("OFPBRC_EPERM", .standard(from: .v10, 1, 5))
        case .badLength: ErrorEntry("OFPBRC_BAD_LEN", .standard(from: .v10, 1, 6))
        case .bufferEmpty: ErrorEntry("OFPBRC_BUFFER_EMPTY", .standard(from: .v10, 1, 7))
        case .bufferUnknown: ErrorEntry("OFPBRC_BUFFER_UNKNOWN", .standard(from: .v10, 1, 8))
        case .badTable: ErrorEntry("OFPBRC_BAD_TABLE_ID", .nicira(from: .v10, 1, 512), .standard(from: .v11, 1, 9))
        case .isSecondary: ErrorEntry("OFPBRC_IS_SECONDARY", .standard(from: .v10, 1, 5), .standard(from: .v12, 1, 10))
        case .badPacketPort: ErrorEntry("OFPBRC_BAD_PORT", .nicira(from: .v10, 1, 514), .standard(from: .v12, 1, 11))
        case .badPacket: ErrorEntry("OFPBRC_BAD_PACKET", .standard(from: .v12, 1, 12))
        case .multipartOverflow: ErrorEntry("OFPBRC_MULTIPART_BUFFER_OVERFLOW", .standard(from: .v13, 1, 13))
        case .multipartTimeout:
            ErrorEntry(
                "OFPBRC_MULTIPART_REQUEST_TIMEOUT", .experimenter(from: .v13, .onf, 2640), .standard(from: .v14, 1, 14))
        case .pipelineFieldsOnly: ErrorEntry("OFPBRC_PIPELINE_FIELDS_ONLY", .standard(from: .v15, 1, 17))
        case .invalidNXM:
            ErrorEntry(
                "NXBRC_NXM_INVALID", .nicira(from: .v10, 1, 256), .experimenter(from: .v12, .nicira, 2))
        case .badNXMType:
            ErrorEntry(
                "NXBRC_NXM_BAD_TYPE", .nicira(from: .v10, 1, 257), .experimenter(from: .v12, .nicira, 3))
        case .mustBeZeroRequest:
            ErrorEntry(
                "NXBRC_MUST_BE_ZERO", .nicira(from: .v10, 1, 515), .experimenter(from: .v12, .nicira, 4))
        case .staleContinuation:
            ErrorEntry(
                "NXR_STALE", .nicira(from: .v10, 1, 534), .experimenter(from: .v12, .nicira, 35))
        case .resumeUnsupported:
            ErrorEntry(
                "NXR_NOT_SUPPORTED", .nicira(from: .v10, 1, 533), .experimenter(from: .v12, .nicira, 34))
        case .notConfigured:
            ErrorEntry(
                "NXST_NOT_CONFIGURED", .nicira(from: .v10, 1, 535), .experimenter(from: .v12, .nicira, 36))
        default: nil
        }
    }
}
