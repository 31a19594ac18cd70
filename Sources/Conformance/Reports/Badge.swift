// The score as a badge.

/// Formats a report's score as a small SVG image for a README.
public struct Badge: Sendable {
  /// A formatter.
  public init() {}

  /// The image, which ends in a line break.
  public func text(of report: Report) -> String {
    let score = "\(report.score)/\(report.total)"
    let (left, right) = (88, 16 + 7 * score.count)
    let colour = report.isFullScore ? "#2e7d4f" : report.score == 0 ? "#b3392f" : "#a8680a"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(left + right)" height="20" role="img" \
      aria-label="conformance: \(score)">
      <title>conformance: \(score)</title>
      <clipPath id="r"><rect width="\(left + right)" height="20" rx="4"/></clipPath>
      <g clip-path="url(#r)"><path fill="#3b4048" d="M0 0h\(left)v20H0z"/>\
      <path fill="\(colour)" d="M\(left) 0h\(right)v20H\(left)z"/></g>
      <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
      <text x="\(left / 2)" y="14">conformance</text><text x="\(left + right / 2)" y="14">\(score)</text>
      </g></svg>

      """
  }
}
