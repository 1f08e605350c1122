package main

import (
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
)

func TestOwnUsersTable(t *testing.T) {
	dir = t.TempDir() + "/data"
	base := starting.Start(t, &addr, main)
	site, _ := url.Parse(base)
	c := starting.Browser()
	send := func(method, path, name, password string, header ...string) int {
		t.Helper()
		form := url.Values{"name": {name}, "password": {password}}
		r, _ := http.NewRequest(method, base+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, cookie := range c.Jar.Cookies(site) {
			if cookie.Name == "latchkey_csrf" {
				r.Header.Set("X-CSRF-TOKEN", cookie.Value)
			}
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	const password = "analytical engine"
	steps := func(all []step) {
		t.Helper()
		for _, s := range all {
			if status := send(s.method, s.path, s.name, s.password, s.header...); status != s.status {
				t.Fatalf("%s %s as %q: %d, want %d", s.method, s.path, s.name, status, s.status)
			}
		}
	}
	steps([]step{
		{"GET", "/me", "", "", nil, 401},
		{"POST", "/sign-in", "ada", "difference engine", nil, 401},
		{"POST", "/sign-in", "eve", password, nil, 401},
		{"POST", "/sign-in", "eve", "", nil, 401},
		{"POST", "/sign-in", "ada", password, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", "/sign-in", "ada", password, nil, 200},
		{"GET", "/me", "", "", nil, 200},
		{"POST", "/refresh", "", "", nil, 200},
		{"POST", "/sign-out", "", "", nil, 200},
		{"GET", "/me", "", "", nil, 401},
		{"POST", "/sign-in", "ada", password, nil, 200},
		{"GET", "/me", "", "", nil, 200},
	})

	db, err := sql.Open("sqlite", "file:"+dir+"/app.db?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var sessions int
	if err := db.QueryRow(`SELECT count(*) FROM latchkey_sessions WHERE subject = (SELECT CAST(id AS TEXT) FROM users)`).Scan(&sessions); err != nil || sessions == 0 {
		t.Errorf("%d sessions beside the table: %v", sessions, err)
	}
	if _, err := db.Exec(`DELETE FROM users`); err != nil {
		t.Fatal(err)
	}
	steps([]step{{"GET", "/me", "", "", nil, 401}, {"POST", "/refresh", "", "", nil, 401}})
}

type step struct {
	method, path, name, password string
	header                       []string
	status                       int
}
