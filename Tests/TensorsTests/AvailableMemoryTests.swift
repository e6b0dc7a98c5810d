import Testing
import _TestSupport

@testable import Tensors

@Suite struct AvailableMemoryTests {
  @Test("what the host has free, with its swap space")
  func host() {
    let text = "MemTotal: 9000 kB\nMemAvailable:    4000 kB\nSwapFree: 100 kB\n"
    #expect(AvailableMemory.ofHost(information: text)?.bytes == 4100 * 1024)
    #expect(AvailableMemory.ofHost(information: "nonsense") == nil)
    #expect((AvailableMemory.current()?.bytes ?? 0) > 0)
  }

  @Test("what the limit of an address space leaves")
  func addressSpace() {
    let status = "Name: x\nVmSize:\t 1000 kB\n"
    func left(_ limit: Int?) -> Int? {
      AvailableMemory.ofAddressSpace(status: status, limit: limit, "VmSize", "ulimit -v")?.bytes
    }
    #expect(left(nil) == nil)
    #expect(left(3000 * 1024) == 2000 * 1024)
    #expect(left(500 * 1024) == 0)
  }

  @Test("what the narrowest control group leaves, of version 2 and of version 1")
  func controlGroups() throws {
    try withTemporaryFolder { folder in
      func group(_ path: String, _ limit: String, _ used: Int, _ stat: String, v1: Bool) throws {
        try folder.write(limit, to: path + (v1 ? "memory.limit_in_bytes" : "memory.max"))
        try folder.write("\(used)\n", to: path + (v1 ? "memory.usage_in_bytes" : "memory.current"))
        try folder.write(stat, to: path + "memory.stat")
      }
      func left(_ membership: String, _ root: String) -> Int? {
        AvailableMemory.ofControlGroup(membership: membership, root: folder.path(root))?.bytes
      }
      try group("two/job/", "max\n", 700, "inactive_file 0\n", v1: false)
      #expect(left("0::/job/step\n", "two") == nil)
      try group("two/job/step/", "5000\n", 700, "anon 5\ninactive_file 300\n", v1: false)
      #expect(left("0::/job/step\n", "two") == 4600)
      try group("two/job/", "2000\n", 1900, "inactive_file 0\n", v1: false)
      #expect(left("0::/job/step\n", "two") == 100)
      try group("one/memory/", "9223372036854771712\n", 5, "total_inactive_file 0\n", v1: true)
      #expect(left("3:cpu:/a\n4:memory:/\n", "one") == nil)
      try group("one/memory/a/", "900\n", 500, "total_inactive_file 100\n", v1: true)
      #expect(left("3:cpu:/a\n4:memory,hugetlb:/a\n", "one") == 500)
    }
  }
}
