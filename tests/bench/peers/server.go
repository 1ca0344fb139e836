// SPDX-License-Identifier: Apache-2.0

// For "make bench-peers": serves twelve bytes of JSON with net/http, with the
// policy in rs/cors or without.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/rs/cors"
)

var body = []byte(`{"abc":1234}`)

func data(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Write(body)
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: server ADDRESS bare|cors")
	}

	mux := http.NewServeMux()
	mux.HandleFunc("/data.json", data)
	var handler http.Handler = mux
	if os.Args[2] == "cors" {
		handler = cors.New(cors.Options{
			AllowedOrigins:   []string{"https://app.example.com", "https://www.example.com"},
			AllowedMethods:   []string{"GET", "HEAD", "POST", "PUT"},
			AllowedHeaders:   []string{"Accept", "Content-Type", "X-Request-ID"},
			ExposedHeaders:   []string{"ETag", "Link"},
			AllowCredentials: true,
			MaxAge:           600,
		}).Handler(mux)
	}
	log.Fatal(http.ListenAndServe(os.Args[1], handler))
}
