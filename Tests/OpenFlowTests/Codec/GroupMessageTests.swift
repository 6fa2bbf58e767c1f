import Packets
import Testing

@testable import OpenFlow

@Suite
struct GroupMessageTests {
    static var group: Group.Contents {
        get throws {
            var group = Group.Contents(
                kind: .select,
                buckets: [
                    Group.Bucket(id: 5, actions: [.output(OpenFlowPort(rawValue: 2), maxLength: 0)]),
                    Group.Bucket(id: 7, actions: [.output(.local, maxLength: 0)]),
                ])
            group.buckets[0].weight = 50
            group.buckets[0].watchPort = OpenFlowPort(rawValue: 2)
            group.buckets[1].watchGroup = 44
            group.selection.method = "hash"
            group.selection.parameter = 99
            let address = try #require(MatchField.named("ip_dst"))
            group.selection.fields = [Group.FieldMask(field: address, mask: 0xffff_ff00)]
            return group
        }
    }

    /// What of ``group`` each version can say.
    private static func text(_ version: OpenFlowVersion) -> String {
        version == .v10 || version == .v15
            ? "group_id=77,type=select,selection_method=hash,selection_method_param=99,fields=ip_dst=255.255.255.0,"
                + "bucket=bucket_id:5,weight:50,watch_port:2,actions=output:2,"
                + "bucket=bucket_id:7,watch_group:44,actions=LOCAL"
            : "group_id=77,type=select,bucket=weight:50,watch_port:2,actions=output:2,"
                + "bucket=watch_group:44,actions=LOCAL"
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func descriptionsAreRead(version: OpenFlowVersion) throws {
        let encoder = ReplyEncoder(version: version)
        let text = try PrintedMessage.text(
            encoder.groupDescriptions([GroupDescription(group: 77, contents: Self.group)], 2))
        let name = version == .v10 ? "NXST" : "OFPST"
        #expect(text == "\(name)_GROUP_DESC reply\(PrintedMessage.suffix(version)):\n \(Self.text(version))")
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func statisticsAreRead(version: OpenFlowVersion) throws {
        var statistics = GroupStatistics(group: 77)
        statistics.referenceCount = 3
        statistics.counters = .init(packets: 10, bytes: 1000)
        statistics.buckets = [.init(packets: 4, bytes: 400), .init(packets: 6, bytes: 600)]
        statistics.duration = .milliseconds(5200)
        let text = try PrintedMessage.text(ReplyEncoder(version: version).groupStatistics([statistics], 2))
        let duration = version == .v11 || version == .v12 ? "" : "duration=5.200s,"
        #expect(
            text.hasSuffix(
                "\n group_id=77,\(duration)ref_count=3,packet_count=10,byte_count=1000,"
                    + "bucket0:packet_count=4,byte_count=400,bucket1:packet_count=6,byte_count=600"))
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func featuresAreRead(version: OpenFlowVersion) throws {
        let text = try PrintedMessage.text(ReplyEncoder(version: version).groupFeatures(GroupFeatures(), 2))
        #expect(text.contains("Types:  0xf\n    Capabilities:  0x7\n"))
        let actions =
            switch version {
            case .v10:
                "output enqueue set_vlan_vid set_vlan_pcp strip_vlan mod_dl_src mod_dl_dst mod_nw_src mod_nw_dst "
                    + "mod_nw_tos mod_tp_src mod_tp_dst"
            case .v11: "output group set_vlan_vid"
            default:
                "output group set_field strip_vlan push_vlan mod_nw_ttl dec_ttl set_mpls_ttl dec_mpls_ttl push_mpls "
                    + "pop_mpls set_queue"
            }
        #expect(text.contains("fast failover group:\n       max_groups=0xffffff00\n       actions: \(actions)"))
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func whatIsForwardedReadsBackTheSame(version: OpenFlowVersion) throws {
        let encoder = ReplyEncoder(version: version)
        var change = GroupMod(command: .add, id: 77, group: try Self.group)
        let forwarded = try #require(encoder.requestForward(.groupMod(change), 6))
        #expect(try PrintedMessage.text(forwarded).hasSuffix(" ADD \(Self.text(version))"))
        let decoded = try RequestDecoder(version: version).decode(encoder.groupMod(change, group: nil, 6))
        if version != .v10, version != .v15 {
            // No methods there, and buckets are numbered in order.
            change.group.selection = Group.Selection()
            change.group.buckets[0].id = 0
            change.group.buckets[1].id = 1
        }
        #expect(decoded == .groupMod(change))
    }

    @Test func bucketsChangesGoAsModificationsWhereThereIsNoWord() throws {
        let group = try Self.group
        var change = GroupMod(command: .removeBucket, id: 77, group: Group.Contents(kind: .select, buckets: []))
        change.commandBucket = GroupMod.lastBucket
        let new = ReplyEncoder(version: .v15).groupMod(change, group: group, 6)
        #expect(try RequestDecoder(version: .v15).decode(new) == .groupMod(change))
        let old = ReplyEncoder(version: .v13).groupMod(change, group: group, 6)
        guard case .groupMod(let modification) = try RequestDecoder(version: .v13).decode(old) else {
            Issue.record("not a group-mod")
            return
        }
        #expect(modification.command == .modify && modification.group.buckets.count == 2)
    }

    private func code(_ version: OpenFlowVersion, _ change: GroupMod) -> OpenFlowError.Code? {
        do throws(OpenFlowError) {
            _ = try RequestDecoder(version: version).decode(
                ReplyEncoder(version: version).groupMod(change, group: nil, 1))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func eachFaultHasItsError() throws {
        var bucket = Group.Bucket(id: 1, actions: [])
        bucket.weight = 0
        func add(_ kind: Group.Kind, _ buckets: [Group.Bucket]) -> GroupMod {
            GroupMod(command: .add, id: 1, group: Group.Contents(kind: kind, buckets: buckets))
        }
        #expect(code(.v13, add(.all, [])) == nil)
        #expect(code(.v13, add(.indirect, [])) == .invalidGroup)
        #expect(code(.v13, add(.indirect, [bucket])) == nil)
        #expect(code(.v13, add(.fastFailover, [bucket])) == .invalidGroup)
        bucket.watchPort = OpenFlowPort(rawValue: 1)
        #expect(code(.v13, add(.fastFailover, [bucket])) == nil)
        #expect(code(.v13, add(.all, [bucket])) == .watchUnsupported)
        bucket.watchPort = nil
        bucket.weight = 1
        #expect(code(.v13, add(.all, [bucket])) == .invalidGroup)
        #expect(code(.v15, add(.select, [bucket, bucket])) == .badBucket)
        var removal = add(.select, [bucket])
        removal.command = .removeBucket
        #expect(code(.v15, removal) == .badBucket)
        var selecting = add(.all, [])
        selecting.group.selection.method = "hash"
        #expect(code(.v15, selecting) == .badPropertyValue)
        selecting = add(.select, [])
        selecting.group.selection.method = "random"
        #expect(code(.v15, selecting) == .badPropertyValue)
        var insertion = add(.all, [])
        insertion.command = .insertBucket
        #expect(code(.v15, insertion) == .badBucket)
        var deletion = add(.all, [Group.Bucket(id: 0, actions: [])])
        deletion.group.buckets[0].weight = 0
        deletion.command = .delete
        #expect(code(.v13, deletion) == .invalidGroup)
        #expect(code(.v12, deletion) == nil)
    }
}
