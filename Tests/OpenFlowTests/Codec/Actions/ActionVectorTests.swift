import Packets
import Testing

@testable import OpenFlow

/// Our codec against what Open vSwitch sends and prints.
@Suite struct ActionVectorTests {
    struct Vector: Sendable, CustomStringConvertible {
        let match: Match
        let version: OpenFlowVersion
        let bytes: [UInt8]
        let text: String
        var description: String { "\(version) \(text)" }
    }

    static let vectors: [Vector] = ActionVectors.lines.split(separator: "\n").flatMap { line -> [Vector] in
        let parts = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        return parts[1].compactMap { digit in
            guard let number = digit.wholeNumberValue, let version = OpenFlowVersion(rawValue: UInt8(number)) else {
                return nil
            }
            return Vector(
                match: Match(shorthand: parts[0]), version: version, bytes: parts[2] == "-" ? [] : Bytes.hex(parts[2]),
                text: parts[3])
        }
    }

    @Test func thereAreVectorsOfAllVersions() {
        for version in OpenFlowVersion.allCases {
            #expect(Self.vectors.count { $0.version == version } > 90)
        }
    }

    @Test func readsPrintsAndWritesWhatOpenVSwitchSends() throws {
        for vector in Self.vectors {
            let actions: [Action]
            do throws(OpenFlowError) {
                actions = try Self.decode(vector.bytes, vector.version)
                try ActionCheck(version: vector.version, table: 3).check(actions, match: vector.match)
            } catch {
                Issue.record("\(vector): \(error.code) \(error.context)")
                continue
            }
            #expect(ActionFormat().text(actions) == vector.text, "\(vector)")
            var writer = ByteWriter()
            InstructionCodec.encode(actions, version: vector.version, match: vector.match, into: &writer)
            #expect(Bytes.hex(writer.bytes) == Bytes.hex(vector.bytes), "\(vector)")
        }
    }

    /// What one version said can be told in all others without losing its meaning: read back it is the same.
    @Test func survivesTellingInOtherVersions() throws {
        for vector in Self.vectors {
            let actions = try Self.decode(vector.bytes, vector.version)
            for version in OpenFlowVersion.allCases where version > .v10 {
                // Version 1.1 can only take a tag off, or put one on, and would not for packets that may have none.
                if version == .v11, vector.text.contains("vlan_tci") || vector.text.contains("VLAN_TCI") { continue }
                // Version 1.5 has no load, and its Set-Field wants the bit that says that there is a tag.
                if version == .v15, vector.text.contains("OXM_OF_VLAN_VID") { continue }
                var writer = ByteWriter()
                InstructionCodec.encode(actions, version: version, match: vector.match, into: &writer)
                let again: [Action]
                do throws(OpenFlowError) {
                    again = try Self.decode(writer.bytes, version)
                    // Version 1.0 lets more pass than later ones.
                    if vector.version > .v10 {
                        try ActionCheck(version: version, table: 3).check(again, match: vector.match)
                    }
                } catch {
                    Issue.record("\(vector) in \(version): \(error.code) \(error.context)")
                    continue
                }
                // The second telling is stable.
                var second = ByteWriter()
                InstructionCodec.encode(again, version: version, match: vector.match, into: &second)
                #expect(second.bytes == writer.bytes, "\(vector) in \(version)")
                #expect(again.isEmpty == actions.isEmpty || version < .v13, "\(vector) in \(version)")
            }
        }
    }

    @Test func everyCutIsAnErrorOrAShorterList() throws {
        for vector in Self.vectors {
            for length in 0..<vector.bytes.count {
                let cut = Array(vector.bytes[..<length])
                guard let actions = try? Self.decode(cut, vector.version) else { continue }
                // Only version 1.0's list can end early; an instruction says how long it is.
                #expect(length % 8 == 0, "\(vector)")
                #expect(ActionFormat().text(actions) != vector.text || length == vector.bytes.count, "\(vector)")
            }
        }
    }

    static func decode(_ bytes: [UInt8], _ version: OpenFlowVersion) throws(OpenFlowError) -> [Action] {
        version == .v10
            ? try ActionCodec.decode(ByteReader(bytes), version: .v10, context: .flow)
            : try InstructionCodec.decode(ByteReader(bytes), version: version)
    }

    /// What actions are refused with; nil: they are not.
    static func code(_ hex: String, _ version: OpenFlowVersion) -> OpenFlowError.Code? {
        do throws(OpenFlowError) {
            _ = try decode(Bytes.hex(hex.replacing(" ", with: "")), version)
            return nil
        } catch {
            return error.code
        }
    }
}

/// Bytes as hexadecimal text and back.
enum Bytes {
    static func hex(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension Match {
    /// From the short names of protocols that the vectors' flows use.
    init(shorthand text: String) {
        self.init()
        for word in text.split(separator: ",") {
            let pair = word.split(separator: "=")
            let number = pair.count == 2 ? UInt16(pair[1]) ?? 0 : 0
            switch pair[0] {
            case "ip": type(0x0800)
            case "ipv6": type(0x86dd)
            case "arp": type(0x0806)
            case "mpls": type(0x8847)
            case "mplsm": type(0x8848)
            case "tcp": type(0x0800, 6)
            case "tcp6": type(0x86dd, 6)
            case "udp": type(0x0800, 17)
            case "sctp": type(0x0800, 132)
            case "icmp": type(0x0800, 1)
            case "icmp6": type(0x86dd, 58)
            case "dl_vlan":
                key.setU16(FlowField.outerTCI, 0x1000 | number)
                mask.setU16(FlowField.outerTCI, 0x1fff)
            case "icmp_type":
                key.setU16(FlowField.transportSource, number)
                mask.setU16(FlowField.transportSource, 0xffff)
            case "icmp_code":
                key.setU16(FlowField.transportDestination, number)
                mask.setU16(FlowField.transportDestination, 0xffff)
            default: Issue.record("unknown word \(word)")
            }
        }
    }

    private mutating func type(_ type: UInt16, _ ipProtocol: UInt8 = 0) {
        key.setU16(FlowField.ethernetType, type)
        mask.setU16(FlowField.ethernetType, 0xffff)
        guard ipProtocol != 0 else { return }
        key.setU8(FlowField.networkProtocol, ipProtocol)
        mask.setU8(FlowField.networkProtocol, 0xff)
    }
}
