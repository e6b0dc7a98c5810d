import Foundation
import Testing
import _TestSupport

@testable import Formats

@Suite struct RunLockTests {
  static let me = RunOwner(environment: [:])

  @Test func aHeldLockNamesItsOwner() throws {
    try withTemporaryFolder { folder in
      let lock = try RunLock(in: folder.path, owner: Self.me)
      try withExtendedLifetime(lock) {
        let error = try #require(throws: FileError.self) {
          try RunLock(in: folder.path, owner: Self.me)
        }
        #expect(error.kind == .cannotWrite)
        #expect(
          error.description.contains("in use by process \(getpid()) on \(Self.me.host)"))
        #expect(try folder.entries() == ["run.lock"])
      }
    }
  }

  @Test func aReleasedLockCanBeTakenAgain() throws {
    try withTemporaryFolder { folder in
      for _ in 0..<3 {
        var lock: RunLock? = try RunLock(in: folder.path, owner: Self.me)
        #expect(try folder.entries() == ["run.lock"])
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(try folder.entries().isEmpty)
      }
    }
  }

  /// The owner is killed while it holds the lock, so that its file stays behind.
  @Test func theLockOfADeadProcessOnThisHostIsTakenOver() throws {
    try withTemporaryFolder { folder in
      let child = Process()
      child.executableURL = URL(fileURLWithPath: "/bin/sh")
      child.arguments = ["-c", "exec sleep 60"]
      try child.run()
      kill(child.processIdentifier, SIGKILL)
      child.waitUntilExit()
      var dead = Self.me
      dead.process = Int(child.processIdentifier)
      try folder.write(dead.json.serialized(), to: "run.lock")
      let lock = try RunLock(in: folder.path, owner: Self.me)
      let present = try folder.bytes(of: "run.lock")
      withExtendedLifetime(lock) { #expect(RunOwner(json: present) == Self.me) }
    }
  }

  /// Another process, which holds the kernel's lock for as long as it lives.
  @Test(.timeLimit(.minutes(1)))
  func aLiveProcessKeepsItsLockAndItsDeathFreesIt() throws {
    try withTemporaryFolder { folder in
      var other = Self.me
      other.process = 1
      other.job = "slurm 77"
      let path = try folder.write(other.json.serialized(), to: "run.lock")
      let holder = Process()
      let output = Pipe()
      holder.executableURL = URL(fileURLWithPath: "/bin/sh")
      // One process throughout: the shell takes the lock by its descriptor 9 and becomes the sleeper.
      holder.arguments = ["-c", "exec 9<>\"$0\"; flock 9; echo held; exec sleep 60", path]
      holder.standardOutput = output
      try holder.run()
      #expect(output.fileHandleForReading.readData(ofLength: 5) == Data("held\n".utf8))
      let error = try #require(throws: FileError.self) {
        try RunLock(in: folder.path, owner: Self.me)
      }
      #expect(error.description.contains("process 1 on \(Self.me.host) (slurm 77)"))
      kill(holder.processIdentifier, SIGKILL)
      holder.waitUntilExit()
      _ = try RunLock(in: folder.path, owner: Self.me)
    }
  }

  @Test func theLockOfAnotherHostIsBelieved() throws {
    try withTemporaryFolder { folder in
      let far = RunOwner(host: "far-away", process: 1, job: "slurm 5", restarts: 1)
      let path = try folder.write(far.json.serialized(), to: "run.lock")
      let error = try #require(throws: FileError.self) {
        try RunLock(in: folder.path, owner: Self.me)
      }
      #expect(error.description.contains("process 1 on far-away (slurm 5)"))
      #expect(error.description.contains("if it is dead, remove \(path)"))
      #expect(RunOwner(json: try folder.bytes(of: "run.lock")) == far)
    }
  }

  @Test func aLaterStartOfTheSameBatchJobTakesOver() throws {
    try withTemporaryFolder { folder in
      let first = RunOwner(host: "far-away", process: 1, job: "slurm 5", restarts: 1)
      try folder.write(first.json.serialized(), to: "run.lock")
      var again = Self.me
      again.job = "slurm 5"
      #expect(throws: FileError.self) { try RunLock(in: folder.path, owner: again) }
      again.restarts = 2
      _ = try RunLock(in: folder.path, owner: again)
    }
  }

  @Test(arguments: ["", "{", "{\"host\":1}"])
  func anUnreadableLockIsTakenOver(text: String) throws {
    try withTemporaryFolder { folder in
      try folder.write(text, to: "run.lock")
      _ = try RunLock(in: folder.path, owner: Self.me)
    }
  }

  @Test func theBatchJobComesFromTheEnvironment() {
    let slurm = RunOwner(environment: ["SLURM_JOB_ID": "12", "SLURM_RESTART_COUNT": "3"])
    #expect(slurm.job == "slurm 12" && slurm.restarts == 3)
    #expect(RunOwner(environment: ["PBS_JOBID": "9.head"]).job == "pbs 9.head")
    #expect(Self.me.job == nil && Self.me.process == Int(getpid()) && !Self.me.host.isEmpty)
  }
}
