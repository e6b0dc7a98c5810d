import Datasets
import Tensors
import Testing

@Suite struct BatchSamplerTests {
  @Test func anyNumberOfReadersSeesTheSameEpoch() throws {
    let dataset = try SyntheticDataset(inputShape: [1], targets: .values(1), count: 103).make()
    let plan = ShardPlan(samples: 103, batch: 20, shards: 5)
    let key = RandomKey(low: 4, high: 4)
    func epoch(readers: Int) throws -> [Float] {
      let samplers = (0..<readers).map { _ in BatchSampler(dataset, key: key) }
      let batch = Batch(
        capacity: plan.largestShard, inputWidth: 1, targetWidth: 1, targetForm: .values)
      var inputs: [Float] = []
      for step in 0..<plan.steps {
        for shard in 0..<plan.shards {
          let range = plan.positions(step: step, shard: shard)
          let sampler = samplers[shard % readers]
          try sampler.fill(batch, positions: range, epoch: 2)
          #expect(batch.count == range.count && batch.samples.count == range.count)
          #expect(
            try read(dataset, batch.samples).inputs == Array(batch.inputs.array[..<range.count]))
          inputs += batch.inputs.array[..<range.count]
        }
      }
      return inputs
    }
    let alone = try epoch(readers: 1)
    #expect(try alone == epoch(readers: 3))
    #expect(try alone != read(dataset).inputs)
    #expect(try alone.sorted() == read(dataset).inputs.sorted())
  }

  @Test func withoutAKeyTheOrderIsThatOfTheData() throws {
    let dataset = try SyntheticDataset(inputShape: [2], targets: .classes(3), count: 9).make()
    let sampler = BatchSampler(dataset, key: nil)
    let batch = Batch(capacity: 4, inputWidth: 2, targetWidth: 3, targetForm: .oneHot)
    try sampler.fill(batch, positions: 5..<9, epoch: 7)
    #expect(batch.samples == [5, 6, 7, 8])
    #expect(try batch.inputs.array == read(dataset, [5, 6, 7, 8]).inputs)
    try sampler.fill(batch, positions: 3..<3, epoch: 7)
    #expect(batch.count == 0)
  }
}
