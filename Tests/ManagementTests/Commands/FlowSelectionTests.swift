import Testing

@testable import Management
import Service

@Suite struct FlowSelectionTests {
    @Test func namesComeWithTheLongForm() throws {
        #expect(try FlowSelection([]).withNames == false)
        #expect(try FlowSelection(["--names"]).withNames)
        #expect(try FlowSelection(["-m"]).withNames)
        #expect(try FlowSelection(["-m", "--no-names"]).withNames == false)
    }

    @Test func flowsOfThisDatapathAreOfKindOVS() throws {
        #expect(try FlowSelection(["type=ovs"]).hasOurs)
        #expect(try FlowSelection(["type=tc,ovs"]).hasOurs)
        #expect(try FlowSelection(["type=tc,offloaded"]).hasOurs == false)
        #expect(throws: UnixctlError.self) { try FlowSelection(["type=bogus"]) }
    }

    @Test func oneThreadMayBeChosen() throws {
        #expect(try FlowSelection(["pmd=3"]).core == 3)
        #expect(try FlowSelection(["pmd=-1", "netdev@ovs-netdev"]).core == -1)
        #expect(try FlowSelection(["pmd=-1", "netdev@ovs-netdev"]).names == ["netdev@ovs-netdev"])
        #expect(throws: UnixctlError.self) { try FlowSelection(["pmd=x"]) }
    }

    @Test func whatIsNotDoneIsRefused() {
        #expect(throws: UnixctlError.self) { try FlowSelection(["filter=bogus=1"]) }
        #expect(throws: UnixctlError.self) { try FlowSelection(["--bogus"]) }
    }
}
