// The script that builds the page: the head, the tools, the list of rows, and the keys.

extension HTMLReport {
  static let pageScript = #"""
    'use strict';
    const { report, history } = JSON.parse(document.getElementById('data').textContent);
    const runs = history.slice(-19).concat({
      label: 'this run', score: report.score, total: report.total,
      rows: Object.fromEntries(report.rows.map(row => [row.id, [row.status, row.headroom]])),
    });

    /** An element with attributes and children; a text child stays text. */
    function make(name, attributes = {}, ...children) {
      const isDrawing = ['svg', 'path', 'circle', 'rect', 'title'].includes(name);
      const element = isDrawing
        ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
        else if (value != null) element.setAttribute(key, value);
      }
      element.append(...children.filter(child => child != null));
      return element;
    }

    const tones = { pass: 'pass', unsupported: 'lack', 'not-run': 'lack' };
    const tone = status => tones[status] ?? 'fail';
    const mark = status => ({ pass: '✓', fail: '✗' })[status] ?? (status ? '!' : '–');
    const word = status => ({ pass: '✓', fail: '✗' })[status] ?? status ?? '–';

    function header() {
      const parts = [
        make('p', { class: `score ${report.score === report.total ? 'pass' : ''}`, id: 'score' },
          `${report.score}`, make('small', {}, `/${report.total}`)),
        make('div', { class: 'grow' },
          make('h1', { class: 'what' }, [report.implementation, report.version].filter(Boolean).join(' ')),
          make('p', { class: 'dim' }, ['Conformance with PyTorch', report.date].filter(Boolean).join(' · '))),
        runs.length > 1 ? make('div', { class: 'history' }, scoreLine(),
          make('p', { class: 'dim' }, `${runs[0].score} → ${report.score} over ${runs.length} runs`)) : null,
      ];
      const strip = make('div', { class: 'strip', 'aria-hidden': 'true' },
        ...report.rows.map(row => make('i', { class: tone(row.status), title: row.title })));
      return [make('header', {}, ...parts.filter(Boolean)), strip];
    }

    let status = null;
    let isSorted = false;
    const field = make('input', {
      type: 'search', placeholder: 'Filter by title, id or operation', 'aria-label': 'Filter rows', oninput: show,
    });
    const shown = make('p', { class: 'dim', role: 'status' });
    const list = make('div', { class: 'rows' });

    function tools() {
      const counts = new Map();
      for (const row of report.rows) counts.set(row.status, (counts.get(row.status) ?? 0) + 1);
      const chip = (value, text, count) => make('button', {
        type: 'button', 'aria-pressed': String(value === status), 'data-status': value ?? '',
        onclick() {
          status = value;
          for (const other of document.querySelectorAll('[data-status]')) {
            if (other.tagName === 'BUTTON') other.setAttribute('aria-pressed', String(other === this));
          }
          show();
        },
      }, text, make('b', {}, `${count}`));
      const chips = counts.size < 2 ? []
        : [chip(null, 'all', report.total), ...[...counts].map(([value, count]) => chip(value, value, count))];
      const sort = make('button', {
        type: 'button', 'aria-pressed': 'false', id: 'sort',
        onclick() {
          isSorted = !isSorted;
          this.setAttribute('aria-pressed', String(isSorted));
          arrange();
        },
      }, 'tightest first');
      return make('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Rows' }, field, ...chips, sort);
    }

    /** The rows, each once; what is in them is made when they open. */
    const rows = report.rows.map(row => {
      const operations = new Set(row.samples.map(sample => sample.operation));
      const element = make('details', { class: 'row', id: row.id, 'data-status': row.status },
        make('summary', {},
          make('span', { class: tone(row.status), role: 'img', 'aria-label': row.status }, mark(row.status)),
          make('span', { class: 'title' }, row.title, make('code', {}, row.id)),
          runs.length > 1 ? spark(row.id) : make('span'),
          ...['forward', 'backward'].map(half => make('span', {
            class: `half ${row[half] ? tone(row[half]) : 'dim'}`, role: 'img',
            'aria-label': `${half}: ${row[half] ?? 'nothing to compare'}`,
          }, word(row[half]))),
          room(row)));
      element.addEventListener('toggle', () => { if (element.open) fill(element, row); });
      const text = [row.title, row.id, row.status, ...operations].join(' ').toLowerCase();
      return { row, element, text };
    });

    function fill(element, row) {
      if (element.childElementCount === 1) element.append(body(row));
    }

    function show() {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const { row, element, text } of rows) {
        element.hidden = status !== null && row.status !== status || !words.every(word => text.includes(word));
        if (!element.hidden) count += 1;
      }
      shown.textContent = count === rows.length ? '' : `${count} of ${rows.length} rows`;
    }

    function arrange() {
      const size = row => row.status !== 'pass' || row.headroom === 'infinity' ? Infinity : row.headroom ?? -1;
      const order = isSorted ? [...rows].sort((a, b) => size(b.row) - size(a.row) || 0) : rows;
      list.append(...order.map(({ element }) => element));
    }

    /** Arrows walk over what can be opened, left and right close and open. */
    function press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const inField = event.target === field;
      const visible = [...list.querySelectorAll('summary')].filter(summary => summary.offsetParent !== null);
      const current = document.activeElement.closest?.('summary');
      const place = visible.indexOf(current);
      const go = index => visible[Math.max(0, Math.min(visible.length - 1, index))]?.focus();
      const details = current?.parentElement;
      const actions = {
        '/': () => { field.focus(); field.select(); },
        ArrowDown: () => go(place + 1), j: () => go(place + 1),
        ArrowUp: () => (place <= 0 ? field.focus() : go(place - 1)),
        k: () => (place <= 0 ? field.focus() : go(place - 1)),
        Home: () => go(0), End: () => go(visible.length - 1),
        ArrowRight: () => { if (details) details.open = true; },
        ArrowLeft: () => {
          if (details?.open) details.open = false;
          else details?.parentElement.closest('details')?.querySelector('summary').focus();
        },
        Escape: () => { field.value = ''; show(); if (inField) go(0); },
      };
      const action = actions[event.key];
      if (!action || inField && !['ArrowDown', 'Escape'].includes(event.key)) return;
      event.preventDefault();
      action();
    }

    /** Opens the row that the address names. */
    function visit() {
      const wanted = decodeURIComponent(location.hash.slice(1));
      const found = rows.find(({ row }) => row.id === wanted);
      if (!found) return;
      fill(found.element, found.row);
      found.element.open = true;
      found.element.scrollIntoView({ block: 'start' });
      found.element.querySelector('summary').focus({ preventScroll: true });
    }

    function start() {
      const head = make('div', { class: 'head', 'aria-hidden': 'true' },
        ...['', 'Test', runs.length > 1 ? `Last ${runs.length}` : '', 'Forward', 'Backward', 'Error / limit']
          .map((text, place) => make('span', { class: place === 3 || place === 4 ? 'half' : '' }, text)));
      const keys = [['/', 'filter'], ['↑ ↓', 'walk'], ['→ ←', 'open, close'], ['esc', 'show all']];
      document.body.append(...header(),
        make('main', {}, tools(), shown, head, list),
        make('footer', {},
          make('p', {}, 'Every output and gradient is compared in units of the last place. The bar is the largest ',
            'error over its limit; at the limit it is full.'),
          make('p', { class: 'keys' },
            ...keys.map(([key, text]) => make('span', {}, make('kbd', {}, key), ` ${text}`)))));
      arrange();
      document.addEventListener('keydown', press);
      addEventListener('hashchange', visit);
      visit();
    }

    """#
}
