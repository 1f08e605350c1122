package server_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var metricName = regexp.MustCompile(`\b(latchkey|process|go)_[a-z_]+\b`)

// The dashboard asks for metrics that there are, and shows every one of ours; the
// guide describes them.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile("../../deploy/grafana-dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	a := start(t, withMetrics)
	a.signUp()
	a.program().do("GET", "/api/v1/me", nil).want(401, "")
	families := a.scrape().families

	shown := map[string]bool{}
	for _, panel := range dashboard.Panels {
		if panel.Type != "row" && len(panel.Targets) == 0 {
			t.Errorf("the panel %q shows nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			names := metricName.FindAllString(target.Expr, -1)
			if len(names) == 0 {
				t.Errorf("%q asks for nothing: %s", panel.Title, target.Expr)
			}
			for _, name := range names {
				name = strings.TrimSuffix(name, "_bucket")
				if families[name] == nil {
					t.Errorf("%q asks for %s, which is not there", panel.Title, name)
				}
				shown[name] = true
			}
		}
	}
	guide, err := os.ReadFile("../../docs/guides/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	described := metricName.FindAllString(string(guide), -1)
	for name := range families {
		if strings.HasPrefix(name, "latchkey_") && !shown[name] {
			t.Errorf("%s is on no panel", name)
		}
		if strings.HasPrefix(name, "latchkey_") && !slices.Contains(described, name) {
			t.Errorf("%s is not in docs/guides/monitoring.md", name)
		}
	}
	for _, name := range described {
		if families[name] == nil {
			t.Errorf("docs/guides/monitoring.md names %s, which is not there", name)
		}
	}
}
