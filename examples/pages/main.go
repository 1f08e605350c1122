// Pages is a site of server-rendered pages: cookies, redirects, forms, no scripts.
package main

import (
	"context"
	"embed"
	"html/template"
	"net/http"
	"net/mail"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
	"github.com/latchkey-go/latchkey/flaskjwt"
)

//go:embed templates
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.html"))

type app struct {
	webapp.Settings
	auth   *latchkey.Auth
	tokens *flaskjwt.Manager
	fresh  func(http.Handler) http.Handler
	saved  sync.Map // users whose next account page says so
}

// view is what a page shows.
type view struct {
	User                           *account.User // nil: a visitor
	Username, Email, Message, Next string
	Reasons                        map[string]string
	Saved, Pending                 bool
	CSRF                           template.HTML
}

func main() {
	a := newApp()
	a.Flags("how long a session lives without being used, at least -access-ttl; 0: no such end")
	webapp.Main(&a.Settings, a.handler)
}

func newApp() *app {
	return &app{Settings: webapp.Settings{Name: "pages", AccessTTL: 15 * time.Minute, RefreshTTL: 24 * time.Hour}}
}

func (a *app) handler(ctx context.Context) (http.Handler, error) {
	err := a.Open(ctx, webapp.Demo{ID: "testuser", Username: "testuser", Password: "password123",
		PasswordHash: "$argon2id$v=19$m=19456,t=2,p=1$BM8QVM/wDjncNoTuLuTCFQ$eaIlEIJLISsImW4kCpNLu14KV/IX4S5yfGX8kSJePSY"})
	if err == nil {
		_, err = a.Store.DB().ExecContext(ctx, `CREATE TABLE IF NOT EXISTS emails (user_id TEXT PRIMARY KEY, email TEXT NOT NULL);
			INSERT INTO emails VALUES ('testuser', 'testuser@example.com') ON CONFLICT DO NOTHING`)
	}
	if err == nil {
		err = a.newAuth()
	}
	if err != nil {
		return nil, err
	}
	mux := webapp.Mux{Refuse: func(w http.ResponseWriter, r *http.Request, status int) {
		a.show(w, r, status, "refused", view{Message: http.StatusText(status)})
	}}
	mux.Handle("GET /{$}", a.auth.Optional(a.static("home")))
	mux.Handle("GET /service", a.auth.Required(a.static("service")))
	mux.Handle("GET /signup", a.static("signup"))
	mux.Handle("POST /signup", a.begin("signup", "/", func(r *http.Request) (*account.User, error) {
		return a.Accounts.SignUp(r.Context(), account.SignUp{Username: r.PostFormValue("username"), Password: r.PostFormValue("password"), Client: a.auth.Client(r)})
	}))
	mux.Handle("GET /login", a.static("login"))
	mux.Handle("POST /login", a.begin("login", "/", func(r *http.Request) (*account.User, error) {
		return a.Accounts.Authenticate(r.Context(), account.Credentials{Username: r.PostFormValue("username"), Password: r.PostFormValue("password"), Client: a.auth.Client(r)})
	}))
	mux.HandleFunc("GET /logout", a.logout)
	mux.HandleFunc("GET /token/refresh", a.refresh)
	mux.Handle("GET /account", a.fresh(http.HandlerFunc(a.account)))
	mux.Handle("POST /account/change_settings", a.fresh(http.HandlerFunc(a.changeSettings)))
	mux.Handle("GET /account/password", a.fresh(a.static("password")))
	mux.Handle("POST /account/password", a.fresh(a.begin("password", "/account", func(r *http.Request) (*account.User, error) {
		token, _ := latchkey.FromContext(r.Context())
		return a.Accounts.ChangePassword(r.Context(), token.Subject, r.PostFormValue("current_password"), r.PostFormValue("new_password"), token.SessionID)
	})))
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "templates/style.css") })
	return a.Serve(ctx, a.auth, webapp.Site{API: http.MaxBytesHandler(&mux, 64<<10), Credentials: true})
}

// show answers with a page.
func (a *app) show(w http.ResponseWriter, r *http.Request, status int, name string, v view) {
	if token, ok := latchkey.FromContext(r.Context()); ok {
		v.User, v.CSRF = token.User.(*account.User), a.auth.CSRFField(r)
	}
	v.Next = latchkey.ReturnTo(r, "")
	webapp.PageHeaders(w)
	w.WriteHeader(status)
	_ = templates.ExecuteTemplate(w, name, v) // the client may have gone
}

func (a *app) static(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.show(w, r, http.StatusOK, name, view{}) })
}

// redirect goes on to a page of ours, unless there is an error.
func (a *app) redirect(w http.ResponseWriter, r *http.Request, path string, err error) {
	if err != nil {
		a.auth.WriteError(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, a.BaseURL+path, http.StatusFound)
}

// problems are what is wrong with a form, in words, by status.
var problems = map[int]string{401: "The username or the password is wrong.", 409: "This username is taken. Choose another, or sign in if it is yours.",
	429: "Too many attempts came from your network. Try again in a minute.", 503: "Too many people are signing in at the moment. Try again shortly."}

// begin begins a new session, in place of the present one, for a person whose
// form passes the check, and shows the form again to others.
func (a *app) begin(form, next string, check func(*http.Request) (*account.User, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := check(r)
		if err != nil {
			status := webapp.Refusal(w, err)
			a.show(w, r, status, form, view{Username: r.PostFormValue("username"), Message: problems[status], Reasons: webapp.Reasons(err)})
			return
		}
		_, err = a.auth.SignIn(w, r, latchkey.Login{Subject: user.ID, Basis: user.SignInBasis()})
		a.redirect(w, r, latchkey.ReturnTo(r, next), err)
	})
}

// account shows the stored e-mail address, or that of an interrupted form, which is not saved yet.
func (a *app) account(w http.ResponseWriter, r *http.Request) {
	token, _ := latchkey.FromContext(r.Context())
	emails, err := webapp.Rows(r.Context(), a.Store.DB(), webapp.Text1, `SELECT email FROM emails WHERE user_id = $1`, token.Subject)
	if err != nil {
		a.auth.WriteError(w, r, err)
		return
	}
	v := view{Email: r.FormValue("email"), Pending: r.Form.Has("email")}
	if !v.Pending && len(emails) > 0 {
		v.Email = emails[0]
	}
	_, v.Saved = a.saved.LoadAndDelete(token.Subject)
	a.show(w, r, http.StatusOK, "account", v)
}

func (a *app) changeSettings(w http.ResponseWriter, r *http.Request) {
	token, _ := latchkey.FromContext(r.Context())
	email := r.PostFormValue("email")
	if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email || len(email) > 254 {
		a.show(w, r, http.StatusUnprocessableEntity, "account", view{Email: email, Message: "This is not an e-mail address."})
		return
	}
	_, err := a.Store.DB().ExecContext(r.Context(), `INSERT INTO emails VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET email = excluded.email`, token.Subject, email)
	if err == nil {
		a.saved.Store(token.Subject, true)
	}
	a.redirect(w, r, "/account", err)
}
