package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/server"
)

// TestSiteNames: the name of the site is no password on it.
func TestSiteNames(t *testing.T) {
	a := start(t, func(c *server.Config) { c.BaseURL = "https://app.zanzibar.example" })
	for password, want := range map[string]int{
		"zanzibarzanzibar":     http.StatusUnprocessableEntity,
		"app.zanzibar.example": http.StatusUnprocessableEntity,
		newPassword:            http.StatusCreated,
	} {
		body := `{"username":"` + ada + `","password":"` + password + `"}`
		response, err := http.Post(a.url+"/api/v1/sign-up", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: %d, want %d", password, response.StatusCode, want)
		}
	}
}
