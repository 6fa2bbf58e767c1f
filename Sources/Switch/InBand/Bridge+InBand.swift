import Control
import Datapath
import Glibc
import OpenFlow

extension Bridge {
    /// Has in-band control follow settings, the LOCAL port's address and the kernel's routes.
    func followInBandPeers() {
        guard let owner else { return }
        let remotes = configuration.inBandRemotes
        guard !remotes.isEmpty || inBand.isActive else { return }
        let hasKernel = !configuration.isDummy
        let hasChanged = inBand.follow(
            remotes, local: port(numbered: .local)?.status.macAddress ?? hardware, queue: configuration.inBandQueue
        ) { hasKernel ? owner.datapath.nextHop(to: $0) : .unreachable(errno: EOPNOTSUPP) }
        if hasChanged { changed() }
    }

    /// Calls `body` with every rule that controllers do not see, and its priority (`bridge/dump-flows`).
    public func forEachHiddenRule(_ body: (Rule, Int) -> Void) { inBand.forEach(body) }
}
