import Testing

@testable import Datapath

@Suite struct PoolAccountTests {
    private func account(_ change: (inout PoolAccount) -> Void) -> PoolAccount {
        var account = PoolAccount()
        account.count = 1000
        account.mostUnderWay = 32
        change(&account)
        return account
    }

    /// What adds up to the whole.
    private func sum(_ account: PoolAccount) -> Int {
        account.holders.filter { !$0.isBound }.reduce(0) { $0 + $1.buffers }
    }

    private func held(_ account: PoolAccount, _ kind: BufferHolder.Kind, _ name: String = "") -> Int? {
        account.holders.first { $0.kind == kind && $0.name == name && !$0.isBound }?.buffers
    }

    @Test func allAreFree() {
        let account = account { $0.free = 1000 }
        #expect(account.holders == [BufferHolder(.free, "", 1000)])
    }

    @Test func knownHoldersAreToldAsTheyAre() {
        let account = account {
            $0.free = 300
            $0.caches = [("PMD thread of core 1", 60), ("PMD thread of core 2", 20)]
            $0.receiveRings = [.init(name: "p0 queue 0", size: 512, waiting: 7)]
            $0.waiting = 90
            $0.spares = 10
            $0.guests = ["vm1"]
        }
        #expect(held(account, .receiveRing, "p0 queue 0") == 512)
        #expect(held(account, .cache, "PMD thread of core 2") == 20)
        #expect(held(account, .control) == 90)
        #expect(held(account, .receiver) == 10)
        #expect(held(account, .guestRing, "vm1") == 0)
        #expect(account.holders.map(\.text).contains("receive ring p0 queue 0: 512, 7 packets wait"))
        #expect(held(account, .underWay) == 8)
        #expect(sum(account) == 1000)
    }

    @Test func aRingThatIsBeingRefilledHasLess() {
        let account = account {
            $0.free = 500
            $0.receiveRings = [.init(name: "p0 queue 0", size: 512)]
        }
        #expect(held(account, .receiveRing, "p0 queue 0") == 500)
        #expect(sum(account) == 1000)
    }

    @Test func theOnlyTransmitRingHasTheRest() {
        let account = account {
            $0.free = 400
            $0.transmitRings = [.init(name: "p0 queue 0", size: 580)]
        }
        #expect(held(account, .transmitRing, "p0 queue 0") == 580)
        #expect(held(account, .underWay) == 20)
        #expect(sum(account) == 1000)
    }

    @Test func severalRingsAreToldTogetherAndByTheirBounds() {
        let account = account {
            $0.free = 400
            $0.transmitRings = [.init(name: "p0 queue 0", size: 512), .init(name: "p1 queue 0", size: 1024)]
            $0.receiveRings = [.init(name: "p2 queue 0", size: 64, isTold: false)]
        }
        #expect(held(account, .transmitRing, "all together") == 600)
        #expect(
            account.holders.filter(\.isBound) == [
                BufferHolder(.receiveRing, "p2 queue 0", 64, isBound: true),
                BufferHolder(.transmitRing, "p0 queue 0", 512, isBound: true),
                BufferHolder(.transmitRing, "p1 queue 0", 600, isBound: true),
            ])
        #expect(sum(account) == 1000)
    }

    @Test func whatNobodyCanHaveIsLost() {
        let account = account {
            $0.free = 400
            $0.transmitRings = [.init(name: "p0 queue 0", size: 64)]
        }
        #expect(held(account, .unaccounted) == 600 - 64 - 32)
        #expect(sum(account) == 1000)
        let bare = self.account { $0.free = 400 }
        #expect(held(bare, .unaccounted) == 600 - 32)
    }

    @Test func figuresThatMovedWhileTheyWereReadDoNotTrap() {
        let account = account {
            $0.free = 900
            $0.caches = [("a", 200)]
            $0.waiting = 50
            $0.receiveRings = [.init(name: "p0 queue 0", size: 512)]
        }
        #expect(account.holders.allSatisfy { $0.buffers >= 0 })
    }
}
