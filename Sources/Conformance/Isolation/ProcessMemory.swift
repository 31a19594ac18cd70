// How much memory a process and its descendants hold.

import Foundation

/// The resident memory, in bytes, of a process and of all processes that descend from it; 0 when it is gone.
func residentMemory(ofTree root: pid_t) -> Int {
  var total = 0
  var pending = [root]
  var seen = 0
  while let process = pending.popLast(), seen < 1000 {
    seen += 1
    total += residentMemory(of: process)
    pending += children(of: process)
  }
  return total
}

#if os(Linux)
  private func residentMemory(of process: pid_t) -> Int {
    guard let text = contents("/proc/\(process)/statm"),
      let pages = text.split(separator: " ").dropFirst().first
    else { return 0 }
    return (Int(pages) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  private func children(of process: pid_t) -> [pid_t] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    return threads.flatMap { thread in
      (contents("/proc/\(process)/task/\(thread)/children") ?? "").split(separator: " ").compactMap {
        pid_t($0)
      }
    }
  }

  private func contents(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: data, as: UTF8.self)
  }
#else
  private func residentMemory(of process: pid_t) -> Int {
    var usage = rusage_info_v2()
    let status = withUnsafeMutablePointer(to: &usage) { usage in
      usage.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
        proc_pid_rusage(process, RUSAGE_INFO_V2, $0)
      }
    }
    return status == 0 ? Int(usage.ri_resident_size) : 0
  }

  private func children(of process: pid_t) -> [pid_t] {
    var found = [pid_t](repeating: 0, count: 256)
    let count = proc_listchildpids(process, &found, Int32(found.count * MemoryLayout<pid_t>.size))
    return Array(found.prefix(Int(max(0, count))))
  }
#endif
