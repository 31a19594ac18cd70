// How the page looks.

extension HTMLReport {
  static let style = #"""
    :root {
      --page: #f6f5f1; --card: #fffefb; --ink: #24272b; --dim: #666b73; --line: #e2dfd7; --track: #ebe8e0;
      --pass: #2c7a55; --fail: #b23f2a; --lack: #85650f; --accent: #2f659f;
      --h0: #eeece5; --h1: #d5e5dc; --h2: #a3cdb7; --h3: #f0c987; --h4: #e59a5b; --h5: #cf6440; --h6: #a5322a;
      --h7: #5d1f4a;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #14161a; --card: #1b1e23; --ink: #e3e2dd; --dim: #9a9fa8; --line: #2b2f36; --track: #2a2e35;
        --pass: #71c197; --fail: #ec8d76; --lack: #d5b45f; --accent: #86b4e4;
        --h0: #262a30; --h1: #27423a; --h2: #33705a; --h3: #8a6a2a; --h4: #b3682c; --h5: #d0593a; --h6: #ef6a5c;
        --h7: #f08fd0;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; max-width: 66rem; padding: 2.5rem 1.25rem 4rem; background: var(--page); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
      font-variant-numeric: tabular-nums;
    }
    h1, h2, p { margin: 0; font-weight: inherit; }
    code, .mono { font: 0.86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    .dim { color: var(--dim); }
    .pass { color: var(--pass); } .fail { color: var(--fail); } .lack { color: var(--lack); }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }

    header { display: flex; flex-wrap: wrap; gap: 1.25rem 2.5rem; align-items: end; margin-bottom: 1.5rem; }
    .score { font-size: 3.6rem; line-height: 1; font-weight: 650; letter-spacing: -0.03em; }
    .score small { font-size: 0.5em; font-weight: 400; color: var(--dim); letter-spacing: 0; }
    .what { font-size: 1.15rem; font-weight: 600; overflow-wrap: anywhere; }
    .grow { flex: 1 1 14rem; min-width: 0; }
    .history { flex: 1 1 16rem; max-width: 24rem; }
    .history svg { display: block; width: 100%; height: 48px; overflow: visible; }
    .history p { font-size: 0.8rem; text-align: right; }
    .history path { fill: none; stroke: var(--accent); stroke-width: 1.5; }
    .history circle { fill: var(--page); stroke: var(--accent); stroke-width: 1.5; }
    .history circle.now { fill: var(--accent); }
    .strip { display: flex; gap: 2px; height: 8px; margin: 0 0 1.5rem; }
    .strip i { flex: 1 1 0; min-width: 1px; border-radius: 2px; background: currentColor; opacity: 0.85; }

    .tools { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin-bottom: 0.75rem; }
    .tools input {
      flex: 1 1 12rem; min-width: 0; padding: 0.5rem 0.8rem; font: inherit; font-size: 16px; color: inherit;
      background: var(--card); border: 1px solid var(--line); border-radius: 8px;
    }
    .tools input::placeholder { color: var(--dim); opacity: 1; }
    button {
      padding: 0.45rem 0.8rem; min-height: 2.4rem; font: inherit; font-size: 0.9rem; color: inherit; cursor: pointer;
      background: none; border: 1px solid var(--line); border-radius: 8px;
    }
    button[aria-pressed=true] { background: var(--ink); border-color: var(--ink); color: var(--page); }
    button b { font-weight: 400; opacity: 0.65; margin-left: 0.2em; }

    .rows { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
    .rows > details + details { border-top: 1px solid var(--line); }
    details[hidden] { display: none; }
    summary { cursor: pointer; list-style: none; }
    summary::-webkit-details-marker { display: none; }
    .rows summary:focus-visible { outline-offset: -3px; }
    .row > summary, .head {
      display: grid; grid-template-columns: 1.4rem minmax(0, 1fr) auto 5.4rem 5.4rem 12rem;
      gap: 0 1rem; align-items: center; padding: 0.6rem 1.1rem;
    }
    .head { padding-bottom: 0.35rem; font-size: 0.78rem; color: var(--dim); }
    .row > summary:hover { background: color-mix(in srgb, var(--track) 45%, transparent); }
    .row[open] > summary { background: color-mix(in srgb, var(--track) 45%, transparent); }
    .title { overflow-wrap: anywhere; }
    .title code { display: block; color: var(--dim); line-height: 1.3; }
    .half { text-align: center; }
    .row .half { font-size: 0.85rem; }
    .spark { display: block; height: 20px; }
    .spark rect { fill: currentColor; }

    .room {
      display: grid; grid-template-columns: 1fr minmax(5rem, auto); gap: 0.6rem; align-items: center;
      font-size: 0.85rem;
    }
    .room i { height: 6px; border-radius: 3px; background: var(--track); overflow: hidden; }
    .room i::before {
      content: ""; display: block; height: 100%; width: var(--part); border-radius: 3px; background: currentColor;
    }
    .room span { text-align: right; color: var(--dim); white-space: nowrap; }
    .room.fail span, .room.lack span { color: inherit; }

    .body { padding: 0.4rem 1.1rem 1.1rem 3.5rem; }
    .body > p { margin: 0.3rem 0 0.6rem; overflow-wrap: anywhere; }
    .sample { border-top: 1px solid var(--line); }
    .sample > summary {
      display: grid; grid-template-columns: 1.4rem minmax(0, 1fr) 12rem; gap: 0 0.6rem; align-items: center;
      padding: 0.3rem 0;
    }
    .sample > div { padding: 0.1rem 0 0.9rem 2rem; }
    .sample > div > p { overflow-wrap: anywhere; margin-bottom: 0.4rem; }
    .quantity { display: grid; grid-template-columns: minmax(0, 1fr) 12rem; gap: 0 0.6rem; padding: 0.15rem 0; }
    .quantity > p { grid-column: 1 / -1; overflow-wrap: anywhere; }
    figure { grid-column: 1 / -1; margin: 0.5rem 0 0.8rem; }
    figure svg { display: block; max-width: 100%; height: auto; border-radius: 4px; }
    figcaption { margin-top: 0.4rem; font-size: 0.8rem; color: var(--dim); }
    .legend { display: flex; flex-wrap: wrap; gap: 0.1rem 0.8rem; }
    .legend span::before {
      content: ""; display: inline-block; width: 0.75em; height: 0.75em; margin-right: 0.35em; border-radius: 2px;
      background: var(--cell); vertical-align: -0.05em;
    }
    footer { margin-top: 1rem; font-size: 0.85rem; color: var(--dim); }
    kbd {
      padding: 0 0.35em; font: inherit; font-size: 0.9em; border: 1px solid var(--line); border-radius: 4px;
      background: var(--card);
    }
    footer span { display: inline-block; margin-right: 1rem; }

    @media (max-width: 44rem) {
      body { padding: 1.5rem 0.75rem 3rem; }
      .head { display: none; }
      .row > summary { grid-template-columns: 1.1rem minmax(0, 1fr) auto; gap: 0.2rem 0.6rem; padding: 0.7rem 0.8rem; }
      .row > summary > .half { display: none; }
      .row > summary > .room { grid-column: 2 / -1; }
      .body { padding: 0.2rem 0.8rem 1rem; }
      .sample > summary { grid-template-columns: 1.1rem minmax(0, 1fr) 9rem; padding: 0.55rem 0; }
      .sample > div { padding-left: 1.1rem; }
      .quantity { grid-template-columns: minmax(0, 1fr) 9rem; }
      .tools input { flex-basis: 100%; }
      .keys { display: none; }
    }
    @media print { .tools, .keys { display: none; } }

    """#
}
