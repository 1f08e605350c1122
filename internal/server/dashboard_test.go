package server_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
)

var (
	metricName = regexp.MustCompile(`\b(latchkey|process|go)_[a-z_]+\b`)
	// selector is a metric in an expression: the function right around it, its
	// name and its matchers. Prometheus has "up" of itself.
	selector    = regexp.MustCompile(`(?:\b([a-z_]+)\()?\b((?:latchkey|process|go)_[a-z_]+|up)\b(?:\{([^}]*)\})?`)
	matcher     = regexp.MustCompile(`([a-z_]+)(?:=~|!~|!=|=)"`)
	grouping    = regexp.MustCompile(`\bby \(([a-z_, ]+)\)`)
	legendLabel = regexp.MustCompile(`\{\{([a-z_]+)\}\}`)
)

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
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	families := familiesOfADay(t)
	shown := map[string]bool{}
	for _, panel := range dashboard.Panels {
		if panel.Type != "row" && len(panel.Targets) == 0 {
			t.Errorf("the panel %q shows nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			for _, name := range families.check(t, target.Expr, target.LegendFormat) {
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

// What wakes somebody rests on metrics and labels that there are.
func TestAlarms(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guides/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	expressions := regexp.MustCompile(`(?m)^ +expr: (.+)$`).FindAllSubmatch(guide, -1)
	if len(expressions) == 0 {
		t.Fatal("the guide has no alarms")
	}
	families := familiesOfADay(t)
	for _, expression := range expressions {
		families.check(t, string(expression[1]), "")
	}
}

// families are the metrics that there are, by name.
type families map[string]*dto.MetricFamily

// familiesOfADay are those of a server that has let somebody in and refused
// somebody, and the one that Prometheus adds.
func familiesOfADay(t *testing.T) families {
	t.Helper()
	a := start(t, withMetrics)
	a.signUp()
	a.program().do("GET", "/api/v1/me", nil).want(401, "")
	all := a.scrape().families
	all["up"] = &dto.MetricFamily{Type: dto.MetricType_GAUGE.Enum(), Metric: []*dto.Metric{{}}}
	return all
}

// check says what of an expression of Prometheus, or of the legend beside it, is
// not there or would show nothing sensible, and returns the metrics it names.
func (f families) check(t *testing.T, expression, legend string) (names []string) {
	t.Helper()
	selectors := selector.FindAllStringSubmatch(expression, -1)
	if len(selectors) == 0 {
		t.Errorf("no metric in %s", expression)
	}
	var grouped []string
	for _, by := range grouping.FindAllStringSubmatch(expression, -1) {
		grouped = append(grouped, strings.Split(by[1], ", ")...)
	}
	for _, s := range selectors {
		name := strings.TrimSuffix(s[2], "_bucket")
		names = append(names, name)
		family := f[name]
		if family == nil {
			t.Errorf("%s is not there, in %s", name, expression)
			continue
		}
		if rises := s[1] == "rate" || s[1] == "increase"; rises != (family.GetType() != dto.MetricType_GAUGE) {
			t.Errorf("%s is a %v, in %s", name, family.GetType(), expression)
		}
		wanted := slices.Clone(grouped)
		for _, label := range matcher.FindAllStringSubmatch(s[3], -1) {
			wanted = append(wanted, label[1])
		}
		for _, label := range legendLabel.FindAllStringSubmatch(legend, -1) {
			wanted = append(wanted, label[1])
			if len(grouped) > 0 && !slices.Contains(grouped, label[1]) {
				t.Errorf("the legend %s has a label that is summed away in %s", legend, expression)
			}
		}
		for _, label := range wanted {
			if !hasLabel(family, label) {
				t.Errorf("%s has no label %s, in %s", name, label, expression)
			}
		}
	}
	return names
}

// hasLabel says whether Prometheus knows a label of a metric: it adds two itself,
// and one to the buckets of a histogram.
func hasLabel(family *dto.MetricFamily, name string) bool {
	if name == "instance" || name == "job" || name == "le" && family.GetType() == dto.MetricType_HISTOGRAM {
		return true
	}
	return slices.ContainsFunc(family.GetMetric()[0].GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == name })
}
