import Program

extension ServiceOptions {
    /// The part of `--help` about the log, without a line end.
    package static func loggingHelp(_ directories: RunDirectories, program: String) -> String {
        """
        Logging options:
          -vSPEC, --verbose=SPEC  set logging levels
          -v, --verbose           log everything
          --log-file[=FILE]       log to FILE
                                  (default: \(directories.log)/\(program).log)
          --syslog-method=(libc|unix:file|udp:ip:port|null)
                                  how messages reach the system log
          --syslog-target=HOST:PORT  also send them to HOST:PORT over UDP
        """
    }
}
