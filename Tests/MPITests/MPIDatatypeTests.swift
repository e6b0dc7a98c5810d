import MPI
import Testing

@Suite struct MPIDatatypeTests {
  @Test func everyTypeNamesItsElement() {
    func element<T: MPIDatatype>(_: T.Type) -> MessageElement { T.messageElement }
    #expect(element(Float.self) == .float)
    #expect(element(Double.self) == .double)
    #expect(element(Int32.self) == .int32)
    #expect(element(Int64.self) == .int64)
    #expect(element(Int.self) == .int64)
    #expect(MemoryLayout<Int>.size == 8)
    #expect(element(UInt64.self) == .uint64)
    #expect(element(UInt8.self) == .uint8)
  }
}
