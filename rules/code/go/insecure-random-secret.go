package accounts

import (
	"fmt"
	"math/rand"
	"time"
)

type invitation struct{ password, mail string }

func invite(mail string, salt, noise []byte) (string, invitation) {
	// ruleid: go-insecure-random-secret
	resetToken := fmt.Sprintf("%016x", rand.Int63())
	made := invitation{mail: mail}
	// ruleid: go-insecure-random-secret
	made.password = letters(rand.Perm(12))
	// ruleid: go-insecure-random-secret
	rand.Read(salt)
	// ok: go-insecure-random-secret
	rand.Read(noise)
	// ok: go-insecure-random-secret
	tokenCount := rand.Intn(5)
	// ok: go-insecure-random-secret
	delay := time.Duration(rand.Intn(100)) * time.Millisecond
	time.Sleep(delay * time.Duration(tokenCount))
	return resetToken, made
}

func generateAPIKey() string {
	// ruleid: go-insecure-random-secret
	return fmt.Sprintf("%x", rand.Uint64())
}

func pick(items []string) string {
	// ok: go-insecure-random-secret
	return items[rand.Intn(len(items))]
}
