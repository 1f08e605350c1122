// Package flaskjwt lets a Go application take the place of a Flask application
// with Flask-JWT-Extended 4.7, route by route if need be: with the same
// secrets, tokens, cookies and settings, in the same words and statuses.
//
//	manager, err := flaskjwt.New(flaskjwt.Settings{
//		"JWT_SECRET_KEY":     os.Getenv("JWT_SECRET_KEY"),
//		"JWT_TOKEN_LOCATION": []string{"headers", "cookies"},
//	}, flaskjwt.Options{})
//	auth, err := latchkey.New(manager.Config())
//	mux.Handle("GET /protected", auth.Required(http.HandlerFunc(protected)))
//
// Such an application is stateless: revoked tokens are on a list. Give the
// configuration a Store, and it has sessions that end at once and refresh
// tokens that rotate, in tokens of the same shape with one claim more, sid.
// Refresh tokens that the Flask application issued are then adopted: each
// begins a session, once.
//
// Where the original is not safe this package differs, and says so: the guide
// docs/guides/migrating-from-flask-jwt-extended.md lists every difference. A
// token is only accepted if package jwt accepts it.
package flaskjwt
