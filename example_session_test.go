package latchkey_test

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

func ExampleAuth_SignIn() {
	auth := exampleAuth(latchkey.Hooks{})
	signIn := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Check the password first; package account does that.
		if _, err := auth.SignIn(w, r, latchkey.Login{Subject: "ada", AMR: []string{"pwd"}}); err != nil {
			auth.WriteError(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	w := httptest.NewRecorder()
	signIn.ServeHTTP(w, httptest.NewRequest("POST", "/sign-in", nil))
	for _, c := range w.Result().Cookies() {
		fmt.Println(c.Name, "Secure:", c.Secure, "HttpOnly:", c.HttpOnly)
	}
	// Output:
	// __Host-latchkey_access Secure: true HttpOnly: true
	// __Host-latchkey_refresh Secure: true HttpOnly: true
	// __Host-latchkey_csrf Secure: true HttpOnly: false
}

func ExampleAuth_Issue() {
	auth := exampleAuth(latchkey.Hooks{})
	tokens, err := auth.Issue(httptest.NewRequest("POST", "/sign-in", nil), latchkey.Login{Subject: "ada"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tokens.ExpiresIn <= 15*time.Minute, tokens.Session.Subject)
	// Output: true ada
}

func ExampleAuth_RefreshHandler() {
	auth := exampleAuth(latchkey.Hooks{})
	r := httptest.NewRequest("POST", "/refresh", nil)
	tokens, err := auth.Issue(r, latchkey.Login{Subject: "ada"})
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+tokens.Refresh)
	w := httptest.NewRecorder()
	auth.RefreshHandler().ServeHTTP(w, r)
	fmt.Println(w.Code, strings.Contains(w.Body.String(), `"refresh_token":`))
	// Output: 200 true
}

// A refresh route of your own, here one that a page navigates to.
func ExampleAuth_RefreshTokens() {
	auth := exampleAuth(latchkey.Hooks{})
	refresh := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := auth.RefreshTokens(w, r); err != nil {
			http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
			return
		}
		http.Redirect(w, r, latchkey.ReturnTo(r, "/"), http.StatusSeeOther)
	})
	w := httptest.NewRecorder()
	refresh.ServeHTTP(w, httptest.NewRequest("GET", "/refresh?next=/orders", nil))
	fmt.Println(w.Header().Get("Location"))
	// Output: /sign-in
}

func ExampleAuth_SignOutHandler() {
	auth := exampleAuth(latchkey.Hooks{})
	r := bearerRequest(auth, "ada")
	r.Method = "POST"
	show(auth.SignOutHandler(), r)
	show(auth.Required(hello), r)
	// Output:
	// 200 {"msg":"Signed out."}
	//
	// 401 {"msg":"Your session has ended. Sign in again.","code":"session_ended"}
}

func ExampleAuth_SignOut() {
	auth := exampleAuth(latchkey.Hooks{})
	leave := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := auth.SignOut(w, r); err != nil {
			auth.WriteError(w, r, err)
			return
		}
		fmt.Fprint(w, "come back soon")
	})
	r := bearerRequest(auth, "ada")
	r.Method = "POST"
	show(leave, r)
	// Output: 200 come back soon
}

// Sessions lists and ends a person's devices.
func ExampleAuth_Sessions() {
	auth := exampleAuth(latchkey.Hooks{})
	ctx := context.Background()
	phone, laptop := bearerRequest(auth, "ada"), bearerRequest(auth, "ada")

	token, err := auth.Authenticate(laptop)
	if err != nil {
		log.Fatal(err)
	}
	ended, err := auth.Sessions().EndOthers(ctx, "ada", token.SessionID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ended:", ended)
	_, err = auth.Authenticate(phone)
	fmt.Println(errors.Is(err, latchkey.ErrSessionEnded))
	// Output:
	// ended: 1
	// true
}

func ExampleAuth_CSRFField() {
	auth := exampleAuth(latchkey.Hooks{})
	page := template.Must(template.New("").Parse(`<form method="post">{{.}}<button>Save</button></form>`))
	w := httptest.NewRecorder()
	auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page.Execute(w, auth.CSRFField(r))
	})).ServeHTTP(w, bearerRequest(auth, "ada"))
	fmt.Println(strings.HasPrefix(w.Body.String(), `<form method="post"><input type="hidden" name="csrf_token" value="`))
	// Output: true
}

func ExampleAuth_JWKSHandler() {
	auth := exampleAuth(latchkey.Hooks{}) // signs with a secret, so nothing is public
	show(auth.JWKSHandler(), httptest.NewRequest("GET", "/.well-known/jwks.json", nil))
	// Output: 200 {"keys":[]}
}

func ExampleAuth_WriteError() {
	auth := exampleAuth(latchkey.Hooks{})
	show(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth.WriteError(w, r, latchkey.ErrRejected)
	}), httptest.NewRequest("GET", "/", nil))
	// Output: 403 {"msg":"You may not do this.","code":"rejected"}
}

func ExampleRedirectTo() {
	auth := exampleAuth(latchkey.Hooks{Error: latchkey.RedirectTo("/sign-in")})
	r := httptest.NewRequest("GET", "/orders?page=2", nil)
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	auth.Required(hello).ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Location"))
	// Output: 303 /sign-in?next=%2Forders%3Fpage%3D2
}

func ExampleReturnTo() {
	for _, target := range []string{"/sign-in?next=/orders", "/sign-in", "/sign-in?next=//evil.example"} {
		fmt.Println(latchkey.ReturnTo(httptest.NewRequest("GET", target, nil), "/home"))
	}
	// Output:
	// /orders
	// /home
	// /home
}

