/// The linear combination of members that fits held-out targets best: weights that are not negative
/// and add up to 1.
///
///     minimize Σₙ ‖Σᵢ wᵢ yᵢₙ − tₙ‖² = Σᵢⱼ wᵢ wⱼ Eᵢⱼ     Eᵢⱼ = Σₙ (yᵢₙ − tₙ)·(yⱼₙ − tₙ)
///
/// yᵢₙ is what member i puts out for sample n, tₙ the target. With w = u / Σu the minimum is that of
/// ½ uᵀE u − Σu over u ≥ 0, which an active set finds in a few small linear systems. A millionth of a
/// millionth of E's mean diagonal is added to it, so that equal members make no singular system.
///
/// Breiman, "Stacked Regressions", Machine Learning 24, 1996; Perrone and Cooper, "When Networks
/// Disagree", 1993, of the form with E; Lawson and Hanson, "Solving Least Squares Problems", 1974,
/// chapter 23, of the active set.
public enum Stacking {
  /// The weights for the sums of products of errors `products`, m × m.
  public static func weights(_ products: [[Double]]) -> [Double] {
    let m = products.count
    var matrix = products
    let mean = (0..<m).reduce(0) { $0 + products[$1][$1] } / Double(m)
    guard mean > 0 else { return [Double](repeating: 1 / Double(m), count: m) }
    for i in 0..<m { matrix[i][i] += 1e-12 * mean }
    var u = [Double](repeating: 0, count: m)
    var free: [Int] = []
    // Every pass makes the sum smaller; the bound is for what rounding may do.
    for _ in 0..<10 * m {
      func slope(_ i: Int) -> Double { 1 - (0..<m).reduce(0) { $0 + matrix[i][$1] * u[$1] } }
      let resting = (0..<m).filter { !free.contains($0) }
      guard let next = resting.max(by: { slope($0) < slope($1) }), slope(next) > 1e-9 else { break }
      free.append(next)
      while true {
        let wanted = solve(matrix, free)
        if wanted.allSatisfy({ $0 > 0 }) {
          for (k, i) in free.enumerated() { u[i] = wanted[k] }
          break
        }
        // As far as all stay at least 0; who gets there rests.
        var step = 1.0
        var last = free[0]
        for (k, i) in free.enumerated() where wanted[k] <= 0 {
          let part = u[i] / (u[i] - wanted[k])
          if part <= step { (step, last) = (part, i) }
        }
        for (k, i) in free.enumerated() { u[i] += step * (wanted[k] - u[i]) }
        u[last] = 0
        free.removeAll { $0 == last }
        if free.isEmpty { break }
      }
    }
    let total = u.reduce(0, +)
    return total > 0 ? u.map { $0 / total } : [Double](repeating: 1 / Double(m), count: m)
  }

  /// The solution of the part of the system that `rows` name, with ones on its right, by elimination
  /// with row exchanges.
  private static func solve(_ matrix: [[Double]], _ rows: [Int]) -> [Double] {
    let n = rows.count
    var a = rows.map { i in rows.map { matrix[i][$0] } + [1] }
    for column in 0..<n {
      let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
      a.swapAt(column, pivot)
      for row in column + 1..<max(n, column + 1) where a[column][column] != 0 {
        let factor = a[row][column] / a[column][column]
        for k in column...n { a[row][k] -= factor * a[column][k] }
      }
    }
    var x = [Double](repeating: 0, count: n)
    for row in (0..<n).reversed() {
      let rest = (row + 1..<max(n, row + 1)).reduce(a[row][n]) { $0 - a[row][$1] * x[$1] }
      x[row] = a[row][row] == 0 ? 0 : rest / a[row][row]
    }
    return x
  }
}
