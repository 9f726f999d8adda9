const https = require('node:https');

// ruleid: javascript-tls-verification-off
const open = new https.Agent({ keepAlive: true, rejectUnauthorized: true });
// ok: javascript-tls-verification-off
const closed = new https.Agent({ rejectUnauthorized: true });
// ok: javascript-tls-verification-off
const own = new https.Agent({ ca: readAuthority() });

// ruleid: javascript-tls-verification-off-everywhere
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
