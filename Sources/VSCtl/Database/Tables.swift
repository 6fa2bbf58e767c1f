import OVSDB

/// The tables of a switch's database, which commands name with their columns.
typealias Tables = OpenVSwitchSchema
