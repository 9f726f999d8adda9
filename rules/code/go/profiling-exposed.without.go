package main

import (
	"log"
	"net/http"
)

func main() {
	// ok: go-profiling-exposed
	log.Fatal(http.ListenAndServe(":8080", nil))
}
