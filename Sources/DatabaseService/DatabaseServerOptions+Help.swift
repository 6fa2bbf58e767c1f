import Program
import Service

extension DatabaseServerOptions {
    /// The first line of `--version`, which scripts parse.
    static let versionLine = "\(program) (Open vSwitch) \(OpenVSwitchRelease.version)"

    /// The text of `--version`.
    static let versionText = "\(versionLine)\nvSwift\n"

    /// The text of `--help`.
    static func help(_ directories: RunDirectories) -> String {
        """
        \(program): server of OVSDB databases (vSwift, in the place of Open vSwitch \(OpenVSwitchRelease.version))
        usage: \(program) [OPTIONS] [DATABASE...]
        where each DATABASE is a database's file
              (default: \(directories.database)/conf.db).

        Connections:
          --remote=REMOTE         listen on or connect to punix:FILE, ptcp:PORT[:HOST], pssl:PORT[:HOST],
                                  unix:FILE, tcp:HOST:PORT, ssl:HOST:PORT, or do as db:DATABASE,TABLE,COLUMN says;
                                  may be given again

        TLS options, each as it is or as db:DATABASE,TABLE,COLUMN:
          -p, --private-key=FILE  our private key
          -c, --certificate=FILE  our certificate
          -C, --ca-cert=FILE      certificates of the peers' authorities
          --bootstrap-ca-cert=FILE  the same, made from what the first peer presents if it is not there
          --peer-ca-cert=FILE     certificates that peers are sent behind ours
          --ssl-protocols=LIST    which of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3 are spoken, with none left out between
                                  them (default: TLSv1.2,TLSv1.3)
          --ssl-ciphers=LIST      ciphers of TLS 1.2 and before, in OpenSSL's words

        Daemon options:
          --detach                run in the background; returns when the databases are served
          --monitor               keep a process that restarts the server if it crashes
          --no-chdir              do not change to directory '/'
          --pidfile[=FILE]        make a pidfile (default: \(directories.run)/\(program).pid)
          --overwrite-pidfile     with --pidfile, start even if a server is running

        \(ServiceOptions.loggingHelp(directories, program: program))

        Other options:
          --run COMMAND           run COMMAND of the shell once the databases are served, and end with it
          --no-dbs                no default DATABASE
          --lazy                  answer before a transaction is on disk unless the client asks to wait, as Open
                                  vSwitch's server does
          --disable-file-column-diff  write files that Open vSwitch before 2.15 can read
          --unixctl=SOCKET        the control socket's name, or none
                                  (default: \(directories.run)/\(program).PID.ctl;
                                  none for "vswift db serve" without --detach and --pidfile)
          --mlockall              keep the process's memory from being paged out
          -h, --help              show this text
          -V, --version           show versions

        """
    }
}
