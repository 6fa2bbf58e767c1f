import Control
import Testing

@testable import OpenFlow

@Suite @ControlActor struct BundleStoreTests {
    private let message = OpenFlowMessage(version: .v14, type: 33, transaction: 1, body: [])

    private func addition(_ bundle: UInt32, flags: UInt16) -> BundleAddition {
        BundleAddition(bundle: bundle, flags: flags, message: message, request: .barrier)
    }

    private func code(_ body: () throws(OpenFlowError) -> Void) -> OpenFlowError.Code? {
        do throws(OpenFlowError) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func aBundleLivesFromOpenToCommit() {
        let store = BundleStore(budget: ByteBudget(limit: 1 << 20))
        #expect(
            code { () throws(OpenFlowError) in try store.open(BundleControl(bundle: 1, kind: .open, flags: 3), message)
            } == nil)
        #expect(code { () throws(OpenFlowError) in try store.add(addition(1, flags: 3), message) } == nil)
        #expect(
            code { () throws(OpenFlowError) in try store.close(BundleControl(bundle: 1, kind: .close, flags: 3)) }
                == nil)
        #expect((try? store.take(BundleControl(bundle: 1, kind: .commit, flags: 3))) == [message])
        #expect(store.isEmpty)
    }

    @Test func whatIsWrongEndsTheBundle() {
        let store = BundleStore(budget: ByteBudget(limit: 1 << 20))
        let open = BundleControl(bundle: 1, kind: .open, flags: 3)
        #expect(
            code { () throws(OpenFlowError) in try store.close(BundleControl(bundle: 1, kind: .close, flags: 3)) }
                == .badBundle)
        #expect(code { () throws(OpenFlowError) in try store.discard(1) } == .badBundle)
        for (step, expected) in [
            ({ () throws(OpenFlowError) in try store.open(open, message) }, OpenFlowError.Code.badBundle),
            ({ () throws(OpenFlowError) in try store.add(addition(1, flags: 1), message) }, .badBundleFlags),
            (
                { () throws(OpenFlowError) in _ = try store.take(BundleControl(bundle: 1, kind: .commit, flags: 0)) },
                .badBundleFlags
            ),
        ] as [(() throws(OpenFlowError) -> Void, OpenFlowError.Code)] {
            #expect(code { () throws(OpenFlowError) in try store.open(open, message) } == nil)
            #expect(code(step) == expected)
            #expect(store.isEmpty)
        }
    }
}
