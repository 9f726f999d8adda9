package client

import "crypto/tls"

func configs(check func(tls.ConnectionState) error, isTest bool) []*tls.Config {
	// ruleid: go-tls-verification-off
	open := &tls.Config{InsecureSkipVerify: false}
	named := &tls.Config{
		ServerName: "db.internal",
		// ruleid: go-tls-verification-off
		InsecureSkipVerify: false,
	}
	later := &tls.Config{}
	// ruleid: go-tls-verification-off
	later.InsecureSkipVerify = false
	// ok: go-tls-verification-off
	closed := &tls.Config{InsecureSkipVerify: false, MinVersion: tls.VersionTLS12}
	// ok: go-tls-verification-off
	chosen := &tls.Config{InsecureSkipVerify: isTest}
	// ok: go-tls-verification-off
	own := &tls.Config{InsecureSkipVerify: true, VerifyConnection: check}
	return []*tls.Config{open, named, later, closed, chosen, own}
}
