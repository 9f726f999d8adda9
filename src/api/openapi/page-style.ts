/** The only style of the page; its digest is what the page's policy allows. */
export const pageStyle = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --soft: color-mix(in srgb, currentColor 62%, transparent); }
body { font: 15px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 6rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); } h3 { font-size: 1rem; margin: 0; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; } pre { overflow: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 6px; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; } details > div { padding: 0 1rem 1rem; }
summary { cursor: pointer; padding: .55rem 1rem; display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; }
summary b { font-family: ui-monospace, monospace; min-width: 4rem; } summary span, .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line); }
nav a { margin-right: 1rem; } a { color: inherit; }
:target { outline: 2px solid currentColor; outline-offset: 4px; }
`;
