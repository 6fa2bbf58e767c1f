/// What a ``JSONParser`` puts the unfinished parts of a value into.
///
/// Many parsers on one thread may share it: each holds what is in it only from the beginning of a value to its end. So a
/// connection that is silent keeps no memory for that, and one of many finds the memory in the processor's cache.
public final class JSONWorkspace {
    var stack: [JSONParser.Frame] = []
    var elements: [JSON] = []
    var names: [String] = []
    var scratch: [UInt8] = []
    /// For whoever takes values from a parser: where they are put.
    var values: [JSON] = []

    /// One with nothing in it.
    public init() {}
}
