import Control
import Service
import Switch

extension CommandRegistry {
    /// Adds what concerns the making and keeping of flows: `upcall/*` and `revalidator/*`.
    func registerUpcallCommands(_ report: DatapathReport) {
        let target = report.target
        register("upcall/show") { _ in report.upcalls() }
        register("upcall/set-flow-limit", usage: "flow-limit-number", arguments: 1...1) { arguments in
            guard let limit = Int(arguments[0]), limit >= 0 else {
                throw UnixctlError("\(arguments[0]): no number of flows")
            }
            target.flowLimit = limit
            return "set flow_limit to \(limit)\n"
        }
        for (verb, isOn) in [("disable", false), ("enable", true)] {
            register("upcall/\(verb)-megaflows") { _ in
                target.usesMegaflows = isOn
                await target.purgeFlows()
                return "megaflows \(verb)d"
            }
        }
        register("upcall/disable-ufid") { _ in
            report.dumping.isTerse = false
            return "Datapath dumping tersely using UFID disabled"
        }
        register("upcall/enable-ufid") { _ in
            report.dumping.isTerse = true
            return "Datapath dumping tersely using UFID enabled for supported datapaths"
        }
        register("revalidator/purge") { _ in
            await target.purgeFlows()
            return ""
        }
        register("revalidator/wait") { _ in
            await target.finishWork()
            return ""
        }
        register("revalidator/pause") { _ in
            target.isRevalidationPaused = true
            return ""
        }
        register("revalidator/resume") { _ in
            target.isRevalidationPaused = false
            return ""
        }
    }
}

extension DatapathReport {
    /// How many flows there are, and may be (`upcall/show`).
    func upcalls() -> String {
        names.map { name in
            """
            \(name):
              flows         : (current \(target.flowCount)) (avg \(target.flowCount)) (max \(target.mostFlows)) \
            (limit \(target.flowLimit))
              dump duration : \(target.sweepMilliseconds)ms
              ufid enabled : \(dumping.isTerse)

              1: (keys \(target.flowCount))

            """
        }.joined()
    }
}
