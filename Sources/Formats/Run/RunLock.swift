#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The lock of a run directory: while one job holds it, no other writes there.
///
/// The file `run.lock` names its owner. On one host the kernel's lock on that file decides, which
/// ends with its owner however that ends; so the file of a dead owner is taken over. The file of an
/// owner on another host is believed, unless it is an earlier start of the same batch job, which the
/// batch system has ended before it started this one.
public final class RunLock {
  /// The name of the file.
  static let fileName = "run.lock"

  private let path: String
  private let file: OpenFile
  /// Who held the lock before and is dead, if somebody did.
  let deadOwner: RunOwner?

  /// Takes the lock in `folder` for `owner`.
  ///
  /// - Throws: `cannotWrite` that names the present owner and the remedy.
  public init(in folder: String, owner: RunOwner) throws(FileError) {
    path = folder + "/" + RunLock.fileName
    (file, deadOwner) = try RunLock.acquire(path, folder: folder, owner: owner)
    try file.truncate(to: 0)
    try file.write(Array((owner.json.serialized() + "\n").utf8).span.bytes, at: 0)
    try file.synchronize()
  }

  deinit { unlink(path) }

  /// Whether a lock file lies in `folder`, held or not.
  public static func isLeft(in folder: String) -> Bool {
    FileStatus(of: folder + "/" + fileName) != nil
  }

  private static func acquire(
    _ path: String, folder: String, owner: RunOwner
  ) throws(FileError) -> (OpenFile, deadOwner: RunOwner?) {
    while true {
      let file = try OpenFile.writing(path, flags: O_RDWR | O_CREAT)
      let locked = file.lock()
      let status = try file.status()
      // Another process may have released and removed the file since it was opened.
      if locked == true, FileStatus(of: path)?.identity != status.identity { continue }
      let present = try RunOwner(json: file.bytes(at: 0, count: min(status.size, 4096)))
      if isFree(locked: locked, present: present, for: owner) { return (file, present) }
      throw FileError(
        .cannotWrite, folder,
        "is in use by \(present?.description ?? "another process"); wait for it to end or choose "
          + "another directory"
          + (locked == false
            ? "" : "; if it is dead, remove \(path) (a container may have had another host name)"))
    }
  }

  private static func isFree(locked: Bool?, present: RunOwner?, for owner: RunOwner) -> Bool {
    guard locked != false else { return false }
    guard let present else { return true }
    if present.isEarlierStart(of: owner) { return true }
    guard present.host == owner.host else { return false }
    // Without locks in the file system, the owner's process number has to tell.
    return locked == true || !present.isAlive
  }
}
