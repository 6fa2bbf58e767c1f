/// An error as OpenFlow knows it: what went wrong, from which each version's codec takes its type and code.
public struct OpenFlowError: Error, Sendable, Equatable {
    /// Version-neutral names after OpenFlow 1.3's OFPET_*/OFPxx_*; one table in the codec maps them to numbers.
    public enum Code: Sendable, Equatable, CaseIterable {
        case badVersion, badType, badMultipart, badExperimenter, badExperimenterType, badSubtype, badLength, permissions
        case multipartOverflow, isSecondary, pipelineFieldsOnly
        case badActionType, badActionLength, badActionExperimenter, badActionExperimenterType, badOutPort
        case badActionArgument, tooManyActions, badActionQueue, matchInconsistent, unsupportedOrder
        case badTag, badSetType, badSetLength, badSetArgument, badSetMask, badActionMeter
        case mustBeZeroRequest, mustBeZeroAction, badConjunction
        case unknownInstruction, unsupportedInstruction, badInstructionTable, badInstructionLength
        case badInstructionExperimenter, duplicateInstruction
        case badMatchType, badMatchLength, badMatchField, badMatchValue, badMatchMask, badMatchWildcards
        case badMatchPrerequisite, duplicateField, invalidNXM
        case flowModUnknown, tableFull, badFlowModTable, overlap, flowModPermissions, badTimeout, badFlowModCommand
        case badFlags, badEmergencyTimeout
        case bufferUnknown, bufferEmpty, badPort, badPacketPort, badHardwareAddress, badPortConfiguration
        case badQueuePort, badQueue, badConfigurationFlags
        case helloIncompatible, roleRequestBad, staleRole, badTable, tableFeaturesPermissions
        case badOutGroup, groupExists, invalidGroup, weightUnsupported, outOfGroups, outOfBuckets, chainingUnsupported
        case watchUnsupported, groupLoop, unknownGroup, chainedGroup, badGroupType, badGroupCommand, badBucket, badWatch
        case groupPermissions, unknownBucket, bucketExists
        case meterModUnknown, meterExists, invalidMeter, unknownMeter, badMeterCommand, badMeterFlags, badMeterRate
        case badMeterBurst, badBand, badBandValue, outOfMeters, outOfBands
        case badTableModTable, badTableModConfiguration, tableModPermissions
        /// The service could not be set up; never sent.
        case socket
    }

    public let code: Code
    /// For our log.
    public let context: String

    public init(_ code: Code, _ context: String = "") {
        self.code = code
        self.context = context
    }
}
