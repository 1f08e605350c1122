package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/latchkey-go/latchkey/examples/internal/exchanges"
	"github.com/latchkey-go/latchkey/examples/internal/starting"
	"github.com/latchkey-go/latchkey/examples/internal/webtest"
	"github.com/latchkey-go/latchkey/internal/pgtest"
)

// start runs the app with a database of its own.
func start(t *testing.T) (*webtest.Site, *app, *webtest.Clock) {
	t.Helper()
	a, clock := &app{Settings: defaults}, webtest.NewClock()
	a.Data, a.Now = t.TempDir()+"/data", clock.Now
	return webtest.Start(t, a.handler, a.Wait), a, clock
}

// restart runs the app again with the database that a had.
func restart(t *testing.T, a *app) *webtest.Site {
	t.Helper()
	b := &app{Settings: defaults}
	b.Data, b.Now = a.Data, a.Now
	return webtest.Start(t, b.handler, b.Wait)
}

// login returns the header of a person's requests.
func login(t *testing.T, site *webtest.Site, username, password string) []string {
	t.Helper()
	in := site.JSON("POST", "/login", `{"username":"`+username+`","password":"`+password+`"}`)
	if in.Status != 200 || in.Members()["message"] != "Login Success" {
		t.Fatalf("%s: %d %s", username, in.Status, in.Body)
	}
	return []string{"Authorization", "Bearer " + in.Members()["access_token"].(string)}
}

