// Package latchkey is sign-in for web applications built on net/http.
//
// An [Auth] issues access and refresh tokens, finds them in requests, and
// decides who may pass:
//
//	auth, err := latchkey.New(latchkey.Config{
//		Issuer: "https://app.example.com",
//		Keys:   key,             // a jwt.Key, jwt.KeySet or jwt.Keyring
//		Store:  memstore.New(),  // or sqlstore, on SQLite or PostgreSQL
//	})
//	go auth.Run(ctx)
//	mux.Handle("GET /me", auth.Required(http.HandlerFunc(me)))
//	mux.Handle("POST /refresh", auth.RefreshHandler())
//
// A guard is a func(http.Handler) http.Handler. It looks for a token, verifies
// it, asks whether its session is still alive, and puts the [Token] into the
// request's context, where [FromContext] finds it. A request it refuses gets
// one JSON answer, written by [Auth.WriteError].
//
// Sessions can be ended at any moment, and their tokens end with them: at once
// in this process, within a second in every other that shares the store. See
// package session. Users and passwords are not this package's business; see
// package account, or keep your own table.
//
// # Compatibility
//
// Until v1.0.0 a minor version may change the API; the changelog says how to
// follow. The format of tokens and the database schema never change without a
// period in which both are understood.
package latchkey
