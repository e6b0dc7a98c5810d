import Tensors
import Testing

@Suite struct RoundToBFloat16Tests {
  @Test("nearest, ties to even, and what is not finite")
  func values() {
    let cases: [(Float, Float)] = [
      (0, 0), (1, 1), (257, 256), (259, 260), (258, 258), (-257, -256), (257.001, 258),
      (3.4e38, .infinity), (-3.4e38, -.infinity), (3.38e38, 0x1.fcp127), (.infinity, .infinity),
      (0x1p-149, 0),
    ]
    let storage = FloatStorage(cases.map(\.0) + [.nan, -0.0])
    var span = storage.mutableSpan
    roundToBFloat16(&span)
    for (index, (value, rounded)) in cases.enumerated() {
      let found = storage.span[index]
      #expect(found == rounded, "\(value)")
      #expect(found.bitPattern & 0xffff == 0)
    }
    #expect(storage.span[cases.count].isNaN)
    #expect(storage.span[cases.count + 1].bitPattern == Float(-0.0).bitPattern)
  }
}
