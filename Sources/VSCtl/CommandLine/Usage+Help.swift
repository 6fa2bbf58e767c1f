import OVSDB

extension Usage {
    /// `--help`.
    var help: String {
        """
        \(program): looks at and changes the configuration of a virtual switch
        usage: \(program) [OPTIONS] COMMAND [ARG...] [-- COMMAND [ARG...]]...

        Commands (those between "--" make one transaction):
        \(commands.map(Self.line).joined())
        Rows of the tables are named in these ways:
        \(rowNames)
        Options:
          --db=SERVER                 the database's server, as unix:FILE or tcp:HOST:PORT
                                      (default: unix:\(directories.run)/db.sock)
          --no-wait                   do not wait until the switch has done what is asked
          --retry                     try again until the server is there
          -t, --timeout=SECS          give up after SECS seconds
          --dry-run                   change nothing
          --oneline                   print the output of each command on one line

        Output:
          -f, --format=FORMAT         table, list, html, csv or json
          -d, --data=FORMAT           values as string, bare or json
          --no-headings               without the names of columns
          --pretty                    JSON over several lines
          --bare                      the same as --format=list --data=bare --no-headings
          --max-column-width=N        at most N characters to a column of a table

        Log:
          -vSPEC, --verbose=SPEC      levels, as console:dbg
          -v, --verbose               everything
          --log-file[=FILE]           log to FILE (default: \(directories.log)/ovs-vsctl.log)
          --syslog-method=METHOD      libc, unix:FILE, udp:IP:PORT or null
          --syslog-target=HOST:PORT   to HOST over UDP besides
          --no-syslog                 only warnings to the system log

        Others:
          -h, --help                  print this
          -V, --version               print the version

        """
    }

    private static func line(_ command: CommandSyntax) -> String {
        let options = command.options.map { "[\($0.name)\($0.hasArgument ? "=…" : "")] " }.joined()
        return "  \(options)\(command.name)\(command.usage.isEmpty ? "" : " \(command.usage)")\n"
    }
}
