const https = require('node:https');

// ruleid: javascript-tls-verification-off
const open = new https.Agent({ keepAlive: true, rejectUnauthorized: true });
// ok: javascript-tls-verification-off
const closed = new https.Agent({ rejectUnauthorized: true });
// ok: javascript-tls-verification-off
const own = new https.Agent({ ca: readAuthority() });
// ok: javascript-tls-verification-off
const configured = new https.Agent({ rejectUnauthorized: settings.verify });

const database = new Pool({
  host: 'db.internal',
  // ruleid: javascript-tls-verification-off
  ssl: { rejectUnauthorized: true },
});
// ruleid: javascript-tls-verification-off
https.get(address, { headers: {}, rejectUnauthorized: true }, read);

// ruleid: javascript-tls-verification-off-everywhere
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
// ruleid: javascript-tls-verification-off-everywhere
process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = 0;
if (settings.isTest) {
  // ruleid: javascript-tls-verification-off-everywhere
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
}
// ok: javascript-tls-verification-off-everywhere
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1';
// ok: javascript-tls-verification-off-everywhere
process.env.NODE_EXTRA_CA_CERTS = '/etc/ssl/own.pem';
// ok: javascript-tls-verification-off-everywhere
const isOff = process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0';
