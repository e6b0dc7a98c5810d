/// Loops over the values of each channel; sums in double precision, in an order that the layout alone
/// decides.
extension ChannelStrips {
  /// Adds Σ(x − m) and Σ(x − m)² of every channel to `first` and `second`.
  func addMoments(
    _ x: UnsafePointer<Float>, around m: UnsafePointer<Float>,
    _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>
  ) {
    for strip in self {
      let (place, c) = (x + strip.offset, strip.channel)
      guard strip.isWide else {
        for i in 0..<strip.count {
          let d = Double(place[i &* strip.stride] - m[c])
          first[c] += d
          second[c] += d * d
        }
        continue
      }
      let mean = values(m, c)
      var (sum, squares) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      for i in 0..<strip.count {
        let d = widened(octet(place + i &* strip.stride) - mean)
        sum += d
        squares += d * d
      }
      add(sum, to: first, c)
      add(squares, to: second, c)
    }
  }

  /// Adds Σg and Σg(x − m) of every channel to `first` and `second`.
  func addSlopes(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, around m: UnsafePointer<Float>,
    _ first: UnsafeMutablePointer<Double>, _ second: UnsafeMutablePointer<Double>
  ) {
    for strip in self {
      let (slope, place, c) = (g + strip.offset, x + strip.offset, strip.channel)
      guard strip.isWide else {
        for i in 0..<strip.count {
          let j = i &* strip.stride
          first[c] += Double(slope[j])
          second[c] += Double(slope[j]) * Double(place[j] - m[c])
        }
        continue
      }
      let mean = values(m, c)
      var (sum, products) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      for i in 0..<strip.count {
        let j = i &* strip.stride
        let d = widened(octet(slope + j))
        sum += d
        products += d * widened(octet(place + j) - mean)
      }
      add(sum, to: first, c)
      add(products, to: second, c)
    }
  }

  /// y = a (x − m) + b by channel.
  func scale(
    _ x: UnsafePointer<Float>, around m: UnsafePointer<Float>, _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>
  ) {
    for strip in self {
      let (from, to, c) = (x + strip.offset, y + strip.offset, strip.channel)
      guard strip.isWide else {
        for i in 0..<strip.count {
          let j = i &* strip.stride
          to[j] = a[c] * (from[j] - m[c]) + b[c]
        }
        continue
      }
      let (mean, factor, shift) = (values(m, c), values(a, c), values(b, c))
      for i in 0..<strip.count {
        let j = i &* strip.stride
        store(factor * (octet(from + j) - mean) + shift, to + j)
      }
    }
  }

  /// ∂x = a (g − k − l (x − m)) by channel.
  func spread(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, around m: UnsafePointer<Float>,
    _ a: UnsafePointer<Float>, _ k: UnsafePointer<Float>, _ l: UnsafePointer<Float>,
    to dx: UnsafeMutablePointer<Float>
  ) {
    for strip in self {
      let (slope, from, to) = (g + strip.offset, x + strip.offset, dx + strip.offset)
      let c = strip.channel
      guard strip.isWide else {
        for i in 0..<strip.count {
          let j = i &* strip.stride
          to[j] = a[c] * (slope[j] - k[c] - l[c] * (from[j] - m[c]))
        }
        continue
      }
      let (mean, factor) = (values(m, c), values(a, c))
      let (level, tilt) = (values(k, c), values(l, c))
      for i in 0..<strip.count {
        let j = i &* strip.stride
        store(factor * (octet(slope + j) - level - tilt * (octet(from + j) - mean)), to + j)
      }
    }
  }

  /// What belongs to the eight values of a wide strip of channel `c`.
  @inline(__always)
  private func values(_ table: UnsafePointer<Float>, _ c: Int) -> SIMD8<Float> {
    isLine ? SIMD8(repeating: table[c]) : octet(table + c)
  }

  /// Adds what the eight values of a wide strip of channel `c` have come to.
  @inline(__always)
  private func add(_ sums: SIMD8<Double>, to table: UnsafeMutablePointer<Double>, _ c: Int) {
    guard isLine else {
      for lane in 0..<8 { table[c + lane] += sums[lane] }
      return
    }
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    table[c] += two[0] + two[1]
  }
}

/// Eight neighbours.
@inline(__always)
private func octet(_ place: UnsafePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Float>.self)
}

@inline(__always)
private func store(_ values: SIMD8<Float>, _ place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: values, as: SIMD8<Float>.self)
}

@inline(__always)
private func widened(_ values: SIMD8<Float>) -> SIMD8<Double> {
  var wide = SIMD8<Double>.zero
  for lane in 0..<8 { wide[lane] = Double(values[lane]) }
  return wide
}
