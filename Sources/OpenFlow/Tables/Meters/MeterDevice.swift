import Control

/// Where meters are carried out: the datapath, which the bridge's owner adapts to this.
@ControlActor
public protocol MeterDevice: AnyObject {
    /// Makes a meter and returns its number in the datapath.
    func makeMeter(_ contents: MeterContents) throws(OpenFlowError) -> UInt32
    /// Changes a meter; its counters go on.
    func changeMeter(_ number: UInt32, to contents: MeterContents) throws(OpenFlowError)
    func removeMeter(_ number: UInt32)
    /// nil where there is no such meter.
    func counters(ofMeter number: UInt32) -> MeterCounters?
}
