package flaskjwt

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// verdict is what came of one case.
type verdict struct {
	same bool
	rule *rule // the declared difference, if there is one
	why  string
}

// play plays a case and returns our answer and the recorded one.
func (v *vector) play() (ours, recorded members) {
	switch v.Kind {
	case "request":
		return v.playRequest(), v.recordedRequest()
	case "issue":
		return v.playIssue(), v.recordedIssue()
	case "cookie":
		return v.playCookie(), v.recordedCookie()
	case "decode":
		return v.playDecode(), v.recordedDecode()
	case "config":
		return v.playConfig(), v.recordedConfig()
	}
	return members{"unknown kind": v.Kind}, members{}
}

// judge compares our answer with the recorded one, and if they differ with what
// the rules predict.
func (v *vector) judge() verdict {
	ours, recorded := v.play()
	return v.explain(ours, recorded)
}

// explain is judge for answers that are there.
func (v *vector) explain(ours, recorded members) verdict {
	c := &comparison{
		now: v.clock(), pythonJSON: v.tagged("python-json-error-text"),
		token: text(v.Call, "token"), csrf: text(v.Call, "csrf"),
	}
	if _, failedToo := ours["error"]; c.sameAnswer(recorded, ours) || c.same(failed, recorded) && failedToo {
		return verdict{same: true}
	}
	for i := range rules {
		if predicted, applies := rules[i].predict(v); applies && c.sameAnswer(predicted, ours) {
			return verdict{rule: &rules[i]}
		}
	}
	return verdict{why: fmt.Sprintf("recorded %s\n    ours     %s", shown(recorded), shown(ours))}
}

func shown(m members) string {
	data, _ := json.Marshal(m)
	return fmt.Sprintf("%.600s", data)
}

// tally counts verdicts.
type tally struct {
	same, declared, unexplained int
	byRule                      map[string]int
}

func (t *tally) total() int { return t.same + t.declared + t.unexplained }

func (t *tally) add(v verdict) {
	switch {
	case v.same:
		t.same++
	case v.rule != nil:
		t.declared++
		t.byRule[v.rule.name]++
	default:
		t.unexplained++
	}
}

func (t *tally) String() string {
	return fmt.Sprintf("conformance: %d same, %d declared, %d unexplained, %d total", t.same, t.declared, t.unexplained, t.total())
}

// TestConformance plays every recorded case of Flask-JWT-Extended against this
// package. It fails for each difference that no rule declares, and for a rule
// that covers more than 3 % of the cases: that would be no exception.
func TestConformance(t *testing.T) {
	vectors := loadVectors(t)
	count := &tally{byRule: map[string]int{}}
	for i := range vectors {
		v := &vectors[i]
		t.Run(v.Kind+"/"+v.Name, func(t *testing.T) {
			verdict := v.judge()
			count.add(verdict)
			switch {
			case verdict.rule != nil:
				t.Log("declared: ", verdict.rule.name)
			case !verdict.same:
				t.Error("unexplained difference:\n    " + verdict.why)
			}
		})
	}
	for _, name := range sorted(count.byRule) {
		t.Logf("%4d  %s", count.byRule[name], name)
		if most := max(1, 3*count.total()/100); count.byRule[name] > most && count.total() >= 1000 {
			t.Errorf("the rule %q covers %d cases, more than 3 %%", name, count.byRule[name])
		}
	}
	conformance = count
}

// conformance is what TestConformance counted.
var conformance *tally

// TestMain prints the count after everything else, where it is found.
func TestMain(m *testing.M) {
	code := m.Run()
	if conformance != nil {
		fmt.Println(conformance)
	}
	os.Exit(code)
}
