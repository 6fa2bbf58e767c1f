extension ActionDecoder {
    func sample(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> SampleAction {
        let probability = try body.u16()
        var action = SampleAction(
            probability: probability, collectorSetID: try body.u32(), observationDomainID: try body.u32(),
            observationPointID: try body.u32())
        if kind != .sample {
            action.form = kind == .sample2 ? 2 : 3
            action.samplingPort = OpenFlowPort(rawValue: try body.u16())
        }
        if kind == .sample3 {
            let number = try body.u8()
            try body.zeros(5, else: .mustBeZeroRequest)
            guard let direction = SampleAction.Direction(rawValue: number) else {
                throw OpenFlowError(.badActionArgument, "sample in direction \(number)")
            }
            action.direction = direction
        }
        guard probability != 0 else { throw OpenFlowError(.badActionArgument, "sample of no packet") }
        return action
    }
}

extension ActionEncoder {
    mutating func sample(_ action: SampleAction) {
        let form =
            action.direction != .unspecified ? 3 : action.samplingPort != .none ? max(action.form, 2) : action.form
        nicira(form >= 3 ? 41 : form == 2 ? 38 : 29) {
            $0.u16(action.probability)
            $0.u32(action.collectorSetID)
            $0.u32(action.observationDomainID)
            $0.u32(action.observationPointID)
            guard form >= 2 else { return }
            $0.u16(action.samplingPort.rawValue)
            $0.u8(action.direction.rawValue)
            $0.zeros(5)
        }
    }
}
