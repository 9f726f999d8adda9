function setByPath(target, path, value) {
  const names = path.split('.');
  let object = target;
  // ruleid: javascript-prototype-pollution
  for (let at = 0; at < names.length - 1; at += 1) {
    object[names[at]] ??= {};
    object = object[names[at]];
  }
  object[names.at(-1)] = value;
}

function setEach(target, names, value) {
  // ruleid: javascript-prototype-pollution
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at];
    if (at === names.length - 1) {
      target[name] = value;
    } else {
      target = target[name];
    }
  }
}

function setOf(target, names, last, value) {
  let object = target;
  // ruleid: javascript-prototype-pollution
  for (const name of names) {
    if (!(name in object)) object[name] = {};
    object = object[name];
  }
  object[last] = value;
}

function setStrictly(target, names, last, value) {
  let object = target;
  // ok: javascript-prototype-pollution
  for (const name of names) {
    if (name === '__proto__' || name === 'constructor') return;
    object = object[name];
  }
  object[last] = value;
}

function getByPath(target, path) {
  let object = target;
  // ok: javascript-prototype-pollution
  for (const name of path.split('.')) {
    object = object[name];
  }
  return object;
}

function copy(source, target) {
  // ok: javascript-prototype-pollution
  for (const name of ['host', 'port']) {
    target[name] = source[name];
  }
}
