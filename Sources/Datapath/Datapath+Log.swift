import Control
import Logging
import Packets

/// What becomes of flows, told to whoever sets the level of `dpif_netdev` to debug.
extension Datapath {
    /// A packet that no flow matches has come to control.
    func logMiss(_ key: FlowKey) {
        log.debug(
            "\(hasDummies ? "ovs-dummy" : "ovs-netdev"): miss upcall:\n\(DatapathFlowFormat.describe(packet: key))")
    }

    /// A flow was installed.
    func logAdded(_ flow: DatapathFlow) {
        log.debug("flow_add: \(matchText(flow)), actions:\(actionFormat.text(flow.actions))")
    }

    /// A flow is about to do something else.
    func logReplaced(_ flow: DatapathFlow, by actions: [DatapathAction]) {
        log.debug(
            """
            flow_mod: \(matchText(flow)), old_actions:\(actionFormat.text(flow.actions)), \
            actions:\(actionFormat.text(actions))
            """)
    }

    /// What of `other_config:pmd-…` has changed.
    func logChanges(from old: PMDConfiguration, to new: PMDConfiguration) {
        if new.assignment != old.assignment {
            log.info("Rxq to PMD assignment mode changed to: '\(new.assignment.rawValue)'.")
        }
        if new.isolatesPinnedCores != old.isolatesPinnedCores {
            log.info("pmd-rxq-affinity \(new.isolatesPinnedCores ? "isolates" : "does not isolate") PMD core")
        }
        if new.autoBalance != old.autoBalance {
            let settings = new.autoBalance
            log.info(
                settings.isEnabled
                    ? """
                    PMD auto load balance is enabled, interval \(settings.intervalMinutes) mins, pmd load threshold \
                    \(settings.loadThreshold)%, improvement threshold \(settings.improvementThreshold)%.
                    """ : "PMD auto load balance is disabled.")
        }
        if new.maximumSleep != old.maximumSleep {
            log.info("PMD max sleep request is \(new.maximumSleep) usecs.")
            log.info("PMD load based sleeps are \(new.maximumSleep > 0 ? "enabled" : "disabled").")
        }
    }

    private func matchText(_ flow: DatapathFlow) -> String {
        "\(FlowIdentifier(flow)) " + DatapathFlowFormat.describe(flow.key, mask: flow.mask)
    }

    private var actionFormat: DatapathActionFormat {
        DatapathActionFormat(
            puntText: { id in ControlActor.assumeIsolated { [weak self] in self?.upcallHandler?.puntText(id) } })
    }
}
