import Machine
import Testing

@Suite struct IntCountedTests {
    @Test(arguments: [(0, "0 queues"), (1, "1 queue"), (2, "2 queues")])
    func singularAndPlural(number: Int, text: String) { #expect(number.counted("queue") == text) }
}
