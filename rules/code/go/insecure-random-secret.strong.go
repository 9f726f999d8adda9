package accounts

import (
	"crypto/rand"
	"math/big"
)

func strong(salt []byte) (string, error) {
	// ok: go-insecure-random-secret
	token := rand.Text()
	// ok: go-insecure-random-secret
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	// ok: go-insecure-random-secret
	otp, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	return token + otp.String(), err
}
