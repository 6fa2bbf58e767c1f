import Program
import Service

extension DaemonOptions {
    /// The version of Open vSwitch whose behaviour is offered; tools compare it.
    public static let compatibleVersion = OpenVSwitchRelease.version
    /// vSwift's own version.
    public static let version = VSwiftRelease.version

    /// The first line of `--version`, which scripts parse.
    public static let versionLine = "\(program) (Open vSwitch) \(compatibleVersion)"

    /// The text of `--version`.
    ///
    /// - Parameter dpdk: DPDK's name and version.
    public static func versionText(dpdk: String) -> String {
        "\(versionLine)\nvSwift \(version)\n\(dpdk)\n"
    }

    /// The text of `--help`.
    static func help(_ directories: RunDirectories) -> String {
        """
        \(program): virtual switch (vSwift \(version), in the place of Open vSwitch \(compatibleVersion))
        usage: \(program) [OPTIONS] [DATABASE]
        where DATABASE is a socket on which ovsdb-server is listening
              (default: "unix:\(directories.run)/db.sock").
        Without DATABASE, and when nobody is listening there, \(program) itself serves
        \(directories.database)/conf.db there.

        Active DATABASE connection methods:
          tcp:HOST:PORT           PORT at remote HOST
          ssl:HOST:PORT           the same, over TLS
          unix:FILE               Unix domain socket named FILE

        Daemon options:
          --detach                run in the background; returns when the switch is ready
          --monitor               keep a process that restarts the daemon if it crashes
          --no-chdir              do not change to directory '/'
          --pidfile[=FILE]        make a pidfile (default: \(directories.run)/\(program).pid)
          --overwrite-pidfile     with --pidfile, start even if a daemon is running

        \(ServiceOptions.loggingHelp(directories, program: program))

        TLS options; the first four while the database has no SSL row:
          -p, --private-key=FILE  file with our private key
          -c, --certificate=FILE  file with our certificate
          -C, --ca-cert=FILE      file with the certificate of the peers' authority
          --bootstrap-ca-cert=FILE  the same, made from what the first peer presents if it is not there
          --peer-ca-cert=FILE     certificates that peers are sent behind ours
          --ssl-protocols=LIST    which of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3 are spoken, with none left out between
                                  them (default: TLSv1.2,TLSv1.3)
          --ssl-ciphers=LIST      ciphers of TLS 1.2 and before, in OpenSSL's words

        DPDK options:
          none here: DPDK is configured in the database (other_config:dpdk-init and others).

        Other options:
          --unixctl=SOCKET        the control socket's name
          --mlockall              keep the process's memory from being paged out
          --enable-dummy[=system|override]  for tests: devices and datapaths without a kernel,
                                  also in the place of those of type system, or of all
          --dummy-numa=N,N,...    for tests: the NUMA node of each core
          --disable-system        accepted; there is no kernel datapath to disable
          -h, --help              show this text
          -V, --version           show versions

        """
    }
}
