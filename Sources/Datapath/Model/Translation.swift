import Packets

/// What control made of a miss: the program for the packet and all like it (decision 6 of the architecture).
public struct Translation {
    /// Every field that was looked at to decide. Must count in_port; everything outside the datapath's words is
    /// ignored.
    public var mask: FlowMask
    /// What to do; an empty list drops, counted as `flow`.
    public var actions: [DatapathAction]
    /// Kept with the flow for the translator's own use: what to credit with its packets, what it depends on.
    public var context: AnyObject?
    /// False: the program is for this packet alone and no flow is installed.
    public var isCacheable = true

    public init(mask: FlowMask, actions: [DatapathAction], context: AnyObject? = nil) {
        self.mask = mask
        self.actions = actions
        self.context = context
    }
}
