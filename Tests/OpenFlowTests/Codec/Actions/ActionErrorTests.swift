import Packets
import Testing

@testable import OpenFlow

/// What is refused, and as what.
@Suite struct ActionErrorTests {
    @Test(arguments: [
        // Headers: too short, of an unknown type, vendor, vendor's type; lengths.
        ("00000008 0002", .badLength), ("000c0008 00000000", .badActionType), ("ffff0008 00002320", .badActionLength),
        ("ffff0010 00002321 0001000500000000", .badActionExperimenter),
        ("ffff0010 00002320 0063000000000000", .badActionExperimenterType),
        ("ffff0010 4f4e4600 0c80000000000000", .badActionExperimenterType),
        ("00000010 00020000 0000000000000000", .badActionLength), ("00000000 00020000", .badActionLength),
        ("00000018 00020000", .badActionLength), ("ffff0010 00002320 0009000000000000", .badActionLength),
        // ct, nat, ct_clear, encap.
        ("ffff0018 00002320 0023000000000000 0000ff0000000000", .badActionExperimenterType),
        ("ffff0010 00002320 0024000000000000", .badActionExperimenterType),
        ("ffff0010 00002320 002b000000000000", .badActionExperimenterType),
        ("ffff0010 00002320 002e000000000000", .badActionExperimenterType),
        // Ports.
        ("00000008 ffff0000", .badOutPort), ("00000008 ff000000", .badOutPort), ("00000008 fff70000", .badOutPort),
        ("000b0010 fff90000 0000000000000001", .badOutPort),
        ("ffff0010 00002320 0027000100000001", .badActionArgument),
        // Values that do not fit.
        ("00010008 10000000", .badActionArgument), ("00020008 08000000", .badActionArgument),
        ("00080008 01000000", .badActionArgument), ("ffff0010 00002320 0017080000000000", .badActionArgument),
        // reg_load: a value of six bits in five, a field that is none, one that is read-only, past its end.
        ("ffff0018 00002320 00070004 00010004 000000000000003f", .badActionArgument),
        ("ffff0018 00002320 00070004 0001fe04 000000000000001f", .badSetType),
        ("ffff0018 00002320 00070004 00000602 0000000000000001", .badSetArgument),
        ("ffff0018 00002320 000707c4 00010004 0000000000000001", .badSetLength),
        // reg_move: past the end, read-only, unknown, not zero behind it.
        ("ffff0018 00002320 00060011 00000000 00000002 00010004", .badSetLength),
        ("ffff0018 00002320 00060010 00000000 00010004 00000602", .badSetArgument),
        ("ffff0018 00002320 00060010 00000000 00000002 0001fe04", .badMatchField),
        ("ffff0020 00002320 00060010 00000000 00000002 00010004 0000000000000001", .mustBeZeroRequest),
        // resubmit, output_reg, controller2, dec_ttl with bytes that must be zero.
        ("ffff0010 00002320 000e0001 05000001", .badActionArgument),
        ("ffff0018 00002320 000f000f 00010004 0000000000000001", .badActionArgument),
        ("ffff0010 00002320 0025000000000001", .mustBeZeroRequest),
        ("ffff0018 00002320 00150001 00000001 0001000000000000", .mustBeZeroRequest),
        ("ffff0010 00002320 00150001 00000000", .badActionLength),
        ("ffff0018 00002320 0025 000000000000 0063000400000000", .badActionArgument),
        // conjunction: one clause, clause 3 of 3; beside another action.
        ("ffff0010 00002320 0022000100000001", .badConjunction),
        ("ffff0010 00002320 0022030300000001", .badConjunction),
        ("ffff0010 00002320 0022000200000001 0000000800020000", .badConjunction),
        // sample of nothing.
        ("ffff0018 00002320 001d0000 00000001 00000002 00000003", .badActionArgument),
        // delete_field of what is no tunnel option.
        ("ffff0018 00002320 0032 00010004 00000000000000000000", .badActionArgument),
        // ct_mark.
        ("ffff0018 00002320 0007001f 0001d604 0000000000000001", .badSetArgument),
        // Nicira's number for what version 1.0 alone lacks, and the order of metadata and others.
        ("ffff0020 00002320 0016000000000000 0000000000000001 ffffffffffffffff 0000000800010000", .unsupportedOrder),
    ] as [(String, OpenFlowError.Code)])
    func version10(hex: String, expected: OpenFlowError.Code) {
        #expect(ActionVectorTests.code(hex, .v10) == expected, "\(hex)")
    }

