/// A buffer that lives as long as someone holds it.
final class Buffer<Element: BitwiseCopyable> {
  let values: UnsafeMutableBufferPointer<Element>

  init(_ numbers: [Element]) {
    values = .allocate(capacity: numbers.count)
    _ = values.initialize(from: numbers)
  }

  deinit { values.deallocate() }

  /// For senders.
  var constant: UnsafeBufferPointer<Element> { UnsafeBufferPointer(values) }

  var array: [Element] { Array(values) }
}
