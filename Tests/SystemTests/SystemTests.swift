import Testing

/// The daemon with real ports, a real database, Debian's clients. Root is needed; one test at a time, since they
/// measure time and share the machine's two cores.
@Suite(.serialized)
struct SystemTests {}
