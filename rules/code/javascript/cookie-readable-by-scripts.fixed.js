const session = require('express-session');

// ruleid: javascript-cookie-readable-by-scripts
app.use(session({ name: 'sid', secret: readSecret(), cookie: { httpOnly: true, secure: true } }));

app.post('/login', (request, response) => {
  // ruleid: javascript-cookie-readable-by-scripts
  response.cookie('sid', request.session.id, { secure: true, httpOnly: true });
  // ruleid: javascript-cookie-readable-by-scripts
  cookies.set('remember', request.body.remember, { httpOnly: true });
  // ok: javascript-cookie-readable-by-scripts
  response.cookie('sid', request.session.id, { secure: true, httpOnly: true });
  // ok: javascript-cookie-readable-by-scripts
  response.cookie('XSRF-TOKEN', request.csrfToken(), { httpOnly: false });
  // ok: javascript-cookie-readable-by-scripts
  store.put('sid', request.session.id, { httpOnly: false });
});

// ok: javascript-cookie-readable-by-scripts
app.use(session({ name: 'sid', secret: readSecret() }));
