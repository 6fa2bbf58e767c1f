import CLinux
import Glibc
import Testing

@testable import Service

@Suite struct ProcessEndTests {
    @Test func texts() {
        #expect(ProcessEnd(cl_end(status: 3, signal: 0, dumped_core: 0)).description == "exit status 3")
        #expect(
            ProcessEnd(cl_end(status: -1, signal: SIGSEGV, dumped_core: 1)).description
                == "killed (Segmentation fault), core dumped")
        #expect(ProcessEnd(cl_end(status: -1, signal: SIGKILL, dumped_core: 0)).description == "killed (Killed)")
    }

    @Test func crashes() {
        for signal in [SIGSEGV, SIGABRT, SIGILL, SIGKILL, SIGTRAP, SIGBUS] {
            #expect(ProcessEnd(cl_end(status: -1, signal: signal, dumped_core: 0)).isCrash)
        }
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            #expect(!ProcessEnd(cl_end(status: -1, signal: signal, dumped_core: 0)).isCrash)
        }
        #expect(!ProcessEnd(cl_end(status: 1, signal: 0, dumped_core: 0)).isCrash)
    }
}