func (a *app) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := a.Store.DB().ExecContext(context.Background(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// TestTheOriginalsExchanges replays what the original back end answered.
func TestTheOriginalsExchanges(t *testing.T) {
	file := exchanges.Load(t, "store.json")
	site, a, clock := start(t)
	secret, err := a.Secret()
	if err != nil {
		t.Fatal(err)
	}
	(&exchanges.Replay{
		Site: site, Secret: secret, Now: clock.Now, Users: []string{"1"}, Gone: 404, Origin: a.CORS,
		Change: func(s *exchanges.Step) bool {
			want := &s.Response
			switch s.Name {
			case "(test hook) bob is deleted":
				a.exec(t, `DELETE FROM users WHERE username = 'bob'`)
				return false
			case "as printed (no CORS): preflight for POST /login": // ours has CORS
				want.Headers["access-control-allow-origin"] = a.CORS
			case "newer PyJWT: get_name with the token just issued": // ours has a sub that is a string
				want.Status, want.JSON = 200, map[string]any{"message": "User found", "name": "Alice Liddell"}
			}
			return true
		},
	}).Run(t, file)
}

func TestUsers(t *testing.T) {
	site, a, _ := start(t)
	alice, bob := login(t, site, "alice", "wonderland"), login(t, site, "bob", "builder")
	if sub := webtest.Claims(t, strings.TrimPrefix(alice[1], "Bearer "))["sub"]; sub != "1" {
		t.Errorf("sub is %v", sub)
	}
	site.Do("GET", "/get_name", "", alice...).Is(t, 200, `{"message":"User found","name":"Alice Liddell"}`)
	a.exec(t, `UPDATE users SET is_active = FALSE WHERE username = 'alice'`)
	site.Do("GET", "/get_name", "", alice...).Is(t, 401, `{"msg":"Error loading the user 1"}`)
	site.JSON("POST", "/login", `{"username":"alice","password":"wonderland"}`).Is(t, 401, `{"message":"Login Failed"}`)
	a.exec(t, `DELETE FROM users WHERE username = 'bob'`)
	gone := site.Do("GET", "/get_name", "", bob...)
	gone.Is(t, 404, `{"message":"User not found"}`)
	if gone.Header.Get("Latchkey-Code") != "user_gone" {
		t.Errorf("the code is %q", gone.Header.Get("Latchkey-Code"))
	}
}

func TestLogout(t *testing.T) {
	site, _, _ := start(t)
	alice := login(t, site, "alice", "wonderland")
	for range 2 {
		site.Do("POST", "/logout", "", alice...).Is(t, 200, `{"msg":"Signed out."}`)
	}
	site.Do("POST", "/logout", "").Is(t, 200, `{"msg":"Signed out."}`)
	site.Do("GET", "/get_name", "", alice...).Is(t, 401, `{"msg":"Token has been revoked"}`)
}

// TestDemoUsers: only an empty store gets them.
func TestDemoUsers(t *testing.T) {
	site, a, _ := start(t)
	a.exec(t, `DELETE FROM users WHERE username = 'bob'`)
	site.Stop()
	again := restart(t, a)
	again.JSON("POST", "/login", `{"username":"bob","password":"builder"}`).Is(t, 401, `{"message":"Login Failed"}`)
	login(t, again, "alice", "wonderland")
}

// TestTheTutorialsHashes: all three spellings sign in, and are replaced.
func TestTheTutorialsHashes(t *testing.T) {
	site, a, _ := start(t)
	hash, err := bcrypt.GenerateFromPassword([]byte("a b c"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"2a", "2b", "2y"} {
		name := "old-" + version
		a.exec(t, `INSERT INTO users (username, username_key, name, password_hash) VALUES ($1, $1, $1, $2)`,
			name, "$"+version+string(hash[3:]))
		site.JSON("POST", "/login", `{"username":"`+name+`","password":"a b d"}`).Is(t, 401, `{"message":"Login Failed"}`)
		for range 2 {
			login(t, site, name, "a b c")
			var now string
			row := a.Store.DB().QueryRowContext(context.Background(), `SELECT password_hash FROM users WHERE username = $1`, name)
			if err := row.Scan(&now); err != nil || !strings.HasPrefix(now, "$argon2id$") {
				t.Errorf("%s: the hash is %s, %v", name, now, err)
			}
		}
	}
}

func TestSignUp(t *testing.T) {
	site, _, _ := start(t)
	const good = `{"username":"Carol","name":"Carol C","password":"seven wet umbrellas"}`
	site.JSON("POST", "/signup", good).Is(t, 201, `{"message":"User created"}`)
	carol := login(t, site, "Carol", "seven wet umbrellas")
	site.Do("GET", "/get_name", "", carol...).Is(t, 200, `{"message":"User found","name":"Carol C"}`)
	for body, want := range map[string]struct {
		status int
		fields string
	}{
		good:                                 {409, ""},
		strings.ToLower(good):                {409, ""},
		`{"username":"dave","password":"x"}`: {422, "password"},
		`{"username":"a-name-of-21-letters-","password":"seven wet umbrellas"}`: {422, "username"},
		`{}`: {422, "username password"},
		`[]`: {400, ""},
	} {
		got := site.JSON("POST", "/signup", body)
		reasons, _ := got.Members()["errors"].(map[string]any)
		for field := range strings.FieldsSeq(want.fields) {
			if reasons[field] == nil {
				t.Errorf("%s: no reason for %s in %s", body, field, got.Body)
			}
		}
		if got.Status != want.status || len(reasons) != len(strings.Fields(want.fields)) {
			t.Errorf("%s: %d %s, want %d", body, got.Status, got.Body, want.status)
		}
	}
}

func TestCartAndWishlist(t *testing.T) {
	site, a, _ := start(t)
	testShop(t, site)
	// They are stored: a restart keeps them, and people signed in.
	alice := login(t, site, "alice", "wonderland")
	site.Stop()
	again := restart(t, a)
	again.Do("GET", "/cart", "", alice...).Is(t, 200, `{"cart":[{"id":3,"name":"Table","price_cents":19900}]}`)
}

// testShop leaves a table in alice's cart.
func testShop(t *testing.T, site *webtest.Site) {
	t.Helper()
	alice, bob := login(t, site, "alice", "wonderland"), login(t, site, "bob", "builder")
	if got := site.Do("GET", "/products", "", alice...); got.Status != 200 || !strings.Contains(got.Body, `{"id":1,"name":"Sofa","price_cents":49900}`) {
		t.Errorf("the products are %d %s", got.Status, got.Body)
	}
	for _, name := range []string{"cart", "wishlist"} {
		none := fmt.Sprintf(`{"%s":[]}`, name)
		table := fmt.Sprintf(`{"%s":[{"id":3,"name":"Table","price_cents":19900}]}`, name)
		path := "/" + name
		for _, step := range []struct {
			who                []string
			method, path, body string
			status             int
			want               string
		}{
			{nil, "GET", path, "", 401, `{"msg":"Missing Authorization Header"}`},
			{nil, "POST", path, `{"product_id":3}`, 401, `{"msg":"Missing Authorization Header"}`},
			{nil, "DELETE", path + "/3", "", 401, `{"msg":"Missing Authorization Header"}`},
			{alice, "GET", path, "", 200, none},
			{alice, "POST", path, `{"product_id":3}`, 200, table},
			{alice, "POST", path, `{"product_id":3}`, 200, table},
			{bob, "GET", path, "", 200, none},
			{bob, "DELETE", path + "/3", "", 404, `{"msg":"Product not found"}`},
			{alice, "POST", path, `{"product_id":99}`, 404, `{"msg":"Product not found"}`},
			{alice, "POST", path, `{"product_id":"3 OR 1=1"}`, 404, `{"msg":"Product not found"}`},
			{alice, "POST", path, `{"product_id":2.9}`, 404, `{"msg":"Product not found"}`},
			{alice, "POST", path, `{"product_id":1e300}`, 404, `{"msg":"Product not found"}`},
			{alice, "POST", path, `{`, 400, `{"msg":"The body is not a JSON object."}`},
			{alice, "DELETE", path + "/x", "", 404, `{"msg":"Product not found"}`},
			{alice, "DELETE", path + "/3", "", 200, none},
			{alice, "POST", path, `{"product_id":3}`, 200, table},
		} {
			site.JSON(step.method, step.path, step.body, step.who...).Is(t, step.status, step.want)
		}
	}
}

// TestOtherSites: a form of another site changes nothing.
func TestOtherSites(t *testing.T) {
	site, _, _ := start(t)
	alice := login(t, site, "alice", "wonderland")
	chair := site.JSON("POST", "/cart", `{"product_id":2}`, alice...).Body
	form := append([]string{"Content-Type", "application/x-www-form-urlencoded"}, alice...)
	for _, route := range []string{
		"POST /login", "POST /logout", "POST /signup", "POST /cart", "POST /wishlist", "DELETE /cart/2", "DELETE /wishlist/2",
	} {
		method, path, _ := strings.Cut(route, " ")
		got := site.Do(method, path, "product_id=1", append(form, "Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site")...)
		if got.Status != 403 || got.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", route, got.Status, got.Header)
		}
	}
	// Nor does one that says nothing of where it comes from.
	for _, path := range []string{"/login", "/signup", "/cart", "/wishlist"} {
		if got := site.Do("POST", path, "product_id=1", form...); got.Status != 400 {
			t.Errorf("%s: %d %s", path, got.Status, got.Body)
		}
	}
	site.Do("GET", "/cart", "", alice...).Is(t, 200, strings.TrimSpace(chair))
}

// TestTokensOfOthers: neither a token of another app nor one in a planted cookie
// is let in.
func TestTokensOfOthers(t *testing.T) {
	site, _, _ := start(t)
	token := strings.TrimPrefix(login(t, site, "alice", "wonderland")[1], "Bearer ")
	other := webtest.Sign(t, strings.Repeat("another app", 5), webtest.HS256, webtest.Claims(t, token))
	for _, path := range []string{"/get_name", "/products", "/cart", "/wishlist"} {
		site.Do("GET", path, "", "Authorization", "Bearer "+other).Is(t, 422, `{"msg":"Signature verification failed"}`)
		planted := site.Do("GET", path, "", "Cookie", "access_token_cookie="+token)
		planted.Is(t, 401, `{"msg":"Missing Authorization Header"}`)
		if planted.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets the cookie %s", path, planted.Header.Get("Set-Cookie"))
		}
	}
}

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestPostgreSQL(t *testing.T) {
	a := &app{Settings: defaults, db: pgtest.DSN(t)}
	a.Data = t.TempDir() + "/data"
	site := webtest.Start(t, a.handler, a.Wait)
	testShop(t, site)
	site.JSON("POST", "/signup", `{"username":"carol","password":"seven wet umbrellas"}`).Is(t, 201, `{"message":"User created"}`)
	login(t, site, "carol", "seven wet umbrellas")
}

func TestTheProgram(t *testing.T) {
	var addr string
	url := starting.Start(t, &addr, func() {
		os.Args = []string{"store", "-addr", addr, "-data", t.TempDir() + "/data"}
		main()
	})
	site := webtest.At(t, url)
	login(t, site, "bob", "builder")
	if got := site.Do("GET", "/products", "", "Accept", "text/html"); !strings.Contains(got.Body, "<title>Store</title>") {
		t.Errorf("the page is %s", got.Body)
	}
	site.Do("GET", "/assets/none.js", "", "Accept", "text/html").Is(t, 404, `{"msg":"Not Found"}`)
}
