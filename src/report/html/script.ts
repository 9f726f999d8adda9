/**
 * Filtering by severity and text. The page is complete without it: the controls appear only when it runs. It reads what the page
 * shows and sets `hidden`; it never writes markup.
 */
export const script = `
(() => {
  'use strict';
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const findings = all('#findings article').map((element) => ({ element, severity: element.dataset.severity, text: undefined }));
  const toolbar = document.getElementById('toolbar');
  const search = document.getElementById('search');
  const shown = document.getElementById('shown');
  const nothing = document.getElementById('nothing');
  const tiles = all('button.tile');
  if (findings.length === 0 || !toolbar) return;
  const chosen = new Set();
  const update = () => {
    const words = search.value.toLowerCase().split(' ').filter((word) => word !== '');
    let count = 0;
    for (const finding of findings) {
      let visible = chosen.size === 0 || chosen.has(finding.severity);
      if (visible && words.length > 0) {
        finding.text ??= finding.element.textContent.toLowerCase();
        visible = words.every((word) => finding.text.includes(word));
      }
      finding.element.hidden = !visible;
      if (visible) count += 1;
    }
    shown.textContent = count + ' of ' + findings.length + ' shown';
    nothing.hidden = count > 0;
    for (const tile of tiles) tile.setAttribute('aria-pressed', String(chosen.size === 0 || chosen.has(tile.dataset.severity)));
  };
  for (const tile of tiles) {
    if (tile.classList.contains('none')) continue;
    tile.disabled = false;
    tile.addEventListener('click', () => {
      const severity = tile.dataset.severity;
      if (!chosen.delete(severity)) chosen.add(severity);
      update();
    });
  }
  let timer;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(update, 80);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== search && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === 'Escape' && document.activeElement === search) {
      search.value = '';
      update();
    }
  });
  toolbar.hidden = false;
  update();
})();
`;
