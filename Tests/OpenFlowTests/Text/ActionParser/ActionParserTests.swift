import Packets
import TestSupport
import Testing

@testable import OpenFlow

/// Text that Open vSwitch prints for actions, read back; and what is refused.
@Suite struct ActionParserTests {
    /// What is told on the wire is what Open vSwitch's own `ovs-ofctl` told for the same text.
    @Test func readsWhatOpenVSwitchPrints() throws {
        var count = 0
        for vector in ActionVectorTests.vectors where vector.text != "drop" {
            // `ovs-ofctl` does not read these either: the fields take no mask.
            guard !vector.text.contains("/0x3->nw_ecn"), !vector.text.contains("/0xfffff->mpls_label") else { continue }
            // It stands for `enqueue`, which tells another length than `output`.
            guard !vector.text.contains("pop_queue") else { continue }
            let actions: [Action]
            do throws(TextError) {
                actions = try ActionParser.parse(vector.text, for: .flow)
            } catch {
                Issue.record("\(vector): \(error.message)")
                continue
            }
            #expect(ActionFormat().text(actions) == vector.text, "\(vector)")
            var writer = ByteWriter()
            InstructionCodec.encode(actions, version: vector.version, match: vector.match, into: &writer)
            #expect(Bytes.hex(writer.bytes) == Bytes.hex(vector.bytes), "\(vector)")
            count += 1
        }
        #expect(count > 400)
    }

    @Test(arguments: [
        ("foo", "unknown action foo"),
        ("drop,output:1", "\"drop\" must not be accompanied by any other action or instruction"),
        ("apply_actions(output:1)", "apply_actions is the default instruction"),
        ("goto_table:1", "goto_table instruction not allowed here"),
        ("write_actions(output:1)", "write_actions instruction not allowed here"),
        ("clear_actions", "clear_actions instruction not allowed here"),
        ("output:foo", "foo: output to unknown port"),
        ("enqueue:1", "\"enqueue\" syntax is \"enqueue:PORT:QUEUE\" or \"enqueue(PORT,QUEUE)\""),
        ("mod_vlan_vid:4096", "4096: not a valid VLAN VID"), ("mod_vlan_pcp:8", "8: not a valid VLAN PCP"),
        ("mod_nw_tos:3", "3: not a valid TOS"), ("mod_nw_ttl:256", "invalid TTL \"256\""),
        ("push_vlan:0x9100", "0x9100: not a valid VLAN ethertype"),
        ("set_mpls_label:1048576", "1048576: not a valid MPLS label"),
        ("set_field:1", "1: missing `->'"), ("set_field:1->", "1->: missing field name following `->'"),
        ("set_field:1->nix", "nix is not a valid OXM field name"), ("set_field:1->conj_id", "conj_id is read-only"),
        ("load:4->reg0[0..1]", "4->reg0[0..1]: value 0x4 does not fit into 2 bits"),
        ("load:x->reg0", "x->reg0: cannot parse integer value"),
        (
            "move:reg0[0..7]->reg1[0..8]",
            "reg0[0..7]->reg1[0..8]: source field is 8 bits wide but destination is 9 bits wide"
        ),
        ("push:reg0[5..3]", "reg0[5..3]: starting bit 5 is after ending bit 3"),
        ("push:reg0[32]", "reg0[32]: starting bit 32 is not valid because field is only 32 bits wide"),
        ("push:reg0[0..32]", "reg0[0..32]: ending bit 32 is not valid because field is only 32 bits wide"),
        ("push:reg0[x]", "reg0[x]: syntax error expecting [] or [<bit>] or [<start>..<end>]"),
        ("push:nix", "nix: unknown field `nix'"),
        ("resubmit:", "at least one \"in_port\" or \"table\" must be specified on resubmit"),
        ("resubmit(1,x)", "x: resubmit to unknown table"), ("resubmit(,1,x)", "x: unknown parameter"),
        ("conjunction(1,3/2)", "clause index must be less than or equal to number of clauses"),
        ("conjunction(1,0/2)", "clause index must be positive"),
        (
            "conjunction(1,1/2),output:1",
            "\"conjunction\" actions may be used along with \"note\" but not any other kind of action"
        ),
        ("note:0x", "bad hex digit in `note' argument"), ("controller(reason=x)", "unknown reason \"x\""),
        ("controller(x=1)", "unknown key \"x\" parsing controller action"),
        ("sample(probability=0)", "invalid probability value \"0\""),
        ("sample(collector_set_id=1)", "non-zero \"probability\" must be specified on sample"),
        ("fin_timeout(x=1)", "invalid key 'x' in 'fin_timeout' argument"),
        ("check_pkt_larger(1)->reg0[0..1]", "Only 1-bit destination field is allowed"),
        ("learn(table=255)", "table=255: table id 255 not valid for `learn' action"),
        ("learn(x=1)", "x=1: unknown keyword x"),
        (
            "multipath(eth_src,1,modulo_n,0,0,reg0)",
            "eth_src,1,modulo_n,0,0,reg0: n_links 0 is not in valid range 1 to 65536"
        ),
        ("bundle(eth_src,0,hrw,ofport)", "eth_src,0,hrw,ofport: not enough arguments to bundle action"),
        ("output(port=1,max_len=13)", "max_len 13 is less than the minimum value 14"),
        ("ct(commit)", "ct: connection tracking is not supported"), ("group:", "missing required numeric argument"),
        ("group:x", "invalid numeric format x"), ("mod_dl_src:1", "invalid mac address 1"),
        ("mod_nw_src:1.2.3", "1.2.3: could not convert to IP address"),
    ])
    func refuses(text: String, message: String) {
        let error = #expect(throws: TextError.self) { try ActionParser.parse(text) }
        #expect(error?.message == message)
    }

