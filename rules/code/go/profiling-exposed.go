package main

import (
	"log"
	"net/http"
	_ "net/http/pprof"
)

const address = "0.0.0.0:9000"

func main() {
	mux := http.NewServeMux()
	go func() {
		// ok: go-profiling-exposed
		log.Println(http.ListenAndServe("127.0.0.1:6060", nil))
	}()
	go func() {
		// ok: go-profiling-exposed
		log.Println(http.ListenAndServe(":8443", mux))
	}()
	go func() {
		// ruleid: go-profiling-exposed
		log.Println(http.ListenAndServeTLS(":8443", "server.pem", "server.key", nil))
	}()
	go func() {
		// ruleid: go-profiling-exposed
		log.Println(http.ListenAndServe(address, nil))
	}()
	// ruleid: go-profiling-exposed
	log.Fatal(http.ListenAndServe(":8080", nil))
}
