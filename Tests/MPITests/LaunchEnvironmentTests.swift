import MPI
import Testing

@Suite struct LaunchEnvironmentTests {
  @Test func withoutALauncherThisIsRankZero() {
    let alone = LaunchEnvironment([:])
    #expect(alone.rank == 0)
    #expect(alone.size == nil)
    #expect(alone.source == nil)
    #expect(!alone.isLaunched)
    #expect(alone.isFirst)
    #expect(alone.separateCopies(worldSize: 1) == nil)
  }

  @Test(arguments: [
    (["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"], 2, 4),
    (["PMI_RANK": "1", "PMI_SIZE": "3"], 1, 3),
    (["SLURM_PROCID": "5", "SLURM_NTASKS": "8", "SLURM_STEP_ID": "0"], 5, 8),
    (
      [
        "SLURM_PROCID": "1", "SLURM_NTASKS": "8", "SLURM_STEP_NUM_TASKS": "2", "SLURM_STEPID": "3",
      ], 1, 2
    ),
    (["PMIX_RANK": "3", "SLURM_NTASKS": "4", "SLURM_STEP_ID": "0"], 3, 4),
  ])
  func eachLauncherIsRead(environment: [String: String], rank: Int, size: Int) {
    let launch = LaunchEnvironment(environment)
    #expect(launch.rank == rank)
    #expect(launch.size == size)
    #expect(launch.isFirst == (rank == 0))
    #expect(launch.separateCopies(worldSize: size) == nil)
    #expect(launch.separateCopies(worldSize: 1)?.size == size)
  }

  @Test func theInnerLauncherWins() {
    let launch = LaunchEnvironment([
      "SLURM_PROCID": "0", "SLURM_NTASKS": "1", "SLURM_STEP_ID": "0", "PMIX_RANK": "3",
      "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4",
    ])
    #expect(launch.source == "OMPI_COMM_WORLD_RANK")
    #expect(launch.rank == 3)
    #expect(launch.size == 4)
  }

  @Test func aBatchScriptOutsideOfAStepIsNoLauncher() {
    let launch = LaunchEnvironment(["SLURM_PROCID": "0", "SLURM_NTASKS": "8", "SLURM_JOB_ID": "7"])
    #expect(!launch.isLaunched)
    #expect(launch.separateCopies(worldSize: 1) == nil)
  }

  @Test(arguments: ["", "x", "-1", "1.5"])
  func nonsenseIsNoRank(value: String) {
    let launch = LaunchEnvironment(["PMI_RANK": value, "PMI_SIZE": value])
    #expect(!launch.isLaunched)
    #expect(launch.size == nil)
  }

  @Test func separateCopiesAreExplained() throws {
    let launch = LaunchEnvironment(["PMI_RANK": "1", "PMI_SIZE": "4"])
    let copies = try #require(launch.separateCopies(worldSize: 1))
    #expect(copies.description.contains("4 separate copies"))
    #expect(copies.description.contains("PMI_RANK"))
    #expect(copies.description.contains("mpirun"))
  }
}