    @Test(arguments: [
        ("000100", .badInstructionLength), ("00070008 00000000", .unknownInstruction),
        ("ffff0008 00002320", .badInstructionExperimenter),
        ("00010010 01000000 0000000000000000", .badInstructionLength),
        ("00010008 01000000 00010008 02000000", .duplicateInstruction),
        ("0004000c 00000000 00000000", .badInstructionLength),
        ("00040018 00000000", .badInstructionLength),
        // Types that came later, or are Nicira's in version 1.0 only.
        ("00040018 00000000 001c0010 0000000000000000 00000000", .badActionType),
        ("00040018 00000000 ffff0010 00002320 0004000000000001", .badActionExperimenterType),
        ("00040018 00000000 ffff0010 00002320 0028000000000001", .badActionExperimenterType),
        // Ports that do not exist, or not in 16 bits.
        ("00040018 00000000 00000010 00010000 0000000000000000", .badOutPort),
        ("00040018 00000000 00000010 ffffffff 0000000000000000", .badOutPort),
        // Set-Field: masked, of a wrong length, read-only, in_port, unknown, no tag, a value that does not fit.
        ("00040018 00000000 00190010 80001708 01020304 ffffff00", .badMatchWildcards),
        ("00040018 00000000 00190010 80001708 01020300 ffffff00", .badSetMask),
        ("00040018 00000000 00190010 80001605 01020304 00000000", .badSetLength),
        ("00040018 00000000 00190010 80004e02 00010000 00000000", .badSetArgument),
        ("00040018 00000000 00190010 80000004 00000001 00000000", .badSetArgument),
        ("00040018 00000000 00190010 8000fe04 00000001 00000000", .badSetType),
        ("00040018 00000000 00190010 80000c02 00050000 00000000", .badSetArgument),
        ("00040018 00000000 00190010 80001001 40000000 00000000", .badSetArgument),
        ("00040018 00000000 00190010 80001604 01020304 00000001", .badSetArgument),
        // Write-Actions: what a set has no place for.
        ("00030018 00000000 ffff0010 00002320 0011000000000000", .badActionType),
        ("00030018 00000000 ffff0010 00002320 0008000000000000", .badActionType),
    ] as [(String, OpenFlowError.Code)])
    func version13(hex: String, expected: OpenFlowError.Code) {
        #expect(ActionVectorTests.code(hex, .v13) == expected, "\(hex)")
    }

    @Test func numbersBelongToVersions() {
        // A meter is an instruction in 1.3 and 1.4 alone, an action in 1.5.
        let instruction = "00060008 00000003"
        let action = "00040010 00000000 001d0008 00000003"
        for version in OpenFlowVersion.allCases where version > .v10 {
            let isInstruction = version == .v13 || version == .v14
            #expect(ActionVectorTests.code(instruction, version) == (isInstruction ? nil : .unknownInstruction))
            #expect(ActionVectorTests.code(action, version) == (version == .v15 ? nil : .badActionType))
            // Set-Field came with 1.2, its mask with 1.5, reg_load went with 1.5.
            let field = "00040018 00000000 00190010 80001604 01020304 00000000"
            #expect(ActionVectorTests.code(field, version) == (version == .v11 ? .badActionType : nil))
            let load = "00040020 00000000 ffff0018 00002320 0007001f 00010004 0000000000000001"
            #expect(ActionVectorTests.code(load, version) == (version == .v15 ? .badActionExperimenterType : nil))
            // The ONF's copy_field.
            let copy = "00040028 00000000 ffff0020 4f4e4600 0c80 0000 0010 0000 0000 0000 00000002 00010004 00000000"
            let isONF = version == .v13 || version == .v14
            #expect(ActionVectorTests.code(copy, version) == (isONF ? nil : .badActionExperimenterType), "\(version)")
            // Backbone tags came with 1.3.
            let push = "00040010 00000000 001a0008 88e70000"
            #expect(ActionVectorTests.code(push, version) == (version >= .v13 ? nil : .badActionType))
        }
    }

    @Test func nestingIsBounded() {
        func nested(_ depth: Int) -> [UInt8] {
            var bytes: [UInt8] = [0, 0, 0, 8, 0, 1, 0, 0]
            for _ in 0..<depth {
                let length = bytes.count + 16
                bytes =
                    [0xff, 0xff, UInt8(length >> 8), UInt8(length & 0xff), 0, 0, 0x23, 0x20, 0, 42, 0, 0, 0, 0, 0, 0]
                    + bytes
            }
            return bytes
        }
        #expect(ActionVectorTests.code(Bytes.hex(nested(63)), .v10) == nil)
        #expect(ActionVectorTests.code(Bytes.hex(nested(64)), .v10) == .tooManyActions)
        #expect(ActionVectorTests.code(Bytes.hex(nested(4000)), .v10) == .tooManyActions)
    }

    @Test func contextsDiffer() throws {
        let metadata = Bytes.hex("ffff0020000023200016000000000000000000000000000100000000000000ff")
        for (context, code) in [
            (.flow, nil), (.packetOut, .unsupportedInstruction), (.bucket, .unsupportedInstruction),
            (.clone, .unsupportedInstruction), (.actionSet, .badActionType),
        ] as [(ActionCodec.Context, OpenFlowError.Code?)] {
            var met: OpenFlowError.Code?
            do throws(OpenFlowError) {
                _ = try ActionCodec.decode(ByteReader(metadata), version: .v10, context: context)
            } catch {
                met = error.code
            }
            #expect(met == code, "\(context)")
        }
    }
}
