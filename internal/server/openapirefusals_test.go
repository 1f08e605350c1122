package server_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/latchkey-go/latchkey/oauthhttp"
)

// described is an operation of the document, and a request that it would accept
// but for who sends it.
type described struct {
	method, path string
	target       string // the path, with values for its parameters
	op           *openapi3.Operation
	body         string // empty: none
	form         bool
}

// describedOperations are all operations of the document.
func describedOperations(t *testing.T) []described {
	t.Helper()
	doc, err := description()
	if err != nil {
		t.Fatal(err)
	}
	var all []described
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			d := described{method: method, path: path, target: strings.Replace(path, "{id}", "nobody", 1), op: op}
			if op.RequestBody != nil && !d.needs("refreshCookie") { // it comes in its cookie here
				d.readExample(t, op.RequestBody.Value.Content)
			}
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b described) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// readExample takes the body from an example of the document.
func (d *described) readExample(t *testing.T, content openapi3.Content) {
	t.Helper()
	for kind, media := range content {
		example := media.Example
		for _, named := range media.Examples {
			example = named.Value.Value
		}
		text, err := json.Marshal(example)
		if err != nil {
			t.Fatal(err)
		}
		d.body, d.form = string(text), kind == "application/x-www-form-urlencoded"
		if d.form {
			d.body = "token=x"
		}
	}
}

// has says whether the document has a status for the operation.
func (d described) has(status int) bool { return d.op.Responses.Status(status) != nil }

// needs says whether one of the ways in asks for something.
func (d described) needs(scheme string) bool {
	return slices.ContainsFunc(*d.op.Security, func(way openapi3.SecurityRequirement) bool {
		_, found := way[scheme]
		return found
	})
}

// needsToken says whether nobody gets in without a token.
func (d described) needsToken() bool {
	return d.needs("accessCookie") && !slices.ContainsFunc(*d.op.Security, func(way openapi3.SecurityRequirement) bool { return len(way) == 0 })
}

func (d described) isAdmin() bool { return strings.Contains(d.path, "/admin/") }