// An open redirect: the sign-in page of a site that people trust sends them on
// to wherever a link says.
func ExampleReturnTo_incorrect() {
	r := httptest.NewRequest("GET", `/sign-in?next=/\evil.example`, nil)

	// Wrong: browsers read a backslash as a slash, and two slashes as a host.
	next := r.FormValue("next")
	if strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//") {
		fmt.Println("wrong:", next)
	}

	fmt.Println("right:", latchkey.ReturnTo(r, "/"))
	// Output:
	// wrong: /\evil.example
	// right: /
}

func ExampleToken_Claims() {
	auth := exampleAuth(latchkey.Hooks{
		Claims: func(_ context.Context, subject string) (map[string]any, error) {
			return map[string]any{"plan": "gold"}, nil
		},
	})
	show(auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		var mine struct {
			Plan string `json:"plan"`
		}
		if err := token.Claims(&mine); err != nil {
			auth.WriteError(w, r, err)
			return
		}
		fmt.Fprint(w, mine.Plan)
	})), bearerRequest(auth, "ada"))
	// Output: 200 gold
}

// A stream ends when the token or its session does.
func ExampleToken_Done() {
	auth := exampleAuth(latchkey.Hooks{})
	token, err := auth.Authenticate(bearerRequest(auth, "ada"))
	if err != nil {
		log.Fatal(err)
	}
	if err := auth.Sessions().End(context.Background(), token.SessionID, session.EndedByAdmin); err != nil {
		log.Fatal(err)
	}
	<-token.Done()
	fmt.Println("the session has ended")
	// Output: the session has ended
}

func ExampleHooks() {
	users := map[string]string{"1": "Ada"} // your own table
	auth := exampleAuth(latchkey.Hooks{
		User: func(_ context.Context, t *latchkey.Token) (any, error) {
			name, ok := users[t.Subject]
			if !ok {
				return nil, latchkey.ErrUserGone
			}
			return name, nil
		},
		Verify: func(_ context.Context, t *latchkey.Token) error {
			if t.Subject == "13" {
				return errors.New("not in this house")
			}
			return nil
		},
		Error: func(w http.ResponseWriter, _ *http.Request, e *latchkey.Error) {
			http.Error(w, "no entry: "+e.Code, e.Status)
		},
		Event: func(_ context.Context, e session.Event) { fmt.Println("event:", e.Kind) },
	})
	name := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello,", token.User)
	})
	show(auth.Required(name), bearerRequest(auth, "1"))
	show(auth.Required(name), bearerRequest(auth, "2"))
	// Output:
	// event: session_started
	// 200 hello, Ada
	//
	// event: session_started
	// 401 no entry: user_gone
}

// Without a store there is nothing to end: a token that got into wrong hands
// is good until it expires.
func ExampleStateless() {
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		log.Fatal(err)
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer: "https://api.example.com", Keys: key, Store: latchkey.Stateless, AccessTTL: 5 * time.Minute,
	})
	if err != nil {
		log.Fatal(err)
	}
	show(auth.Required(hello), bearerRequest(auth, "ada"))
	// Output: 200 hello, ada
}

// Reading a token's payload proves nothing: anybody can write one.
func ExampleAuth_Authenticate_incorrect() {
	auth := exampleAuth(latchkey.Hooks{})
	forged := "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.AAAA"

	// Wrong: the part in the middle is only encoded, not protected.
	payload := strings.Split(forged, ".")[1]
	fmt.Println("wrong: believes", len(payload) > 0)

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+forged)
	_, err := auth.Authenticate(r)
	fmt.Println("right:", errors.Is(err, latchkey.ErrInvalid))
	// Output:
	// wrong: believes true
	// right: true
}

// Roles in tokens are compared where they are used, by hand, and somewhere a
// comparison is forgotten or too wide. Hooks.Verify and guards cannot be.
func ExampleToken_Claims_incorrect() {
	auth := exampleAuth(latchkey.Hooks{
		Claims: func(context.Context, string) (map[string]any, error) {
			return map[string]any{"roles": "not-admin"}, nil
		},
	})
	token, err := auth.Authenticate(bearerRequest(auth, "eve"))
	if err != nil {
		log.Fatal(err)
	}

	// Wrong: the text of a claim, searched.
	var raw map[string]any
	if err := token.Claims(&raw); err != nil {
		log.Fatal(err)
	}
	fmt.Println("wrong:", strings.Contains(fmt.Sprint(raw["roles"]), "admin"))

	// Right: a type that only fits what was issued.
	var mine struct {
		Roles []string `json:"roles"`
	}
	fmt.Println("right:", token.Claims(&mine) == nil)
	// Output:
	// wrong: true
	// right: false
}

func ExampleConfig_renewal() {
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		log.Fatal(err)
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer: "https://app.example.com", Keys: key, Store: memstore.New(),
		Deliver: latchkey.InJSON, RenewWithin: 24 * time.Hour, // more than AccessTTL: in every answer
	})
	if err != nil {
		log.Fatal(err)
	}
	profile := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"name":"Ada"}`)
	})
	r := bearerRequest(auth, "ada")
	w := httptest.NewRecorder()
	auth.Required(profile).ServeHTTP(w, r)
	fmt.Println(strings.HasPrefix(w.Body.String(), `{"name":"Ada"`))
	// Output: true
}
