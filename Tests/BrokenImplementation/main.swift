// A program that speaks the protocol and misbehaves as the operation says; `add` it does right.
//
// It owes nothing to the harness's own side of the protocol but the reading and writing of HDF5.

import Foundation
import HDF5

func reply(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

func recurse(_ depth: Int) -> Int { depth &+ (depth == .max ? 0 : recurse(depth &+ 1)) &* 3 }

func json(_ text: String) throws -> [String: Any] {
  try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
}

/// Does what the operation says; whether the sample is answered.
func act(_ operation: String, _ id: Int, _ sample: String) -> Bool {
  func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
  switch operation {
  case "trap":
    let none: [Int] = []
    note("about to index an empty array")
    return none[CommandLine.arguments.count] == 0
  case "abort": abort()
  case "segfault": kill(getpid(), SIGSEGV)
  case "overflow": return recurse(CommandLine.arguments.count) == 0
  case "exit": exit(3)
  case "endless": while true { usleep(1000) }
  case "hoard":
    var hoard: [[UInt8]] = []
    while true { hoard.append([UInt8](repeating: 1, count: 1 << 24)) }
  case "chatter": reply("computing \(sample) ...")
  case "long": reply(String(repeating: "x", count: 2 << 20))
  case "binary": FileHandle.standardOutput.write(Data([0xFF, 0xFE, 0x0A]))
  case "other-sample": reply(#"{"id": \#(id), "sample": "9999", "status": "answered"}"#)
  case "other-status": reply(#"{"id": \#(id), "sample": "\#(sample)", "status": "perhaps"}"#)
  case "early": reply(#"{"id": \#(id), "status": "done"}"#)
  case "lack":
    reply(#"{"id": \#(id), "sample": "\#(sample)", "status": "unsupported", "message": "no lack"}"#)
  case "refuse": reply(#"{"id": \#(id), "sample": "\#(sample)", "status": "refused", "message": "I won't"}"#)
  default:
    reply(#"{"id": \#(id), "sample": "\#(sample)", "status": "answered"}"#)
    return true
  }
  return false
}

/// The entry of an answer in the index.
func entry(_ operation: String) -> String {
  switch operation {
  case "beyond": #"{"outputs": {"output": {"dtype": "float32", "shape": [1], "offset": 7}}}"#
  case "negative": #"{"outputs": {"output": {"dtype": "float32", "shape": [1], "offset": -1}}}"#
  case "texts": #"{"outputs": {"output": {"dtype": "string", "shape": [2], "strings": ["a", 1]}}}"#
  case "shapeless": #"{"outputs": {"output": {"dtype": "float32", "offset": 0}}}"#
  case "huge":
    #"{"outputs": {"output": {"dtype": "float32", "shape": [4294967296, 4294967296], "offset": 0}}}"#
  case "silent": "{}"
  case "detour", "drift":
    #"{"outputs": {"output": {"dtype": "float32", "shape": [1], "offset": 1}}, "trace": {"outputs": "#
      + #"{"first": {"dtype": "float32", "shape": [1], "offset": 0}, "#
      + #""second": {"dtype": "float32", "shape": [1], "offset": \#(operation == "drift" ? 2 : 1)}}}}"#
  default: #"{"outputs": {"output": {"dtype": "float32", "shape": [1], "offset": 0}}}"#
  }
}

func evaluate(_ request: [String: Any]) throws {
  guard let id = request["id"] as? Int, let samples = request["samples"] as? [String],
    let questions = request["questions"] as? String, let answers = request["answers"] as? String,
    case .strings(let texts) = try HDF5File(reading: questions).root().dataset("index").read().elements
  else { exit(9) }
  let index = try json(texts[0])
  var entries: [String] = []
  var operations: Set<String> = []
  for sample in samples {
    let operation = (index[sample] as? [String: Any])?["operation"] as? String ?? ""
    operations.insert(operation)
    if CommandLine.arguments.contains("--fickle"), sample == samples.last { exit(3) }
    if act(operation, id, sample) { entries.append("\"\(sample)\": \(entry(operation))") }
  }
  if operations.contains("no-file") {
    try? FileManager.default.removeItem(atPath: answers)
  } else if operations.contains("text-file") {
    try Data("these are no tensors".utf8).write(to: URL(fileURLWithPath: answers))
  } else {
    let file = try HDF5File(creating: answers)
    let text = operations.contains("no-index") ? "{" : "{\(entries.joined(separator: ", "))}"
    try file.root().write(HDF5Array(shape: [], .strings([text])), to: "index")
    try file.root().write(HDF5Array(.float32([3, 4, 3.00001])), to: "float32")
    if operations.contains("maybe") { try file.root().write(HDF5Array(.uint8([2])), to: "bool") }
    try file.flush()
  }
  reply(#"{"id": \#(id), "status": "done"}"#)
}

if CommandLine.arguments.contains("--dead") { abort() }
while let line = readLine() {
  let request = try json(line)
  if request["method"] as? String == "hello" {
    let version = CommandLine.arguments.contains("--old") ? 0 : 1
    reply(#"{"method": "hello", "protocol": \#(version), "name": "Broken", "version": null}"#)
    while CommandLine.arguments.contains("--deaf") { reply(String(repeating: "x", count: 1 << 20)) }
  } else {
    try evaluate(request)
  }
}
