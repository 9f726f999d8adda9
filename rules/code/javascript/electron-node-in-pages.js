const { BrowserWindow } = require('electron');

function open(path) {
  // ruleid: javascript-electron-node-in-pages
  const first = new BrowserWindow({ width: 800, webPreferences: { nodeIntegration: true } });
  // ruleid: javascript-electron-node-in-pages
  const second = new BrowserWindow({ webPreferences: { preload: path, contextIsolation: false } });
  // ruleid: javascript-electron-node-in-pages
  const third = { show: false, webPreferences: { webSecurity: false } };
  // ok: javascript-electron-node-in-pages
  const fourth = new BrowserWindow({ width: 800, webPreferences: { preload: path } });
  // ok: javascript-electron-node-in-pages
  const fifth = new BrowserWindow({ webPreferences: { nodeIntegration: false, contextIsolation: true } });
  // ok: javascript-electron-node-in-pages
  const build = { target: 'node', nodeIntegration: true };
  return [first, second, third, fourth, fifth, build];
}
