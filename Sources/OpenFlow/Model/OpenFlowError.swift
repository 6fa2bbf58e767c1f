/// An error as OpenFlow knows it: what went wrong, from which each version's codec takes its type and code.
public struct OpenFlowError: Error, Sendable, Equatable {
    /// Version-neutral names after OpenFlow 1.3's OFPET_*/OFPxx_*; one table in the codec maps them to numbers.
    public enum Code: Sendable, Equatable {
        case badVersion, badType, badMultipart, badExperimenter, badExperimenterType, badSubtype, badLength, permissions
        case badActionType, badActionLength, badOutPort, badActionArgument, tooManyActions
        case unknownInstruction, unsupportedInstruction, badInstructionTable
        case badMatchType, badMatchLength, badMatchField, badMatchValue, badMatchMask, badMatchPrerequisite, duplicateField
        case flowModUnknown, tableFull, badFlowModTable, overlap, flowModPermissions, badTimeout, badFlowModCommand
        case badFlags, bufferUnknown, bufferEmpty, badPort, badHardwareAddress, badPortConfiguration
        case helloIncompatible, roleRequestBad, badTable
    }

    public let code: Code
    /// For our log.
    public let context: String

    public init(_ code: Code, _ context: String = "") {
        self.code = code
        self.context = context
    }
}
