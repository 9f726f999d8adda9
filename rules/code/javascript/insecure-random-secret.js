const { randomBytes, randomInt } = require('node:crypto');

function invite(user, items) {
  // ruleid: javascript-insecure-random-secret
  const resetToken = Math.random().toString(36).slice(2);
  // ruleid: javascript-insecure-random-secret
  user.password = `${Math.random()}`;
  // ruleid: javascript-insecure-random-secret
  const session = { sessionId: Math.floor(Math.random() * 1e9) };
  // ok: javascript-insecure-random-secret
  const token = randomBytes(32).toString('base64url');
  // ok: javascript-insecure-random-secret
  const otp = randomInt(100_000, 1_000_000);
  // ok: javascript-insecure-random-secret
  const tokenCount = Math.floor(Math.random() * 5);
  // ok: javascript-insecure-random-secret
  const item = items[Math.floor(Math.random() * items.length)];
  return [resetToken, session, token, otp, tokenCount, item];
}

function generateApiKey() {
  // ruleid: javascript-insecure-random-secret
  return Math.floor(Math.random() * 1e12).toString(36);
}

function backoff(attempt) {
  // ok: javascript-insecure-random-secret
  return 2 ** attempt + Math.random();
}