    @Test func knowsPortsByName() throws {
        let actions = try ActionParser.parse("p7, output:p7,resubmit(p7,),NORMAL,IN_PORT") {
            $0 == "p7" ? OpenFlowPort(rawValue: 7) : nil
        }
        let port = OpenFlowPort(rawValue: 7)
        #expect(
            actions == [
                .output(port, maxLength: 0), .output(port, maxLength: 0), .resubmit(ResubmitAction(inPort: port)),
                .output(.normal, maxLength: 0), .output(.inPort, maxLength: 0),
            ])
    }

    @Test func nestingHasAnEnd() {
        let text = String(repeating: "clone(", count: 1000) + String(repeating: ")", count: 1000)
        let error = #expect(throws: TextError.self) { try ActionParser.parse(text) }
        #expect(error?.message == "Action nested too deeply")
    }

    /// Whatever is asked, an answer comes.
    @Test func survivesAnything() {
        var random = SeededGenerator(seed: 11)
        let texts = ActionVectorTests.vectors.map(\.text)
        let noise = Array("()[],:=->./*0x9ff\u{0}é \"")
        var refused = 0
        for _ in 0..<20_000 {
            var characters = Array(texts[Int.random(in: 0..<texts.count, using: &random)])
            for _ in 0..<Int.random(in: 1...4, using: &random) where !characters.isEmpty {
                let place = Int.random(in: 0..<characters.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: characters.remove(at: place)
                case 1: characters.insert(noise[Int.random(in: 0..<noise.count, using: &random)], at: place)
                default: characters.removeSubrange(place...)
                }
            }
            do throws(TextError) {
                let actions = try ActionParser.parse(String(characters), for: .flow)
                var writer = ByteWriter()
                InstructionCodec.encode(actions, version: .v15, match: Match(), into: &writer)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1000)
    }

    @Test func whatPacketsCannotHaveIsToldByName() throws {
        let plain = FlowKey()
        #expect(ActionParser.objection(to: try ActionParser.parse("mod_nw_ttl:3"), for: plain, isStrict: false) == nil)
        #expect(
            ActionParser.objection(to: try ActionParser.parse("mod_nw_ttl:3"), for: plain, isStrict: true)
                == "OFPBAC_MATCH_INCONSISTENT")
        #expect(
            ActionParser.objection(to: try ActionParser.parse("push:tcp_src"), for: plain, isStrict: false)
                == "OFPBAC_MATCH_INCONSISTENT")
    }
}
