import OpenFlow

/// A look-up that a translation made: the table, if it has ever had a rule, and what was found there.
struct TableVisit {
    let table: FlowTable?
    let rule: Rule?
}
