/// The Open vSwitch that we stand in for.
public enum OpenVSwitchRelease {
    /// Its version, which scripts ask for.
    public static let version = "3.1.0"
}
