// The script that makes the page's parts: bars, samples, quantities, maps of errors, and the history.

extension HTMLReport {
  static let partsScript = #"""
    /** A number with three significant digits at most. */
    function brief(number) {
      if (number === 'infinity') return '∞';
      if (number === 0 || number >= 0.01 && number < 1e4) return String(Number(number.toPrecision(3)));
      return number.toExponential(1).replace('e+', 'e').replace('.0e', 'e');
    }

    const ratio = quantity => quantity.error === 'infinity' ? 'infinity'
      : quantity.error == null || quantity.limit == null ? null : quantity.error / quantity.limit;

    /** A bar that is full at the limit, and for what fails; a word where nothing was measured. */
    function room({ headroom, status }) {
      const number = headroom === 'infinity' ? Infinity : headroom;
      const isMeasured = status === 'fail' || status === 'pass' && number != null;
      if (!isMeasured) {
        return make('span', { class: `room ${tone(status)}` },
          make('b'), make('span', {}, status === 'pass' ? 'equal' : status));
      }
      const percent = 100 * number;
      const text = number > 1 ? `${brief(headroom)}×` : status === 'fail' ? 'differs'
        : percent > 0 && percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
      const part = status === 'fail' ? 100 : percent.toFixed(1);
      const title = number == null ? null : `${brief(headroom)} of the limit`;
      return make('span', { class: `room ${tone(status)}`, title },
        make('i', { style: `--part: ${part}%` }), make('span', {}, text));
    }

    function largest(sample) {
      const all = sample.quantities.map(ratio).filter(value => value != null);
      if (!all.length) return null;
      return all.includes('infinity') ? 'infinity' : Math.max(...all);
    }

    /** What a row opens to: samples that do not pass come first, and the first of them is open. */
    function body(row) {
      const failed = row.samples.filter(sample => sample.status !== 'pass');
      const passed = row.samples.filter(sample => sample.status === 'pass');
      const elements = [...failed, ...passed].map(sample => sampleElement(sample));
      if (failed.length) {
        elements[0].open = true;
        fillSample(elements[0], failed[0]);
      }
      const count = failed.length ? `${failed.length} of ${row.samples.length} samples do not pass`
        : `${row.samples.length} samples`;
      const text = row.samples.length ? count : row.message ?? row.status;
      return make('div', { class: 'body' },
        make('p', { class: failed.length || !row.samples.length ? tone(row.status) : 'dim' }, text), ...elements);
    }

    function sampleElement(sample) {
      const what = [sample.operation, sample.dtype].filter(Boolean).join(' ');
      const element = make('details', { class: 'sample', 'data-status': sample.status },
        make('summary', {},
          make('span', { class: tone(sample.status), role: 'img', 'aria-label': sample.status }, mark(sample.status)),
          make('code', {}, sample.name, make('span', { class: 'dim' }, ` ${what}`)),
          room({ headroom: largest(sample), status: sample.status })));
      element.addEventListener('toggle', () => { if (element.open) fillSample(element, sample); });
      return element;
    }

    function fillSample(element, sample) {
      if (element.childElementCount > 1) return;
      const isTold = sample.quantities.some(quantity => quantity.status !== 'pass');
      element.append(make('div', {},
        sample.message && !isTold ? make('p', { class: tone(sample.status) }, sample.message) : null,
        sample.departure ? make('p', {}, make('b', {}, 'Departs first: '), sample.departure) : null,
        ...sample.quantities.map(quantityElement),
        sample.quantities.length || sample.message ? null
          : make('p', { class: 'dim' }, 'Refused, as PyTorch does.'),
        sample.digest ? make('p', { class: 'dim mono' }, `bits ${sample.digest.slice(0, 16)}…`) : null));
    }

    function quantityElement(quantity) {
      return make('div', { class: 'quantity', 'data-quantity': quantity.name },
        make('code', {}, quantity.name),
        room({ headroom: ratio(quantity), status: quantity.status }),
        quantity.message ? make('p', { class: 'fail mono' }, quantity.message) : null,
        quantity.errors ? heat(quantity.errors) : null);
    }

    const levels = ['exact', 'to 0.1', 'to the limit', 'to 10×', 'to 100×', 'to 10⁴×', 'over 10⁴×', 'no measure'];

    function level(cell) {
      if (cell === 'infinity') return 7;
      return cell > 1e4 ? 6 : [0, 0.1, 1, 10, 100, 1e4].findIndex(bound => cell <= bound);
    }

    /** Where in the tensor the errors are. */
    function heat({ columns, cells }) {
      const size = columns > 12 ? 12 : 18;
      const rowCount = cells.length / columns;
      const wrong = cells.filter(cell => cell === 'infinity' || cell > 1).length;
      const text = `Errors, the last dimension across, all others down: ${wrong} of ${cells.length} cells `
        + `(${rowCount} × ${columns}) are over the limit.`;
      const used = new Set(cells.map(level));
      const squares = cells.map((cell, place) => make('rect', {
        x: place % columns * size, y: Math.floor(place / columns) * size, width: size - 1, height: size - 1,
        rx: 2, style: `fill: var(--h${level(cell)})`,
      }, make('title', {}, cell === 'infinity' ? 'no measure' : `${brief(cell)} of the limit`)));
      return make('figure', {},
        make('svg', {
          class: 'heat', role: 'img', 'aria-label': text, width: columns * size, height: rowCount * size,
          viewBox: `0 0 ${columns * size} ${rowCount * size}`,
        }, ...squares),
        make('figcaption', {}, text,
          make('span', { class: 'legend' }, ...levels.map((name, place) => !used.has(place) ? null
            : make('span', { style: `--cell: var(--h${place})` }, name)))));
    }

    /** How a row came out in each run: a bar as high as its error over the limit. */
    function spark(id) {
      const marks = runs.map((run, place) => {
        const [status, headroom] = run.rows[id] ?? [];
        if (!status) return null;
        const part = status !== 'pass' ? 1 : Math.min(1, headroom ?? 0);
        const height = 3 + 17 * part;
        return make('rect', { class: tone(status), x: place * 5, y: 20 - height, width: 4, height, rx: 1 },
          make('title', {}, `${run.label}: ${status}`));
      });
      const names = runs.map(run => run.rows[id]?.[0] ?? 'absent').join(', ');
      return make('svg', {
        class: 'spark', width: runs.length * 5, height: 20, role: 'img', 'aria-label': `History: ${names}`,
      }, ...marks);
    }

    /** The score over the runs. */
    function scoreLine() {
      const [width, height] = [300, 48];
      const low = Math.min(...runs.map(run => run.score)), high = Math.max(...runs.map(run => run.total));
      const x = place => 6 + place * (width - 12) / (runs.length - 1);
      const y = run => 6 + (high - run.score) / Math.max(1, high - low) * (height - 12);
      const dots = runs.map((run, place) => make('circle', {
        cx: x(place), cy: y(run), r: 3, class: place === runs.length - 1 ? 'now' : '',
      }, make('title', {}, `${run.label}: ${run.score}/${run.total}`)));
      return make('svg', {
        viewBox: `0 0 ${width} ${height}`, role: 'img',
        'aria-label': `Score over ${runs.length} runs: ${runs.map(run => run.score).join(', ')}`,
      }, make('path', { d: 'M' + runs.map((run, place) => `${x(place)} ${y(run)}`).join('L') }), ...dots);
    }

    start();

    """#
}
