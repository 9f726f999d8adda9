const ICON = '<i class="ok"></i>';

function show(element, user, row) {
  // ruleid: javascript-inner-html
  element.innerHTML = `<b>${user.name}</b>`;
  // ruleid: javascript-inner-html
  element.innerHTML += '<li>' + user.title + '</li>';
  // ruleid: javascript-inner-html
  row.insertAdjacentHTML('beforeend', `<td>${user.mail}</td>`);
  // ok: javascript-inner-html
  element.textContent = `Hello ${user.name}`;
  // ok: javascript-inner-html
  element.innerHTML = '<b>saved</b>';
  // ok: javascript-inner-html
  element.innerHTML = '<td>' + ICON + '</td>';
  // ok: javascript-inner-html
  element.innerHTML = DOMPurify.sanitize(`<b>${user.name}</b>`);
  // ok: javascript-inner-html
  element.innerHTML = `<b>${escapeHtml(user.name)}</b>`;
  // ok: javascript-inner-html
  const isEmpty = element.innerHTML === `<b>${user.name}</b>`;
  return isEmpty;
}
