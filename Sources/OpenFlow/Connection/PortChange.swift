/// Why OFPT_PORT_STATUS is sent (OFPPR_*).
public enum PortChange: UInt8, Sendable { case added = 0, removed = 1, modified = 2 }
