import Control

/// What keeps connections to one target: it connects, or lets others connect.
@ControlActor
protocol ControllerLink: AnyObject, Sendable {
    var target: ControllerTarget { get }
    var configuration: ControllerConfiguration { get }
    /// How it stands; nil for passive ones.
    var status: ControllerStatus? { get }

    func start()
    /// Takes new settings; those of the connections follow.
    func configure(_ new: ControllerConfiguration)
    /// Ends every connection for good.
    func stop()
    /// Versions are agreed on: messages can be sent.
    func negotiated(_ connection: OpenFlowConnection)
    /// The connection has ended.
    func ended(_ connection: OpenFlowConnection, _ end: ConnectionEnd)
}