// send sends the request.
func (d described) send(c *client, body string, change ...func(*http.Request)) *answer {
	c.app.t.Helper()
	kind := func(r *http.Request) {
		if d.form {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
	}
	if body == "" && d.body == "" {
		return c.do(d.method, d.target, nil, append([]func(*http.Request){kind}, change...)...)
	}
	return c.do(d.method, d.target, body, append([]func(*http.Request){kind}, change...)...)
}

// people are those who send the requests of a test.
type people struct {
	admin, person *client
	strange       *client // a program
	bearer        string  // another token than that of the cookies
	service       func(*http.Request)
}

func startForAll(t *testing.T) (*app, people) {
	t.Helper()
	secret, hash := oauthhttp.NewClientSecret()
	a := start(t, clientsFile(t, fmt.Sprintf(`[{"id":"gateway","secret_sha256":[%q],"introspect":true,"revoke":true}]`, hash)))
	p := people{person: a.signUp(), strange: a.program(), admin: a.browser()}
	a.addAdmin()
	p.admin.do("POST", "/api/v1/sign-in", m{"username": grace, "password": adaPassword}).want(200, "")
	other, _ := a.signInBody()
	p.bearer = other.bearer
	p.service = func(r *http.Request) { r.SetBasicAuth("gateway", secret) }
	return a, p
}

// who sends a request that is fine but for what the test is about.
func (p people) who(d described) (*client, func(*http.Request)) {
	switch {
	case d.form:
		return p.strange, p.service
	case d.isAdmin():
		return p.admin, func(*http.Request) {}
	}
	return p.person, func(*http.Request) {}
}

// TestDescribedRefusals brings about the refusals that operations have in
// common, for each that is described.
func TestDescribedRefusals(t *testing.T) {
	a, p := startForAll(t)
	noCSRF := func(r *http.Request) { r.Header.Del("X-CSRF-TOKEN") }
	elsewhere := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	plain := func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	twice := func(r *http.Request) {
		r.Header["Authorization"] = []string{"Bearer " + p.bearer, "Bearer " + p.bearer}
	}
	large := `{"username":"` + strings.Repeat("a", 65<<10) + `"}`
	for _, d := range describedOperations(t) {
		c, change := p.who(d)
		takesBody := d.has(http.StatusUnsupportedMediaType)
		if d.form {
			d.send(p.strange, d.body).want(401, "")
			d.send(c, "", change).want(400, "")
			d.send(c, large, change).want(413, "")
			d.send(c, d.body, change, plain).want(415, "")
			continue
		}
		if d.needsToken() {
			d.send(p.strange, d.body).want(401, "token_missing")
			d.send(c, d.body, twice).want(400, "ambiguous_token")
		}
		if d.needs("csrf") {
			d.send(c, d.body, noCSRF).want(403, "csrf")
		}
		if d.has(http.StatusForbidden) && d.method != http.MethodGet {
			d.send(c, d.body, elsewhere).want(403, "cross_origin")
		}
		if d.isAdmin() {
			d.send(p.person, d.body).want(403, "insufficient_scope")
		}
		if takesBody {
			d.send(c, "{").want(400, "bad_request")
			d.send(c, large).want(413, "too_large")
			d.send(c, cmp.Or(d.body, "{}"), plain).want(415, "unsupported_media_type")
		}
		if strings.Contains(d.path, "{id}") {
			d.send(c, d.body).want(404, "not_found")
		}
	}
	a.mustChange(p)
}

// mustChange meets somebody who has to change the password first.
func (a *app) mustChange(p people) {
	a.t.Helper()
	a.exec("UPDATE latchkey_users SET must_change_password = 1")
	for _, c := range []struct{ method, path string }{
		{"GET", "/sessions"}, {"DELETE", "/sessions"}, {"DELETE", "/sessions/x"}, {"GET", "/activity"},
	} {
		p.person.do(c.method, "/api/v1"+c.path, nil).want(403, "password_change_required")
	}
	p.admin.do("GET", "/api/v1/admin/users", nil).want(403, "password_change_required")
}

// TestDescribedWithoutStore: nothing is done while the database is away, and
// every operation that needs it says so.
func TestDescribedWithoutStore(t *testing.T) {
	a, p := startForAll(t)
	tables := []string{"users", "sessions", "attempts", "resets", "state", "revocations"}
	for _, table := range tables {
		a.exec("ALTER TABLE latchkey_" + table + " RENAME TO gone_" + table)
	}
	for p.person.do("POST", "/api/v1/activity", nil).status != 503 {
		// For a moment it is known that the session lives without asking.
	}
	for _, d := range describedOperations(t) {
		if !d.has(http.StatusServiceUnavailable) {
			continue
		}
		c, change := p.who(d)
		body := d.body
		if d.form {
			body = "token=" + p.bearer
		}
		got := d.send(c, body, change).want(503, "")
		if seconds, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || seconds < 1 {
			t.Errorf("%s %s: Retry-After is %q", d.method, d.path, got.header.Get("Retry-After"))
		}
	}
	for _, table := range tables {
		a.exec("ALTER TABLE gone_" + table + " RENAME TO latchkey_" + table)
	}
}

// TestDescribedInput brings about the refusals that concern what was sent, and
// conflicts.
func TestDescribedInput(t *testing.T) {
	a, p := startForAll(t)
	id := func(c *client) string { return c.do("GET", "/api/v1/me", nil).want(200, "").string("user", "id") }
	users := "/api/v1/admin/users/"
	own, other := users+id(p.admin), users+id(p.person)
	reset := m{"token": "none", "new_password": newPassword}
	for _, c := range []struct {
		who          *client
		method, path string
		body         any
		status       int
		code         string
	}{
		{p.strange, "POST", "/api/v1/sign-up", "{}", 422, "invalid_input"},
		{p.strange, "POST", "/api/v1/sign-up", m{"username": ada, "password": adaPassword}, 409, "username_taken"},
		{p.strange, "POST", "/api/v1/sign-in", "{}", 422, "invalid_input"},
		{p.strange, "POST", "/api/v1/password/forgot", "{}", 422, "invalid_input"},
		{p.strange, "POST", "/api/v1/password/reset", reset, 410, "reset_expired"},
		{p.strange, "POST", "/api/v1/password/reset", m{"token": "none"}, 422, "invalid_input"},
		{p.strange, "POST", "/api/v1/password/reset/check", m{"token": "none"}, 410, "reset_expired"},
		{p.person, "POST", "/api/v1/password", "{}", 422, "invalid_input"},
		{p.person, "POST", "/api/v1/reauthenticate", "{}", 422, "invalid_input"},
		{p.person, "GET", "/api/v1/activity?limit=0", nil, 400, "bad_request"},
		{p.admin, "GET", users + "?limit=0", nil, 404, "not_found"},
		{p.admin, "GET", "/api/v1/admin/users?limit=0", nil, 422, "invalid_input"},
		{p.admin, "GET", "/api/v1/admin/audit?limit=0", nil, 422, "invalid_input"},
		{p.admin, "GET", "/api/v1/admin/keys?private=1", nil, 400, "bad_request"},
		{p.admin, "PUT", other + "/scopes", m{"scopes": []string{"a b"}}, 422, "invalid_input"},
		{p.admin, "PUT", own + "/scopes", m{"scopes": []string{}}, 409, "own_account"},
		{p.admin, "POST", own + "/disable", nil, 409, "own_account"},
		{p.admin, "POST", own + "/reset-link", nil, 409, "own_account"},
	} {
		if got := c.who.do(c.method, c.path, c.body); got.status != c.status || got.string("code") != c.code {
			t.Errorf("%s %s: got %d %s, want %d %s", c.method, c.path, got.status, got.body, c.status, c.code)
		}
	}
	// The row of the user is not there to be changed, as when somebody else was faster.
	a.exec("CREATE TRIGGER faster BEFORE UPDATE ON latchkey_users WHEN OLD.username = '" + ada + "' BEGIN SELECT RAISE(IGNORE); END")
	p.person.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(409, "user_changed")
	p.admin.do("PUT", other+"/scopes", m{"scopes": []string{"a"}}).want(409, "user_changed")
	a.exec("DROP TRIGGER faster")

	for _, path := range []string{"/api/v1/sign-up", "/api/v1/password/reset", "/api/v1/password/reset/check"} {
		a.exec("UPDATE latchkey_attempts SET at = at + 1000000000000")
		body := map[string]any{"/api/v1/sign-up": m{"username": "bob", "password": adaPassword}, "/api/v1/password/reset": reset}[path]
		if body == nil {
			body = m{"token": "none"}
		}
		p.strange.do("POST", path, body).want(429, "throttled")
	}
}

// TestDescribedActions: what administrators and services do, and the files of
// the description.
func TestDescribedActions(t *testing.T) {
	a, p := startForAll(t)
	user := "/api/v1/admin/users/" + p.person.do("GET", "/api/v1/me", nil).want(200, "").string("user", "id")
	for _, path := range []string{"", "/sessions"} {
		p.admin.do("GET", user+path, nil).want(200, "")
	}
	for _, action := range []string{"disable", "enable", "unlock", "require-password-change", "end-sessions", "reset-link"} {
		p.admin.do("POST", user+"/"+action, nil).want(200, "")
	}
	if got := p.admin.do("PUT", user+"/scopes", m{"scopes": []string{"b", "a"}}).want(200, ""); fmt.Sprint(got.at("user", "scopes")) != "[a b]" {
		t.Errorf("scopes: %s", got.body)
	}
	p.admin.do("POST", user+"/disable", nil).want(200, "")
	p.admin.do("POST", user+"/reset-link", nil).want(409, "user_disabled")
	for _, path := range []string{"/api/v1/openapi.json", "/api/v1/openapi.yaml", "/docs/api"} {
		got := a.program().do("GET", path, nil).want(200, "")
		a.program().do("GET", path, nil, func(r *http.Request) { r.Header.Set("If-None-Match", got.header.Get("Etag")) }).want(304, "")
	}
	a.program().do("GET", "/.well-known/jwks.json", nil).want(200, "")
	if css := a.program().do("GET", "/docs/api.css", nil).want(200, ""); css.header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("the style sheet is %s", css.header.Get("Content-Type"))
	}
}

// Endpoints for other services are not there unless some are named.
func TestDescribedAbsence(t *testing.T) {
	a := start(t)
	for _, d := range describedOperations(t) {
		if slices.Contains(d.op.Tags, "Other services") {
			d.send(a.program(), d.body).want(404, "not_found")
		}
	}
}
