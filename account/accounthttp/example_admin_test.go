package accounthttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/account/accounthttp"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// newProgram joins the parts of a program with administrators.
func newProgram(store *sqlstore.Store, keys *jwt.Keyring) (http.Handler, *account.Service, error) {
	audit, err := account.NewAuditLog(account.AuditConfig{Store: store})
	if err != nil {
		return nil, nil, err
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer: "http://localhost:8080", Keys: keys, Store: store,
		Hooks: latchkey.Hooks{Event: audit.Session},
	})
	if err != nil {
		return nil, nil, err
	}
	accounts, err := account.New(account.Config{Store: store, Audit: audit, OnSessionsEnded: auth.Sessions().Ended})
	if err != nil {
		return nil, nil, err
	}
	handlers, err := accounthttp.New(accounthttp.Config{Auth: auth, Accounts: accounts, Audit: audit})
	if err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	handlers.Register(mux, "/api/v1")
	handlers.RegisterAdmin(mux, "/api/v1", accounthttp.Admin{Keys: keys})
	addReports(mux, handlers)
	return mux, accounts, nil
}

// addReports adds routes of the program's own for people with the scope "reports".
func addReports(mux *http.ServeMux, handlers *accounthttp.Handlers) {
	reader := handlers.Guard(accounthttp.Need{Scope: "reports"})
	editor := handlers.Guard(accounthttp.Need{Scope: "reports", FreshFor: 10 * time.Minute})

	mux.Handle("GET /reports", reader(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := accounthttp.UserFromContext(r.Context())
		fmt.Fprintf(w, "The reports, for %s.", user.Username)
	})))
	mux.Handle("DELETE /reports", editor(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "Deleted.")
	})))
}

// People with a scope: an administrator of the accounts, and routes of the
// program's own that need another scope.
func ExampleHandlers_RegisterAdmin() {
	dir, err := os.MkdirTemp("", "latchkey-example-*")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(dir, "app.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	keys, err := jwt.OpenKeyring(filepath.Join(dir, "keys.json"), jwt.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	program, accounts, err := newProgram(store, keys)
	if err != nil {
		log.Fatal(err)
	}

	// What "latchkey user add grace --admin" does: the person chooses the
	// password by a link.
	grace, err := accounts.AddUser(ctx, account.NewUser{Username: "grace", Scopes: []string{account.ScopeAdmin}})
	if err != nil {
		log.Fatal(err)
	}
	link, err := accounts.NewResetToken(ctx, grace.ID)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := accounts.ResetPassword(ctx, link.Token, "lantern gravel mitten thicket"); err != nil {
		log.Fatal(err)
	}

	send := func(method, path, token, body string) string {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		program.ServeHTTP(w, r)
		answer, _ := io.ReadAll(w.Body) // a buffer
		return strings.TrimSpace(string(answer))
	}
	signIn := func() string {
		var answer struct {
			Token string `json:"access_token"`
		}
		body := send("POST", "/api/v1/sign-in", "", `{"username":"grace","password":"lantern gravel mitten thicket","delivery":"body"}`)
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			log.Fatal(err)
		}
		return answer.Token
	}
	token := signIn()
	fmt.Println(send("GET", "/reports", token, ""))
	fmt.Println(send("POST", "/api/v1/admin/users/"+grace.ID+"/disable", token, ""))

	// A change of scopes ends the sessions of before.
	if err := accounts.GrantScope(ctx, grace.ID, "reports"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(send("GET", "/reports", token, ""))
	fmt.Println(send("GET", "/reports", signIn(), ""))
	// Output:
	// {"msg":"Your account may not do this. Ask an administrator.","code":"insufficient_scope"}
	// {"msg":"This cannot be done to your own account. Another administrator can do it.","code":"own_account"}
	// {"msg":"Your session has ended. Sign in again.","code":"session_ended"}
	// The reports, for grace.
}
