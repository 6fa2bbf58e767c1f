/// How look-ups have ended; written by the thread alone.
struct LookupStatistics {
    /// Keys found in the front cache (OVS: EMC hits).
    var frontHits: UInt64 = 0
    /// Keys found in a subtable (OVS: megaflow hits).
    var subtableHits: UInt64 = 0
    /// Subtables searched, per key, for the keys found in one.
    var subtableLookups: UInt64 = 0
    /// Keys that nothing matched.
    var misses: UInt64 = 0
}
