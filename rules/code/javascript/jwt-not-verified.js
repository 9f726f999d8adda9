const jwt = require('jsonwebtoken');

function claimsOf(token, key, claims) {
  // ruleid: javascript-jwt-not-verified
  const first = jwt.verify(token, key, { algorithms: ['HS256', 'none'] });
  // ruleid: javascript-jwt-not-verified
  const second = jwt.verify(token, null);
  // ruleid: javascript-jwt-not-verified
  const unsigned = jwt.sign(claims, '', { expiresIn: '1h', algorithm: 'none' });
  // ok: javascript-jwt-not-verified
  const third = jwt.verify(token, key, { algorithms: ['EdDSA'] });
  // ok: javascript-jwt-not-verified
  const signed = jwt.sign(claims, key, { algorithm: 'RS256' });
  // ok: javascript-jwt-not-verified
  const isGood = key.verify(token, null);
  return [first, second, unsigned, third, signed, isGood];
}
