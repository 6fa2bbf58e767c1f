import Machine
import Testing

@Suite struct CoreListTests {
    @Test(arguments: [
        ("0-3,8,10-11\n", [0, 1, 2, 3, 8, 10, 11]), ("", []), ("5", [5]), ("managed_irq,domain,2-3", [2, 3]),
        ("3-1,-4,1-2-3,99999999999", []),
    ])
    func reads(_ text: String, _ cores: [Int]) {
        #expect(CoreList(text).cores == cores)
    }

    @Test func writes() {
        #expect(CoreList(cores: [11, 3, 0, 1, 2, 8, 10]).text == "0-3,8,10-11")
        #expect(CoreList(cores: []).text == "")
    }
}
