import OVSDB

// The rows that the switch reads and writes, by the schema's own names.
typealias RootRow = TableRow<OpenVSwitchSchema.Root>
typealias BridgeRow = TableRow<OpenVSwitchSchema.Bridge>
typealias PortRow = TableRow<OpenVSwitchSchema.Port>
typealias InterfaceRow = TableRow<OpenVSwitchSchema.Interface>
typealias ControllerRow = TableRow<OpenVSwitchSchema.Controller>
typealias ManagerRow = TableRow<OpenVSwitchSchema.Manager>
typealias FlowTableRow = TableRow<OpenVSwitchSchema.FlowTable>
