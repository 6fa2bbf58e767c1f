import Control
import Testing

/// Waits until `condition` holds; records a failure when it does not within `limit`.
@ControlActor
func eventually(
    _ what: Comment, within limit: Duration = .seconds(15), at location: SourceLocation = #_sourceLocation,
    _ condition: @ControlActor () throws -> Bool
) async throws {
    let end = ContinuousClock.now.advanced(by: limit)
    while ContinuousClock.now < end {
        if try condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    #expect(try condition(), what, sourceLocation: location)
}
