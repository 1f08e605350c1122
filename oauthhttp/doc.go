// Package oauthhttp lets other programs ask about Latchkey's tokens, and revoke
// them, in the words of OAuth 2.0: the introspection endpoint of RFC 7662, the
// revocation endpoint of RFC 7009, and the metadata of RFC 8414 by which they
// are found. It is for services beside yours, in any language, that are handed
// an access token and want to know what it is worth. Handlers of the same
// program need none of it; they have guards.
//
//	secret, hash := oauthhttp.NewClientSecret() // once; the secret goes to the client
//
//	handlers, err := oauthhttp.New(oauthhttp.Config{
//		Auth:     auth,
//		Clients:  oauthhttp.ClientList{{ID: "gateway", SecretSHA256: []string{hash}, Introspect: true}},
//		JWKSPath: "/.well-known/jwks.json",
//	})
//	handlers.Register(mux, "/oauth")
//
// # The model
//
// A [Client] is a program with a secret. It says who it is with HTTP Basic or
// with client_id and client_secret in the form, not both (RFC 6749, section
// 2.3.1), and may introspect, or revoke, or both. Tokens do not belong to
// clients: they belong to a person's session, and what a client may do it may
// do with every token it holds.
//
// Introspection gives the answer that a guard of this program would give at the
// same moment. Revocation ends the whole session: a refresh token, all its
// successors and all access tokens are one family, which is signed in or signed
// out together.
//
// When the store cannot be asked, both endpoints answer 503 with Retry-After.
// They never say that a token is active, or not, or revoked, without knowing.
//
// # Requests and answers
//
// Requests are POST with a form (application/x-www-form-urlencoded) of at most
// 64 KiB; no parameter may come twice, and none in the address, which ends up
// in logs. Errors are those of RFC 6749, section 5.2, as
// {"error":…,"error_description":…}:
//
//	400 invalid_request          the request is malformed; the description says how
//	400 unauthorized_client      the client may not use this endpoint
//	400 unsupported_token_type   tokens of a stateless Auth cannot be revoked
//	401 invalid_client           the client is unknown or its secret is wrong
//	405, 413, 415                also invalid_request: method, size, media type
//	503 temporarily_unavailable  the store did not answer: try again
//	500 server_error             the program is at fault; its log says how
//
// Failed attempts of clients are not counted and nobody is locked out. Secrets
// have 256 random bits: there is nothing to guess, and a wrong attempt costs
// less than a counter would.
package oauthhttp
