// The page: what its text is made of, and what a browser makes of it.

import Conformance
import Foundation
import Testing

@Suite struct HTMLReportTests {
  private let page = HTMLReport(history: [madeReport(), madeReport()]).text(of: madeReport())

  @Test func nothingIsLoaded() {
    for address in ["http:", "https:", "src=", "@import", "url("] {
      #expect(page.replacing("http://www.w3.org/2000/svg", with: "").contains(address) == false, "\(address)")
    }
    #expect(
      page.components(separatedBy: "<link").count == 2 && page.contains("<link rel=\"icon\" href=\"data:,\">")
    )
  }

  @Test func dataCannotEndTheScript() throws {
    #expect(page.components(separatedBy: "</script>").count == 3)
    let start = try #require(page.range(of: "id=\"data\">")).upperBound
    let end = try #require(page.range(of: "</script>")).lowerBound
    let data = try JSONValue(parsing: String(page[start..<end]))
    let report = try #require(data.objectValue?["report"])
    #expect(try JSONReport().report(from: report.text) == madeReport())
    #expect(data.objectValue?["history"]?.arrayValue?.count == 2)
  }
}

@Suite(.enabled("no Chromium: the HTML report is not looked at") { Browser.found != nil }, .serialized)
struct HTMLReportInBrowserTests {
  private let report = madeReport()

  /// The page's document, with a script that says what it finds in the attributes of `<html>`.
  private func document(_ script: String = "", fragment: String = "", width: Int = 1280) throws -> String {
    let page = HTMLReport(history: [report, report]).text(of: report)
    let probe = """
      <script>{
      const note = (name, value) => { document.documentElement.dataset[name] = value; };
      const press = key => (document.activeElement ?? document.body)
        .dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      const visible = () => [...document.querySelectorAll('.row')].filter(row => row.offsetParent !== null);
      try { \(script) } catch (error) { note('error', error); }
      }</script></body>
      """
    let browser = try #require(Browser.found)
    return try browser.document(of: page.replacing("</body>", with: probe), fragment: fragment, width: width)
  }

  private func notes(_ script: String, fragment: String = "", width: Int = 1280) throws -> [String: String] {
    let text = try document(script, fragment: fragment, width: width)
    let tag = try #require(text.firstMatch(of: /<html[^>]*>/)).output
    var notes: [String: String] = [:]
    for match in tag.matches(of: /data-([a-z]+)="([^"]*)"/) { notes[String(match.1)] = String(match.2) }
    return notes
  }

  @Test func rowsAndScoreAreTheModels() throws {
    let text = try document()
    let rows = text.matches(of: /<details class="row" id="([^"]*)" data-status="([^"]*)"/)
    #expect(rows.map { String($0.1) } == report.rows.map(\.id))
    #expect(rows.map { String($0.2) } == report.rows.map(\.status.rawValue))
    #expect(text.contains(#"id="score">1<small>/11</small>"#))
    #expect(!text.contains("<b>|") && text.contains("Wrong &lt;b&gt;|"))
    #expect(text.matches(of: /class="spark"/).count == report.rows.count)
    #expect(text.contains(#"aria-label="Score over 3 runs: 1, 1, 1""#))
    #expect(!text.contains("data-quantity=\""))
  }

  @Test func anOpenRowShowsQuantitiesAndErrors() throws {
    let text = try document(fragment: "s/wrong")
    #expect(text.contains(/<details class="row" id="s\/wrong"[^>]* open=""/))
    let quantities = text.matches(of: /data-quantity="([^"]*)"/).map { String($0.1) }
    #expect(quantities == ["outputs/output", "gradients/input"])
    #expect(text.contains("at [1]: 3, expected 4 &lt;b&gt;") && text.contains("forward, a"))
    #expect(text.contains("1 of 2 samples do not pass"))
    let cells = text.matches(of: /style="fill: var\(--h(\d)\)"/).map { String($0.1) }
    #expect(cells == ["0", "1", "2", "3", "5", "7"])
    #expect(text.contains("3 of 6 cells (2 × 3) are over the limit"))
  }

  @Test func statusAndWordsFilter() throws {
    let notes = try notes(
      """
      document.querySelector('button[data-status=fail]').click();
      note('status', visible().map(row => row.id));
      document.querySelector('button[data-status=""]').click();
      const field = document.querySelector('input');
      field.value = 'right DOUBLE';
      field.dispatchEvent(new Event('input'));
      note('words', visible().map(row => row.id));
      note('told', document.querySelector('[role=status]').textContent);
      """)
    #expect(notes == ["status": "s/wrong", "words": "s/right", "told": "1 of 11 rows"])
  }

  @Test func tightestComesFirst() throws {
    let notes = try notes(
      """
      document.getElementById('sort').click();
      note('sorted', visible().at(-1).id);
      document.getElementById('sort').click();
      note('unsorted', visible()[0].id);
      """)
    #expect(notes == ["sorted": "s/right", "unsorted": "s/right"])
  }

  @Test func keysWalkOpenAndFilter() throws {
    let notes = try notes(
      """
      const place = () => document.activeElement.closest('details')?.id || document.activeElement.tagName;
      press('/'); note('slash', place());
      press('ArrowDown'); note('down', place());
      press('j'); note('next', place());
      press('ArrowRight'); note('open', document.getElementById('s/wrong').open);
      press('ArrowLeft'); note('closed', !document.getElementById('s/wrong').open);
      press('End'); note('end', place());
      press('Home'); press('ArrowUp'); note('up', place());
      """)
    #expect(
      notes == [
        "slash": "INPUT", "down": "s/right", "next": "s/wrong", "open": "true", "closed": "true",
        "end": "t/not-run", "up": "INPUT",
      ])
  }

  /// Chromium's window is never narrower than 500 pixels, so the page is made narrower in it.
  @Test(arguments: [360, 1200])
  func nothingIsWiderThanThePage(_ width: Int) throws {
    let script = """
      document.documentElement.style.width = '\(width)px';
      const ends = [...document.querySelectorAll('body *')].map(part => part.getBoundingClientRect().right);
      note('fits', Math.max(...ends) <= \(width));
      note('narrow', matchMedia('(max-width: 44rem)').matches);
      note('rows', visible().length);
      note('maps', document.querySelectorAll('.heat').length);
      """
    let notes = try notes(script, fragment: "s/wrong", width: width)
    #expect(notes == ["fits": "true", "narrow": "\(width < 500)", "rows": "11", "maps": "1"])
  }
}
