// ruleid: javascript-cors-any-origin-with-credentials
app.use(cors({ origin: true, credentials: true }));
// ruleid: javascript-cors-any-origin-with-credentials
await fastify.register(corsPlugin, { credentials: true, origin: true });
// ok: javascript-cors-any-origin-with-credentials
app.use(cors({ origin: ['https://app.example.com'], credentials: true }));
// ok: javascript-cors-any-origin-with-credentials
app.use(cors({ origin: true }));
// ok: javascript-cors-any-origin-with-credentials
app.use(cors({ origin: '*', maxAge: 600 }));

app.use((request, response, next) => {
  // ruleid: javascript-cors-any-origin-with-credentials
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  next();
});

app.get('/public', (request, response) => {
  // ok: javascript-cors-any-origin-with-credentials
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin);
  response.end('public');
});
